"""A task of each domain, one that is ended by force, and one that the scheduler sends."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from worker_core.catalog import TASKS
from worker_core.operations import control, schedule
from worker_core.operations.results import TaskResult, result
from worker_core.operations.submit import submit
from worker_core.profiles import pool_of
from worker_core.selftest.steps import Step, until
from worker_core.settings import Settings
from worker_core.storage import ScheduleEdit, Storage

# Of the bundled sample of prices.
SYMBOLS = ("AAPL", "IBM", "MSFT")
ENTRY = "selftest"
CHECK = "monitoring.system_health_check"
LONG = "model_training.optimize_model_hyperparameters"

TRIED: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    ("data", "data_processing.update_market_data", {"tickers": SYMBOLS, "provider": "sample"}),
    ("sentiment", "sentiment_analysis.update_sentiment_trends", {}),
    ("anomalies", "anomaly_detection.pattern_anomaly_detection", {"ticker": "MSFT"}),
    ("risk", "anomaly_detection.systemic_risk_analysis", {"tickers": SYMBOLS, "window": 250}),
    ("forecast", "forecasting.generate_stock_forecast", {"ticker": "MSFT", "horizon": 5}),
    (
        "training",
        "model_training.retrain_anomaly_models",
        {"tickers": ["MSFT"], "time_budget_s": 60},
    ),
    ("monitoring", CHECK, {}),
)


class Domains:
    """What a running system is asked to do."""

    def __init__(self, values: Settings, storage: Storage) -> None:
        self._values, self._storage = values, storage

    def steps(self) -> Iterator[tuple[str, Step]]:
        for name, task, arguments in TRIED:
            if TASKS[task].unavailable is None:
                yield name, partial(self._task, task, arguments)
        yield "termination", self._terminate
        yield "schedule", self._scheduled

    def _task(self, name: str, arguments: Mapping[str, Any]) -> str:
        submission = submit(name, _lists(arguments), settings=self._values)
        found = self._ended(submission.task_id, name)
        if found.state != "SUCCESS":
            raise RuntimeError(f"{name} ended with {found.state}: {found.error}")
        return f"{TASKS[name].title}: {_told(found.result)}"

    def _terminate(self) -> str:
        """A task that would run for hours, ended while it runs."""
        arguments = {"model": "anomalies", "trials": 2000, "time_budget_s": 6000}
        task_id = submit(LONG, arguments, settings=self._values).task_id
        until("the long task runs", lambda: self._in_state(task_id, {"PROGRESS", "STARTED"}))
        control.revoke(task_id, terminate=True, settings=self._values)
        until("the long task is revoked", lambda: self._in_state(task_id, {"REVOKED"}))
        # Its process is gone, and another takes its place.
        self._task(CHECK, {})
        how = "its process was ended" if pool_of(self._values) == "prefork" else "it was asked"
        return f"{TASKS[LONG].title}: {how}, and the next task ran"

    def _scheduled(self) -> str:
        edit = ScheduleEdit(task=CHECK, arguments={}, kind="every", expression="1")
        schedule.add(ENTRY, edit, settings=self._values)
        try:
            task_id = until(
                "the scheduler sends a task",
                lambda: schedule.entry(ENTRY, self._values).last_task_id,
            )
        finally:
            schedule.remove(ENTRY, settings=self._values)
        found = self._ended(task_id, CHECK)
        if found.state != "SUCCESS":
            raise RuntimeError(f"the scheduled task ended with {found.state}: {found.error}")
        return f"{TASKS[CHECK].title}: sent by the scheduler, and done"

    def _ended(self, task_id: str, name: str) -> TaskResult:
        def look() -> TaskResult | None:
            found = result(task_id, settings=self._values)
            return found if found and found.state in {"SUCCESS", "FAILURE", "REVOKED"} else None

        return until(f"{name} ends", look)

    def _in_state(self, task_id: str, wanted: set[str]) -> bool | None:
        found = result(task_id, settings=self._values)
        if found and found.state == "FAILURE":
            raise RuntimeError(f"it failed: {found.error}")
        return True if found and found.state in wanted else None


def _lists(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {key: list(v) if isinstance(v, tuple) else v for key, v in arguments.items()}


def _told(value: object) -> str:
    """The first few plain values of a result."""
    if not isinstance(value, dict):
        return str(value)[:80]
    plain = (f"{k} {v}" for k, v in value.items() if isinstance(v, str | int | float))
    return ", ".join(list(plain)[:4])[:100]
