"""Prices are forecast by a real worker."""

from datetime import date

import numpy as np
import pytest

from tests.forecasting.price.markets import market
from tests.tasks.conftest import System, until
from worker_core.market.bars import Bars
from worker_core.market.calendar import sessions_after
from worker_core.operations import batches
from worker_core.operations.results import TaskResult
from worker_core.operations.submit import submit
from worker_core.tasks.forecasting import BATCH, CHUNK

pytestmark = pytest.mark.slow

# So short a history that nothing is fitted by the library that takes seconds to load.
SESSIONS = 300


@pytest.fixture(scope="module")
def symbols(system: System) -> list[str]:
    """More symbols than one part of a batch has; one of them stands still."""
    start = date(2023, 1, 3)
    days = np.array([start, *sessions_after(start, SESSIONS - 1)], dtype="datetime64[D]")
    names = [f"S{number:03}" for number in range(CHUNK + 5)]
    for number, name in enumerate(names):
        columns = np.full((SESSIONS, 4), 5.0) if number == 3 else market(SESSIONS, number).ohlc
        o, h, low, c = columns.T
        system.storage.market.upsert_bars(Bars(name, days, o, h, low, c, np.full(SESSIONS, 1e5)))
    return names


def run(system: System, name: str, **arguments: object) -> TaskResult:
    return system.outcome(submit(name, arguments, settings=system.settings).task_id)


def batch(system: System, symbols: list[str]) -> list[TaskResult]:
    """The results of a batch's parts."""
    outcome = run(system, BATCH, tickers=symbols, horizon=5)
    assert outcome.state == "SUCCESS", outcome
    assert outcome.result["symbols"] == len(symbols)
    parts = [system.outcome(task_id) for task_id in outcome.result["tasks"]]
    assert all(part.state == "SUCCESS" for part in parts)

    def all_told() -> bool | None:
        found = batches.progress(outcome.task_id, settings=system.settings)
        return found.succeeded == found.total == len(parts) or None

    until(all_told)
    return parts


def test_a_batch_is_forecast_in_parts_and_one_that_fails_does_so_alone(
    system: System, symbols: list[str]
) -> None:
    parts = batch(system, symbols)
    assert len(parts) == 2
    made = {name: number for part in parts for name, number in part.result["forecasts"].items()}
    failed = {name: words for part in parts for name, words in part.result["failed"].items()}
    assert set(made) == set(symbols) - {"S003"}
    assert "constant" in failed["S003"]
    record = system.storage.forecasts.latest("price", "S000")
    assert record is not None
    assert len(record.points) == 5
    # A second submission makes nothing twice.
    again = batch(system, symbols)
    assert all(part.result["forecasts"] == {} for part in again)
    assert {n: i for part in again for n, i in part.result["already_made"].items()} == made


def test_one_price_is_forecast_and_a_bad_one_refused_in_words(
    system: System, symbols: list[str]
) -> None:
    good = run(system, "forecasting.generate_stock_forecast", ticker="S001", horizon=10)
    assert good.state == "SUCCESS", good
    assert good.result["horizon"] == 10
    assert good.result["intervals"]["95"][0] < good.result["last"]
    bad = run(system, "forecasting.generate_stock_forecast", ticker="NOWHERE")
    assert bad.state == "FAILURE"
    assert "There are no prices of NOWHERE" in str(bad)


def test_forecasts_are_carried_forward_evaluated_and_retrained(
    system: System, symbols: list[str]
) -> None:
    run(system, "forecasting.generate_stock_forecast", ticker="S002", horizon=5)
    updated = run(system, "forecasting.update_forecast_models", tickers=["S002"])
    assert set(updated.result["current"]) == {"S002"}
    evaluated = run(system, "forecasting.evaluate_forecast_accuracy", tickers=["S002"], days=3650)
    assert evaluated.result["new_outcomes"] == 0
    retrained = run(
        system, "model_training.retrain_forecasting_models", tickers=["S002"], time_budget_s=60
    )
    assert [each["ticker"] for each in retrained.result["kept"]] == ["S002"]


def test_what_waits_of_a_batch_can_be_cancelled(system: System, symbols: list[str]) -> None:
    names = [f"T{number:04}" for number in range(40 * CHUNK)]
    task = submit(BATCH, {"tickers": names, "horizon": 5}, settings=system.settings)
    until(lambda: system.storage.tasks.counts_of(f"batch:{task.task_id}") or None)
    batches.cancel(task.task_id, settings=system.settings)

    def settled() -> bool | None:
        found = batches.progress(task.task_id, settings=system.settings)
        return found.done == found.total or None

    until(settled)
