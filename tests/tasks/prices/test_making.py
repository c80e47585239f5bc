"""What the tasks that forecast prices make, over a real database."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from tests.forecasting.price.markets import Market
from tests.tasks.direct import Direct
from tests.tasks.prices.symbols import SESSIONS, bars
from worker_core.market.bars import Action
from worker_core.market.records import Symbol
from worker_core.tasks import price_models, price_work
from worker_core.tasks.base import PermanentFailure
from worker_core.tasks.price_data import SymbolPrices, load, load_many


def test_a_forecast_is_kept_with_all_that_is_to_be_said_of_it(
    run: Direct, stock: Market, days: list[date]
) -> None:
    run.storage.market.upsert_bars(bars("AAPL", stock, days[:SESSIONS]))
    answer = price_work.generate(run, "AAPL", 21)
    kept = run.storage.forecasts.get(answer["forecast_id"])
    assert kept is not None
    assert kept.as_of == days[SESSIONS - 1]
    assert [point.date for point in kept.points] == days[SESSIONS : SESSIONS + 21]
    assert kept.last_value == pytest.approx(stock.closes[SESSIONS - 1])
    assert kept.provider == "test"
    assert set(kept.libraries) == {"arch", "numpy", "scipy"}
    assert kept.skill is not None
    assert 0 < kept.skill < 1.5
    assert kept.dm_p is not None
    assert kept.base_rate is not None
    assert kept.coverage_80 is not None
    assert kept.coverage_95 is not None
    assert set(kept.scores) == {"1", "5", "21"}
    assert "base rate" in answer["words"]
    low, high = answer["intervals"]["95"]
    assert low < answer["mean"] < high
    champion = run.storage.models.champion(price_models.KIND, "AAPL")
    assert champion is not None
    assert champion.version == kept.model_version


def test_the_same_again_makes_nothing_new_and_another_horizon_does(
    run: Direct, stock: Market, days: list[date]
) -> None:
    run.storage.market.upsert_bars(bars("AAPL", stock, days[:SESSIONS]))
    first = price_work.each(run, ["AAPL"], 5)
    again = price_work.each(run, ["AAPL"], 5)
    other = price_work.each(run, ["AAPL"], 6)
    assert again["forecasts"] == {}
    assert again["already_made"] == first["forecasts"]
    assert set(other["forecasts"]) == {"AAPL"}
    assert price_work.generate(run, "AAPL", 5)["already"] is True
    assert len(run.storage.models.versions(price_models.KIND)) == 1


def test_corrected_prices_are_forecast_anew(run: Direct, stock: Market, days: list[date]) -> None:
    run.storage.market.upsert_bars(bars("AAPL", stock, days[:SESSIONS]))
    first = price_work.each(run, ["AAPL"], 5)
    mended = replace(stock, ohlc=stock.ohlc * 1.0)
    mended.ohlc[SESSIONS - 1] *= 1.03
    run.storage.market.upsert_bars(bars("AAPL", mended, days[:SESSIONS]))
    again = price_work.each(run, ["AAPL"], 5)
    assert again["forecasts"] == first["forecasts"]
    kept = run.storage.forecasts.get(again["forecasts"]["AAPL"])
    assert kept is not None
    assert kept.last_value == pytest.approx(mended.closes[SESSIONS - 1])


def test_a_symbol_that_cannot_be_forecast_fails_alone_and_says_why(
    run: Direct, stock: Market, days: list[date]
) -> None:
    good = bars("GOOD", stock, days[:SESSIONS])
    still = Market(np.full((SESSIONS, 4), 7.0), stock.variance)
    pence = replace(stock, ohlc=stock.ohlc.copy())
    pence.ohlc[700:] *= 100
    below = replace(stock, ohlc=stock.ohlc.copy())
    below.ohlc[800] = -1.0
    run.storage.market.upsert_bars(
        [
            good,
            bars("STILL", still, days[:SESSIONS]),
            bars("PENCE", pence, days[:SESSIONS]),
            bars("BELOW", below, days[:SESSIONS]),
            bars("YOUNG", stock, days[:30]),
        ]
    )
    run.storage.market.save_symbol(Symbol("OLD", renamed_to="GOOD"))
    answer = price_work.each(run, ["NONE", "STILL", "PENCE", "OLD", "BELOW", "YOUNG", "GOOD"], 5)
    assert set(answer["forecasts"]) == {"GOOD"}
    failed = answer["failed"]
    assert "no prices of NONE" in failed["NONE"]
    assert "constant" in failed["STILL"]
    assert "unit has changed" in failed["PENCE"]
    assert "called GOOD now" in failed["OLD"]
    assert "negative" in failed["BELOW"]
    assert "30 closes" in failed["YOUNG"]
    with pytest.raises(PermanentFailure, match=r"STILL: .*constant"):
        price_work.generate(run, "STILL", 5)


def test_a_declared_split_moves_nothing(run: Direct, stock: Market, days: list[date]) -> None:
    raw = replace(stock, ohlc=stock.ohlc.copy())
    raw.ohlc[:900] *= 2
    run.storage.market.upsert_bars(bars("SPLIT", raw, days[:SESSIONS]))
    run.storage.market.upsert_bars(bars("PLAIN", stock, days[:SESSIONS]))
    run.storage.market.upsert_actions([Action("SPLIT", days[900], "split", 2.0)])
    ids = price_work.each(run, ["SPLIT", "PLAIN"], 5)["forecasts"]
    split, plain = (run.storage.forecasts.get(ids[name]) for name in ("SPLIT", "PLAIN"))
    assert split is not None
    assert plain is not None
    assert split.details["annual_volatility"] == pytest.approx(
        plain.details["annual_volatility"], rel=1e-3
    )
    assert not any("split" in note for note in split.notes)


def test_prices_that_are_read_together_are_those_that_are_read_alone(
    run: Direct, stock: Market, days: list[date]
) -> None:
    names = ["PLAIN", "SPLIT", "META", "EARLY"]
    kept = {name: bars(name, stock, days[:SESSIONS]) for name in names}
    kept["EARLY"] = kept["EARLY"].take(slice(0, 700))
    kept["META"] = kept["META"].take(slice(600, SESSIONS))
    run.storage.market.upsert_bars(kept.values())
    run.storage.market.upsert_bars(bars("FB", stock, days[:600]))
    run.storage.market.save_symbol(Symbol("FB", renamed_to="META"))
    run.storage.market.upsert_actions(
        [
            Action("SPLIT", days[900], "split", 2.0),
            Action("SPLIT", days[1000], "dividend", 0.1),
            # Larger than any price.
            Action("EARLY", days[500], "dividend", 1e6),
        ]
    )
    together = load_many(run.storage, [*names, "NONE"])
    for name in ("PLAIN", "SPLIT", "META"):
        alone, found = load(run.storage, name), together[name]
        assert isinstance(found, SymbolPrices)
        assert found.data_hash == alone.data_hash
        assert (found.as_of, found.provider, found.notes) == (
            alone.as_of,
            alone.provider,
            alone.notes,
        )
    assert "dividend" in str(together["EARLY"])
    assert "no prices of NONE" in str(together["NONE"])


def test_more_symbols_than_are_read_together_are_all_forecast(
    run: Direct, stock: Market, days: list[date]
) -> None:
    names = [f"S{number:02}" for number in range(price_work.AT_ONCE + 2)]
    run.storage.market.upsert_bars(bars(name, stock, days[:200]) for name in names)
    answer = price_work.each(run, [*names, "NONE"], 3)
    assert set(answer["forecasts"]) == set(names)
    assert set(answer["failed"]) == {"NONE"}
    for name, number in answer["forecasts"].items():
        kept = run.storage.forecasts.get(number)
        assert kept is not None
        assert (kept.subject, len(kept.points)) == (name, 3)


def test_prices_under_a_former_name_belong_to_the_symbol(
    run: Direct, stock: Market, days: list[date]
) -> None:
    whole = bars("META", stock, days[:SESSIONS])
    run.storage.market.upsert_bars([whole.take(slice(600, SESSIONS))])
    run.storage.market.upsert_bars([replace(whole, symbol="FB").take(slice(0, 600))])
    run.storage.market.save_symbol(Symbol("FB", renamed_to="META"))
    kept = run.storage.forecasts.get(price_work.generate(run, "META", 5)["forecast_id"])
    assert kept is not None
    assert any("those of FB" in note for note in kept.notes)
    run.storage.market.upsert_bars([replace(whole, symbol="WHOLE")])
    same = run.storage.forecasts.get(price_work.generate(run, "WHOLE", 5)["forecast_id"])
    assert same is not None
    assert same.data_hash == kept.data_hash


def test_days_that_no_exchange_has_leave_the_steps_without_dates(
    run: Direct, stock: Market, days: list[date]
) -> None:
    start = np.datetime64("2023-01-01") + np.arange(800)
    coin = replace(bars("COIN", stock, days[:800]), dates=start)
    run.storage.market.upsert_bars(coin.take(slice(0, 729)))
    kept = run.storage.forecasts.get(price_work.generate(run, "COIN", 5)["forecast_id"])
    assert kept is not None
    if all(point.date is None for point in kept.points):
        assert any("calendar" in note for note in kept.notes)
