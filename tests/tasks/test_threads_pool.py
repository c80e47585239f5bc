"""A worker as on Windows: its tasks in threads, cancelled by asking, stopped by the broker."""

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.tasks.conftest import until
from worker_core.operations import control, members, process, runtime
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.results import result
from worker_core.operations.submit import submit
from worker_core.operations.workers import inspect
from worker_core.settings import Settings
from worker_core.storage import Storage

pytestmark = pytest.mark.slow

PATIENCE_S = 120.0
NODE = f"local@{socket.gethostname()}"


@pytest.fixture(scope="module")
def values(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    folder = tmp_path_factory.mktemp("threads")
    broker = EmbeddedBroker(folder)
    broker.start()
    yield Settings(data_dir=folder, worker_concurrency=2)
    broker.stop()


@pytest.fixture(scope="module")
def worker(values: Settings) -> Iterator[members.ProcessMember]:
    """Started and stopped as the window does it."""
    (plan,) = (one for one in members.members(values) if one.name == "worker")
    # Tuning has the longest task; with the libraries loaded at first use the start is quick.
    environment = {
        "AFI_WORKER_POOL": "threads",
        "AFI_WORKER_PRELOAD": "false",
        "CELERY_BROKER_URL": EmbeddedBroker(values.data_dir).url or "",
        "XDG_CONFIG_HOME": str(values.data_dir),
    }
    member = members.ProcessMember(
        replace(
            plan,
            command=(*plan.command, "-Q", "model_training,data_processing"),
            environment=environment,
        ),
        values,
    )
    member.start()
    until(lambda: member.condition().state == "running" or None)
    yield member
    member.stop(PATIENCE_S)


def state_of(task_id: str, values: Settings) -> str | None:
    found = result(task_id, settings=values)
    return found.state if found else None


def test_the_worker_says_that_it_runs_tasks_in_threads(
    worker: members.ProcessMember, values: Settings
) -> None:
    answer = inspect("stats", destination=[NODE], settings=values)[NODE]
    assert isinstance(answer, dict)
    assert answer["pool"]["implementation"] == "celery.concurrency.thread:TaskPool"


def test_a_cancelled_task_stops_at_its_next_word_of_progress_and_is_known_as_revoked(
    worker: members.ProcessMember, values: Settings
) -> None:
    market = submit("data_processing.update_market_data", {"tickers": ["MSFT"]}, settings=values)
    until(lambda: state_of(market.task_id, values) == "SUCCESS" or None)
    asked = submit(
        "model_training.optimize_model_hyperparameters",
        {"model": "anomalies", "trials": 2000, "time_budget_s": 6000},
        settings=values,
    )
    until(lambda: state_of(asked.task_id, values) == "PROGRESS" or None)
    control.revoke(asked.task_id, terminate=True, settings=values)
    until(lambda: state_of(asked.task_id, values) == "REVOKED" or None)
    with Storage.open(values.database_url, values.artifacts_url) as storage:

        def settled() -> bool | None:
            record = storage.tasks.get(asked.task_id)
            return (record is not None and record.state == "cancelled") or None

        until(settled)


def test_where_no_signal_asks_it_the_worker_is_told_through_the_broker(
    worker: members.ProcessMember, values: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "signals_ask", lambda: False)
    signalled: list[str] = []
    monkeypatch.setattr(process, "ask", lambda _running, name: signalled.append(name))
    worker.stop(PATIENCE_S)
    assert worker.condition().state == "stopped"
    assert signalled == []
    log = worker.log_path.read_text()
    assert "shutdown" in log.lower()


def test_a_signal_asks_everywhere_but_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    assert runtime.signals_ask()
    monkeypatch.setattr("sys.platform", "win32")
    assert not runtime.signals_ask()
