"""What the tasks that forecast prices do, over a real database."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.forecasting.price.markets import Market, market
from worker_core.market.bars import Action, Bars
from worker_core.market.calendar import sessions_after
from worker_core.market.records import Symbol
from worker_core.storage import NewModel, Storage
from worker_core.tasks import price_models, price_training, price_work
from worker_core.tasks.base import PermanentFailure, Run
from worker_core.tasks.price_data import SymbolPrices, load, load_many

SESSIONS = 1400


@dataclass(frozen=True)
class Direct(Run):
    """A run without a worker around it."""

    task: Any = None
    kept: Any = None
    stages: list[str] = field(default_factory=list)

    @property
    def task_id(self) -> str:
        return "direct"

    @property
    def storage(self) -> Storage:
        opened: Storage = self.kept
        return opened

    def progress(self, stage: str, fraction: float) -> None:
        assert 0 <= fraction <= 1
        self.stages.append(stage)


@pytest.fixture(scope="module")
def days() -> list[date]:
    """Sessions of New York up to about now."""
    start = date(2019, 1, 2)
    every = sessions_after(start, SESSIONS + 300)
    return [start, *every]


def bars(symbol: str, made: Market, days: list[date]) -> Bars:
    opens, highs, lows, closes = made.ohlc[: len(days)].T
    return Bars(
        symbol,
        np.array(days, dtype="datetime64[D]"),
        opens,
        highs,
        lows,
        closes,
        np.full(len(days), 1e6),
        currency="USD",
        provider="test",
    )


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Direct]:
    with Storage.open(f"sqlite:///{tmp_path / 'afi.sqlite3'}", str(tmp_path / "files")) as opened:
        yield Direct(kept=opened)


@pytest.fixture(scope="module")
def stock() -> Market:
    return market(SESSIONS + 300, seed=41)


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


def test_retraining_tells_of_each_symbol_what_became_of_it(
    run: Direct, stock: Market, days: list[date]
) -> None:
    run.storage.market.upsert_bars(bars("AAPL", stock, days[:SESSIONS]))
    run.storage.market.upsert_bars(bars("YOUNG", stock, days[:400]))
    run.storage.market.upsert_bars(bars("TINY", stock, days[:20]))
    first = price_training.retrain(run, [], 600)
    assert {each["ticker"] for each in first["promoted"]} == {"AAPL", "YOUNG"}
    assert [each["ticker"] for each in first["failed"]] == ["TINY"]
    second = price_training.retrain(run, ["AAPL", "YOUNG"], 600)
    assert [each["ticker"] for each in second["rejected"]] == ["AAPL"]
    assert [each["ticker"] for each in second["kept"]] == ["YOUNG"]
    assert second["rejected"][0]["reasons"]
    registry = run.storage.models
    champion = registry.champion(price_models.KIND, "AAPL")
    assert champion is not None
    assert champion.version == first["promoted"][0]["version"]
    (rejected,) = [
        v for v in registry.versions(price_models.KIND, "AAPL") if v.status == "rejected"
    ]
    assert rejected.verdict is not None
    assert rejected.verdict["figures"]["origins"] >= 60  # type: ignore[index,call-overload,operator]
    # A second delivery decides the same and registers nothing more.
    assert price_training.retrain(run, ["AAPL"], 600)["rejected"] == second["rejected"]
    assert len(registry.versions(price_models.KIND, "AAPL")) == 2


def test_a_better_challenger_comes_into_use_and_the_way_back_is_open(
    run: Direct, stock: Market, days: list[date]
) -> None:
    run.storage.market.upsert_bars(bars("AAPL", stock, days[:SESSIONS]))
    old = price_training.retrain(run, ["AAPL"], 600)["promoted"][0]["version"]
    registry = run.storage.models
    record = registry.champion(price_models.KIND, "AAPL")
    assert record is not None
    model: Any = record.parameters["model"]
    flat = {"mean": 0.0, "omega": 1e-4, "alpha": 0.0, "gamma": 0.0, "beta": 0.0, "nu": 6.0}
    # The less there was, the more it expects.
    wrong = model["har"] | {"coefficients": [-60.0, 0.0, 0.0, -5.0, 0.0, 0.0, 0.0]}
    parameters: dict[str, Any] = {
        "model": model | {"gjr": flat, "har": wrong},
        "trained_until": days[300].isoformat(),
    }
    bad = NewModel(price_models.KIND, "bad", "AAPL", parameters=parameters)
    registry.register(bad)
    registry.promote(price_models.KIND, "bad", "AAPL", reasons=("A mistake.",))
    (better,) = price_training.retrain(run, ["AAPL"], 600)["promoted"]
    assert better["against"] == "bad"
    assert "better" in better["reasons"][0]
    assert registry.roll_back(price_models.KIND, "AAPL").version == "bad"
    assert registry.roll_back(price_models.KIND, "AAPL").version == old
    forecast = run.storage.forecasts.get(price_work.generate(run, "AAPL", 5)["forecast_id"])
    assert forecast is not None
    assert forecast.model_version == old


def test_a_budget_that_is_spent_leaves_the_rest_and_names_it(run: Direct) -> None:
    answer = price_training.retrain(run, ["AAPL", "MSFT"], 0)
    assert answer["left"] == ["AAPL", "MSFT"]
    assert answer["promoted"] == []
