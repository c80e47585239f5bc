"""Exponential smoothing and theta, against what is known of them."""

from itertools import product

import numpy as np
import pytest

from tests.forecasting.metric.makers import seasonal, walk
from worker_core.forecasting.metric.ets import smooth
from worker_core.forecasting.metric.ets_fit import FORMS, fit_family
from worker_core.forecasting.metric.panel import Floats, Panel
from worker_core.forecasting.metric.seasonality import adjusted, indices, is_seasonal
from worker_core.forecasting.metric.theta import theta


def squares_of_simple_smoothing(values: Floats, alpha: float, level: float) -> float:
    total = 0.0
    for value in values:
        error = value - level
        total += error**2
        level += alpha * error
    return total


def test_the_search_finds_what_a_grid_over_level_and_weight_finds() -> None:
    values = walk(60, seed=3, start=5.0, step=0.3) / 5.0
    panel = Panel.of([values])
    fit = fit_family(panel, 1, "none")
    place = FORMS["none"].index((0, 0))
    grid = product(np.linspace(0.01, 0.999, 150), np.linspace(values.min(), values.max(), 60))
    least = min(squares_of_simple_smoothing(values, alpha, level) for alpha, level in grid)
    found = fit.deviation[place, 0] ** 2 * (60 - 2)
    assert found <= least * 1.001


def test_a_line_with_noise_goes_on_as_a_line() -> None:
    values = seasonal(60, 1, noise=0.5, slope=2.0)
    found = smooth([values], 1, 6)
    assert found.mean[0] == pytest.approx(100 + 2.0 * np.arange(60, 66), rel=0.02)


def test_a_season_is_found_and_goes_on() -> None:
    values = seasonal(64, 4, noise=0.5)
    found = smooth([values], 4, 8)
    truth = 100 + 0.5 * np.arange(64, 72) + 10 * np.sin(2 * np.pi * np.arange(64, 72) / 4)
    assert np.abs(found.mean[0] - truth).max() < 1.5
    assert found.form[0].endswith((",A)", ",M)"))


def test_a_series_is_forecast_the_same_alone_and_among_others() -> None:
    series = [seasonal(40 + 5 * each, 4, seed=each) for each in range(6)]
    together = smooth(series, 4, 6)
    for place, values in enumerate(series):
        alone = smooth([values], 4, 6)
        assert alone.mean[0] == pytest.approx(together.mean[place], rel=1e-6)
        assert alone.form[0] == together.form[place]


def test_values_at_or_below_zero_admit_no_multiplicative_form() -> None:
    values = seasonal(48, 4, level=0.0)
    assert values.min() < 0
    found = smooth([values], 4, 4)
    assert "M" not in found.form[0]
    assert np.isfinite(found.mean).all()


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e12])
def test_the_unit_of_a_series_does_not_matter(scale: float) -> None:
    values = seasonal(48, 4)
    assert smooth([values * scale], 4, 4).mean[0] / scale == pytest.approx(
        smooth([values], 4, 4).mean[0], rel=1e-6
    )


def test_the_spread_grows_with_the_steps_ahead_of_a_walk() -> None:
    sigma = smooth([walk(120)], 1, 9).sigma[0]
    assert sigma[8] == pytest.approx(3.0 * sigma[0], rel=0.25)


def test_theta_of_a_line_is_the_line() -> None:
    line = 10.0 + 3.0 * np.arange(30, dtype=np.float64)
    found = theta([adjusted(line, 1)], 5)
    expected = 10.0 + 3.0 * np.arange(30, 35)
    assert found.fixed[0] == pytest.approx(expected, rel=0.03)
    assert found.running[0] == pytest.approx(expected, rel=0.03)


def test_theta_of_series_together_is_that_of_each_alone() -> None:
    series = [adjusted(seasonal(30 + 9 * each, 4, seed=each), 4) for each in range(4)]
    together = theta(series, 5)
    for place, each in enumerate(series):
        alone = theta([each], 5)
        assert alone.fixed[0] == pytest.approx(together.fixed[place])
        assert alone.running[0] == pytest.approx(together.running[place])


def test_a_season_is_told_from_none() -> None:
    assert is_seasonal(seasonal(40, 4), 4)
    assert not is_seasonal(np.random.default_rng(5).normal(size=40), 4)
    assert not is_seasonal(seasonal(9, 4), 4), "two seasons and two more values are needed"
    assert not is_seasonal(np.full(40, 3.0), 4)


def test_the_indices_of_a_pure_season_are_its_shares() -> None:
    pattern = np.array([0.5, 1.0, 1.5, 1.0])
    values = 50.0 * np.tile(pattern, 6)
    assert indices(values, 4, "multiplicative") == pytest.approx(pattern)
    assert indices(values, 4, "additive") == pytest.approx(50.0 * (pattern - 1.0))


def test_a_season_taken_out_comes_back_in_its_place() -> None:
    values = seasonal(42, 4, noise=0.0)
    without = adjusted(values, 4)
    steps = np.arange(42, 50)
    assert without.back(100 + 0.5 * steps.astype(float)) == pytest.approx(
        100 + 0.5 * steps + 10 * np.sin(2 * np.pi * steps / 4), abs=2.5
    )
