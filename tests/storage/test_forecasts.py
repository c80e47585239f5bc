"""Forecasts, on both kinds of database."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from worker_core.storage import ForecastOutcome, ForecastPoint, NewForecast, StorageError
from worker_core.storage.forecasts import ForecastRepository

DAY = date(2024, 5, 17)
SHARES = (0.025, 0.1, 0.5, 0.9, 0.975)


@pytest.fixture
def forecasts(engine: Engine) -> ForecastRepository:
    return ForecastRepository(engine)


def point(step: int, middle: float = 100.0) -> ForecastPoint:
    spread = (-4.0 * step, -2.0 * step, 0.0, 2.0 * step, 4.0 * step)
    return ForecastPoint(
        step, DAY + timedelta(days=step), middle + 0.1, tuple(middle + d for d in spread)
    )


def new(subject: str = "AAPL", horizon: int = 3, **more: Any) -> NewForecast:
    values: dict[str, Any] = {
        "as_of": DAY,
        "model_version": "fhs-1-aa",
        "points": tuple(map(point, range(1, horizon + 1))),
        "data_hash": "a" * 64,
        "seed": 7,
        "last_value": 100.0,
        "provider": "sample",
        "libraries": {"numpy": "2"},
        "skill": 0.97,
        "dm_p": 0.01,
        "base_rate": 0.55,
        "coverage_80": 0.79,
        "coverage_95": 0.95,
        "scores": {"1": {"crps": 0.01}},
        "details": {"drift": 0.0002},
        "notes": ("Limits.",),
        "task_id": "t",
    }
    return NewForecast("price", subject, horizon=horizon, shares=SHARES, **(values | more))


def outcome(step: int, **more: Any) -> ForecastOutcome:
    values: dict[str, Any] = {"value": 101.0, "pit": 0.6, "crps": 0.01, "naive_crps": 0.02}
    return ForecastOutcome(step, DAY + timedelta(days=step), **(values | more))


def test_a_forecast_comes_back_as_it_was_kept(forecasts: ForecastRepository) -> None:
    kept = forecasts.get(forecasts.save(new()))
    assert kept is not None
    for name in ("subject", "as_of", "skill", "scores", "details", "notes", "points", "shares"):
        assert getattr(kept, name) == getattr(new(), name)
    assert kept.metric == ""
    assert kept.interval(95) == ((96.0, 104.0), (92.0, 108.0), (88.0, 112.0))
    assert kept.interval(50) is None


def test_what_could_not_be_tested_stays_unknown(forecasts: ForecastRepository) -> None:
    kept = forecasts.get(forecasts.save(new(skill=None, dm_p=None, base_rate=None)))
    assert kept is not None
    assert (kept.skill, kept.dm_p, kept.base_rate) == (None, None, None)


def test_a_second_delivery_changes_nothing(forecasts: ForecastRepository) -> None:
    first = forecasts.save(new())
    forecasts.save_outcomes({first: [outcome(1)]})
    again = forecasts.save(new(task_id="again"))
    assert again == first
    (kept,) = forecasts.history("price", "AAPL")
    assert len(kept.points) == 3
    assert len(kept.outcomes) == 1


def test_other_data_replace_the_forecast_and_what_was_said_of_its_outcome(
    forecasts: ForecastRepository,
) -> None:
    first = forecasts.save(new())
    forecasts.save_outcomes({first: [outcome(1)]})
    moved = tuple(point(step, 50.0) for step in (1, 2, 3))
    assert forecasts.save(new(data_hash="b" * 64, points=moved)) == first
    kept = forecasts.get(first)
    assert kept is not None
    assert kept.points == moved
    assert kept.outcomes == ()


def test_day_model_and_horizon_each_make_another_forecast(forecasts: ForecastRepository) -> None:
    ids = {
        forecasts.save(new()),
        forecasts.save(new(as_of=DAY + timedelta(days=1))),
        forecasts.save(new(model_version="fhs-1-bb")),
        forecasts.save(new(horizon=5)),
        forecasts.save(new("MSFT")),
        forecasts.save(replace(new(), kind="metric", metric="revenue")),
    }
    assert len(ids) == 6
    assert len(forecasts.history("price", "AAPL")) == 4
    assert len(forecasts.history("metric", "AAPL", "revenue")) == 1


def test_the_newest_forecast_is_by_the_day_that_it_knows(forecasts: ForecastRepository) -> None:
    later = forecasts.save(new(as_of=DAY + timedelta(days=3)))
    forecasts.save(new())
    newest = forecasts.latest("price", "AAPL")
    assert newest is not None
    assert newest.id == later
    assert forecasts.latest("price", "AAPL", horizon=9) is None
    assert forecasts.latest("price", "NONE") is None
    forecasts.save(new("MSFT"))
    assert [each.subject for each in forecasts.overview("price")] == ["AAPL", "MSFT"]
    assert forecasts.overview("price")[0].id == later


def test_what_is_done_is_known_by_its_data(forecasts: ForecastRepository) -> None:
    kept = forecasts.save(new())
    assert forecasts.has("price", "AAPL", DAY, "fhs-1-aa", 3, "a" * 64) == kept
    assert forecasts.has("price", "AAPL", DAY, "fhs-1-aa", 3, "b" * 64) is None
    assert forecasts.has("price", "AAPL", DAY, "fhs-1-aa", 4, "a" * 64) is None


@pytest.mark.parametrize(
    "points",
    [(), (point(1), point(2)), (point(1), point(2), replace(point(3), quantiles=(1.0,)))],
)
def test_half_a_forecast_is_refused(
    forecasts: ForecastRepository, points: tuple[ForecastPoint, ...]
) -> None:
    with pytest.raises(StorageError) as caught:
        forecasts.save(new(points=points))
    assert caught.value.code == "bad_forecast"
    assert forecasts.history("price", "AAPL") == ()


def test_outcomes_arrive_step_by_step_and_the_first_word_stands(
    forecasts: ForecastRepository,
) -> None:
    kept = forecasts.save(new())
    assert forecasts.save_outcomes({kept: [outcome(1)]}) == 1
    assert forecasts.save_outcomes({kept: [outcome(1, value=9.0), outcome(2)]}) == 1
    record = forecasts.get(kept)
    assert record is not None
    assert [o.value for o in record.outcomes] == [101.0, 101.0]
    assert forecasts.unfinished("price", DAY) == (record,)
    forecasts.save_outcomes({kept: [outcome(3, naive_crps=None)]})
    assert forecasts.unfinished("price", DAY) == ()
    assert forecasts.save_outcomes({kept: [outcome(1, value=9.0)]}, replace=True) == 1


def test_unfinished_forecasts_are_asked_for_by_day_and_subject(
    forecasts: ForecastRepository,
) -> None:
    old = forecasts.save(new(as_of=DAY - timedelta(days=100)))
    fresh, other = forecasts.save(new()), forecasts.save(new("MSFT"))
    assert [f.id for f in forecasts.unfinished("price", DAY)] == [fresh, other]
    assert [f.id for f in forecasts.unfinished("price", DAY, ["MSFT"])] == [other]
    since = DAY - timedelta(days=200)
    assert [f.id for f in forecasts.unfinished("price", since)] == [old, fresh, other]
    forecasts.save_outcomes({old: [outcome(1)]})
    assert [f.id for f in forecasts.evaluated("price", "AAPL")] == [old]
    assert forecasts.evaluated("price", "AAPL", since=DAY) == ()


def test_what_intervals_learned_is_kept_by_subject(forecasts: ForecastRepository) -> None:
    assert forecasts.conformal("price", "AAPL") is None
    forecasts.save_conformal("price", "AAPL", [{"horizon": 21, "misses": 0.05}], 4)
    forecasts.save_conformal("price", "AAPL", [{"horizon": 21, "misses": 0.06}], 5)
    forecasts.save_conformal("metric", "AAPL", [], 0, "revenue")
    kept = forecasts.conformal("price", "AAPL")
    assert kept is not None
    assert (kept.state, kept.outcomes) == ([{"horizon": 21, "misses": 0.06}], 5)
    assert set(forecasts.conformals("price")) == {"AAPL"}


def test_numbers_that_are_none_are_not_kept(forecasts: ForecastRepository) -> None:
    with pytest.raises(ValueError, match="finite"):
        forecasts.save(new(skill=float("nan")))


def test_of_each_metric_of_a_company_the_newest_forecast_is_found(
    forecasts: ForecastRepository,
) -> None:
    earlier = DAY - timedelta(days=90)
    several = [
        replace(new(as_of=day), kind="metric", metric=metric)
        for metric, day in (("revenue", earlier), ("revenue", DAY), ("margin", earlier))
    ]
    other = replace(new("MSFT"), kind="metric", metric="revenue")
    forecasts.save_many([*several, other, new()])
    found = forecasts.latest_of_metrics("AAPL")
    assert [(one.metric, one.as_of) for one in found] == [
        ("margin", earlier),
        ("revenue", DAY),
    ]
    assert all(len(one.points) == 3 for one in found)
    assert forecasts.latest_of_metrics("IBM") == ()
