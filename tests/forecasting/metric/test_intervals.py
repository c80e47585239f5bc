"""Intervals: as wide as held-out errors say, and no claim beyond them."""

import numpy as np
import pytest

from tests.forecasting.metric.makers import group, walk
from worker_core.forecasting.metric.checks import Series
from worker_core.forecasting.metric.forecast import forecast_metrics
from worker_core.forecasting.metric.intervals import Calibration, widened
from worker_core.forecasting.metric.naive_width import naive_half_width


def test_pooled_quantiles_are_those_of_the_scores() -> None:
    scores = np.abs(np.random.default_rng(1).standard_t(3, size=(2000, 4)))
    reach = Calibration(scores, np.arange(2000)).reach(0.95)
    assert reach == pytest.approx(np.quantile(scores, 0.95, axis=0), rel=0.02)


def test_errors_larger_than_believed_widen_and_smaller_ones_narrow() -> None:
    small = Calibration(np.full((300, 3), 0.1), np.arange(300)).reach(0.8)
    large = Calibration(np.full((300, 3), 5.0), np.arange(300)).reach(0.8)
    assert (small < 0.2).all()
    assert (large > 4.9).all()


def test_with_nothing_held_out_the_models_are_believed_with_caution() -> None:
    assert (Calibration.none(3).reach(0.95) > 1.96).all()


def test_few_scores_move_the_believed_width_only_a_little() -> None:
    few = Calibration(np.full((2, 3), 0.01), np.array([0, 0])).reach(0.95)
    assert (few > 0.8).all()


def test_widths_never_shrink_with_steps_or_level() -> None:
    scales = np.array([[1.0, 0.5, 2.0], [3.0, 1.0, 1.0]])
    narrow, wide = widened([np.array([2.0, 1.0, 1.0]), np.array([1.5, 1.0, 1.2])], scales)
    assert (np.diff(narrow, axis=1) >= 0).all()
    assert (wide >= narrow).all()


def test_intervals_of_a_group_cover_values_they_have_not_seen() -> None:
    series = [Series(f"w{each}", walk(60, seed=each)) for each in range(300)]
    past = [Series(each.id, each.values[:-6]) for each in series]
    found = forecast_metrics(past, season=1, horizon=6, levels=(80, 95))
    for level, wanted in ((80.0, 0.80), (95.0, 0.95)):
        inside = [
            (f.low[level] <= each.values[-6:]) & (each.values[-6:] <= f.high[level])
            for f, each in zip(found.forecasts, series, strict=True)
        ]
        assert np.mean(inside) == pytest.approx(wanted, abs=0.035)
    assert found.evidence is not None
    assert found.evidence.coverage[80.0] == pytest.approx(0.80, abs=0.02)


def test_one_series_alone_is_covered_about_as_often_as_said() -> None:
    inside = []
    for seed in range(25):
        values = walk(66, seed=seed)
        found = forecast_metrics([Series("one", values[:-6])], season=1, horizon=6)
        one = found.forecasts[0]
        inside.append((one.low[80.0] <= values[-6:]) & (values[-6:] <= one.high[80.0]))
        assert (one.high[95.0] >= one.high[80.0]).all()
        assert "earlier beginnings" in one.basis
    assert 0.62 < np.mean(inside) < 0.95


def test_naive_intervals_are_wide_where_little_is_known() -> None:
    few, many = np.array([1.0, 2.0, 1.0]), np.tile([1.0, 2.0], 30)
    assert naive_half_width(few, 1, 1, 0.95)[0] > 2 * naive_half_width(many, 1, 1, 0.95)[0]
    assert naive_half_width(many, 1, 4, 0.8)[3] == pytest.approx(
        2 * naive_half_width(many, 1, 4, 0.8)[0]
    )


def test_a_group_says_on_how_many_it_was_calibrated() -> None:
    found = forecast_metrics(group(30), season=4, horizon=4)
    assert "of 30 series, pooled" in found.forecasts[0].basis


@pytest.mark.parametrize("season", [1, 12])
def test_a_model_that_fits_a_line_exactly_is_not_believed_to_be_never_wrong(season: int) -> None:
    values = 0.5 + np.arange(66.0)
    found = forecast_metrics([Series("line", values[:60])], season=season, horizon=6)
    (line,) = found.forecasts
    assert np.abs(line.mean - values[60:]).max() < 1.0
    for level in (80.0, 95.0):
        assert (line.low[level] <= values[60:]).all()
        assert (line.high[level] >= values[60:]).all()
    assert found.evidence is not None
    assert found.evidence.coverage[95.0] > 0.9
