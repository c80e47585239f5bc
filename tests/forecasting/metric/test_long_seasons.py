"""Seasons of a year of weeks, and of a day and a week of hours."""

import numpy as np
import pytest

from tests.forecasting.metric.makers import seasonal
from worker_core.forecasting.metric.checks import Series
from worker_core.forecasting.metric.forecast import forecast_metrics
from worker_core.forecasting.metric.long_season import take_out
from worker_core.forecasting.metric.naive import growing_naive, seasonal_naive


def hours(weeks: int, *, noise: float = 1.0) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    at = np.arange(weeks * 168)
    day = 20 * np.sin(2 * np.pi * at / 24)
    weekend = np.where(at % 168 >= 120, -30.0, 0.0)
    return 200 + day + weekend + np.random.default_rng(1).normal(0, noise, len(at))


def test_both_seasons_of_hours_are_taken_out() -> None:
    values = hours(6)
    without = take_out(values, (24, 168))
    assert np.std(without.values) < 3.0 < np.std(values) / 5
    assert len(without.season) == 168


def test_hours_are_forecast_with_their_weekend() -> None:
    values = hours(6)
    found = forecast_metrics([Series("load", values[:-168])], season=24, horizon=168)
    error = np.abs(found.forecasts[0].mean - values[-168:])
    assert error.mean() < 2.5, "the weekend alone is 30"
    assert "MSTL" in found.forecasts[0].model
    assert "seasonal naive" in found.forecasts[0].model


@pytest.mark.parametrize("slope", [0.5, -0.2])
def test_hours_that_climb_or_fall_all_the_time_go_on_doing_so(slope: float) -> None:
    values = hours(6) + slope * np.arange(6 * 168)
    found = forecast_metrics([Series("load", values[:-24])], season=24, horizon=24)
    (load,) = found.forecasts
    assert np.abs(load.mean - values[-24:]).mean() < 8.0, "half of a week's change is 42 or 17"
    assert found.evidence is not None
    assert found.evidence.skill > 0.3
    assert found.evidence.coverage[95.0] > 0.85


def test_a_level_that_only_wanders_is_not_drawn_on() -> None:
    values = hours(6)
    assert (growing_naive(values, 168, 24) == seasonal_naive(values, 168, 24)).all()
    once = values + np.where(np.arange(len(values)) >= 5 * 168, 100.0, 0.0)
    assert (growing_naive(once, 168, 24) == seasonal_naive(once, 168, 24)).all()


def test_weeks_are_forecast_with_their_year() -> None:
    values = seasonal(52 * 5, 52, noise=4.0, slope=0.05)
    found = forecast_metrics([Series("sales", values[:-26])], season=52, horizon=26)
    error = np.abs(found.forecasts[0].mean - values[-26:])
    naive = np.abs(seasonal_naive(values[:-26], 52, 26) - values[-26:])
    assert error.mean() < naive.mean()
    assert "Theta" in found.forecasts[0].model


def test_a_year_of_weeks_that_is_the_same_each_time_is_left_to_the_naive_method() -> None:
    values = seasonal(52 * 5, 52, noise=1.0, slope=0.05)
    found = forecast_metrics([Series("sales", values[:-26])], season=52, horizon=26)
    error = np.abs(found.forecasts[0].mean - values[-26:])
    assert error.mean() < 3.5, "the season is ±10"
    assert found.forecasts[0].model == "Seasonal naive"
