"""Models of prices are fitted again, and the better one comes into use."""

from datetime import date
from typing import Any

from tests.forecasting.price.markets import Market
from tests.tasks.direct import Direct
from tests.tasks.prices.symbols import SESSIONS, bars
from worker_core.storage import NewModel
from worker_core.tasks import price_models, price_training, price_work


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
