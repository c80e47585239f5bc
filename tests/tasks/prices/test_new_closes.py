"""Forecasts of prices when new closes come: they are carried forward and held against them."""

import gc
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.forecasting.price.markets import Market
from tests.tasks.direct import Direct
from tests.tasks.prices.symbols import SESSIONS, bars
from worker_core.market.bars import Action
from worker_core.storage import ForecastOutcome, ForecastPoint, ForecastRecord, NewForecast
from worker_core.storage.forecasts import ForecastRepository
from worker_core.tasks import price_models, price_work


def test_new_closes_carry_the_forecast_forward_without_a_fit(
    run: Direct, stock: Market, days: list[date], monkeypatch: pytest.MonkeyPatch
) -> None:
    run.storage.market.upsert_bars(bars("AAPL", stock, days[:SESSIONS]))
    first = price_work.each(run, ["AAPL"], 7)["forecasts"]["AAPL"]
    assert price_work.update(run, [])["current"] == {"AAPL": first}
    run.storage.market.upsert_bars(bars("AAPL", stock, days[: SESSIONS + 1]))

    def refuse(*_: object) -> None:
        raise AssertionError("fitted")

    monkeypatch.setattr("worker_core.forecasting.price.model.fit_gjr", refuse)
    answer = price_work.update(run, [])
    kept = run.storage.forecasts.get(answer["updated"]["AAPL"])
    assert kept is not None
    assert kept.id != first
    assert (kept.as_of, kept.horizon) == (days[SESSIONS], 7)
    assert answer["due_for_retraining"] == []
    # What all have in common is known by now.
    assert run.storage.models.champion(price_models.KIND, price_models.POOL) is not None
    assert price_work.update(run, ["NEW"])["failed"] == {
        "NEW": "It has no model yet: forecast it first."
    }


def test_many_are_carried_forward_together_and_one_that_cannot_be_stops_no_other(
    run: Direct, stock: Market, days: list[date]
) -> None:
    names = ["GOOD", "FINE", "TORN"]
    run.storage.market.upsert_bars(bars(name, stock, days[:400]) for name in names)
    first = price_work.each(run, names, 3)["forecasts"]
    longer = [bars(name, stock, days[:401]) for name in names]
    closes = longer[2].close.copy()
    closes[-1] *= 100
    run.storage.market.upsert_bars([*longer[:2], replace(longer[2], close=closes)])
    answer = price_work.update(run, [*names, "NEW"])
    assert set(answer["updated"]) == {"GOOD", "FINE"}
    assert not set(answer["updated"].values()) & set(first.values())
    assert set(answer["failed"]) == {"TORN", "NEW"}
    assert "unit" in answer["failed"]["TORN"]
    assert price_work.update(run, ["GOOD"])["current"] == {"GOOD": answer["updated"]["GOOD"]}
    # A close of long ago is corrected: the same day is forecast anew.
    one = longer[0].take(slice(200, 201))
    run.storage.market.upsert_bars(replace(one, close=one.close * 1.01))
    assert set(price_work.update(run, ["GOOD"])["updated"]) == {"GOOD"}


def test_past_forecasts_are_held_against_what_came_and_the_intervals_learn(
    run: Direct, stock: Market, days: list[date]
) -> None:
    market_data, forecasts = run.storage.market, run.storage.forecasts
    for end in range(SESSIONS, SESSIONS + 40, 4):
        market_data.upsert_bars(bars("AAPL", stock, days[:end]))
        price_work.each(run, ["AAPL"], 21)
    back = (datetime.now(UTC).date() - days[SESSIONS - 10]).days
    answer = price_work.evaluate(run, [], back)
    assert answer["forecasts"] == 9
    assert set(answer["horizons"]) == {"1", "5", "10", "21"}
    at_one = answer["horizons"]["1"]
    assert at_one["forecasts"] == 9
    assert at_one["crps"] > 0
    assert at_one["naive_crps"] > 0
    assert 0 <= at_one["base_rate"] <= 1
    oldest = forecasts.history("price", "AAPL")[-1]
    assert [o.step for o in oldest.outcomes] == list(range(1, 22))
    assert oldest.outcomes[4].value == pytest.approx(stock.closes[SESSIONS + 4])
    assert oldest.outcomes[4].date == days[SESSIONS + 4]
    learned = forecasts.conformal("price", "AAPL")
    assert learned is not None
    assert learned.outcomes > 0
    # The same again learns nothing twice.
    again = price_work.evaluate(run, [], back)
    assert again["new_outcomes"] == 0
    assert forecasts.conformal("price", "AAPL") == replace(
        learned,
        updated_at=forecasts.conformal("price", "AAPL").updated_at,  # type: ignore[union-attr]
    )


def test_a_later_split_does_not_spoil_what_came(
    run: Direct, stock: Market, days: list[date]
) -> None:
    run.storage.market.upsert_bars(bars("AAPL", stock, days[:SESSIONS]))
    made = price_work.each(run, ["AAPL"], 5)["forecasts"]["AAPL"]
    later = replace(stock, ohlc=stock.ohlc.copy())
    later.ohlc[SESSIONS + 2 :] /= 4
    run.storage.market.upsert_bars(bars("AAPL", later, days[: SESSIONS + 5]))
    run.storage.market.upsert_actions([Action("AAPL", days[SESSIONS + 2], "split", 4.0)])
    price_work.evaluate(run, ["AAPL"], 3650)
    kept = run.storage.forecasts.get(made)
    assert kept is not None
    assert [o.value for o in kept.outcomes] == pytest.approx(stock.closes[SESSIONS : SESSIONS + 5])


def test_nothing_to_evaluate_is_said_and_not_counted(run: Direct) -> None:
    answer = price_work.evaluate(run, [], 90)
    assert answer == {"forecasts": 0, "new_outcomes": 0, "failed": {}, "horizons": {}}


def test_a_long_past_is_evaluated_a_symbol_at_a_time(
    run: Direct, monkeypatch: pytest.MonkeyPatch
) -> None:
    forecasts = run.storage.forecasts
    day = datetime.now(UTC).date() - timedelta(days=30)
    points = (ForecastPoint(1, day, 2.0, (1.0, 3.0)),)
    for subject in ("A", "B", "C"):
        for back in range(20):
            as_of = day - timedelta(days=back)
            made = forecasts.save(
                NewForecast("price", subject, as_of, 1, "m", 2.0, (0.1, 0.9), points, 0, "0" * 64)
            )
            forecasts.save_outcomes({made: [ForecastOutcome(1, day, 2.0, 0.5, 0.1, None)]})
    held = []
    evaluated = ForecastRepository.evaluated

    def counted(*args: Any, **more: Any) -> tuple[ForecastRecord, ...]:
        held.append(sum(isinstance(one, ForecastRecord) for one in gc.get_objects()))
        return evaluated(*args, **more)

    monkeypatch.setattr(ForecastRepository, "evaluated", counted)
    assert price_work.evaluate(run, [], 3650)["forecasts"] == 60
    assert len(held) == 3
    assert held[-1] <= 20
