"""Ctrl+K leads to what the system has."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop_app.finds import Finds
from desktop_app.monitor.rows import Batch, Connection, Counters, QueueRow, WorkerRow
from desktop_app.services.blocking import Blocking
from desktop_app.services.connection import Connections
from desktop_app.services.insights import Known
from worker_core import settings
from worker_core.catalog import TASKS


@pytest.fixture
def connections(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connections]:
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    settings.override({})
    blocking = Blocking(1, "test")
    yield Connections(blocking)
    blocking.close()
    settings.override({})


def test_queues_workers_tasks_and_connections_are_found_by_name(connections: Connections) -> None:
    went: list[tuple[str, Any]] = []
    used: list[str | None] = []
    finds = Finds(lambda page, detail: went.append((page, detail)), connections, used.append)
    batch = Batch(
        Connection("live", "", 0.0),
        Counters(),
        queues=[QueueRow("odd\u202equeue", 0, {}, 1, 0.0)],
        workers=[WorkerRow("w@one")],
    )
    finds.take(batch)
    finds.take(Batch(Connection("live", "", 0.0), Counters()))
    finds.symbols = [Known("AAPL", "Apple")]
    actions = {(action.group, action.title): action for action in finds.actions()}
    actions["Queue", "odd�queue"].callback()
    actions["Worker", "w@one"].callback()
    actions["Enqueue", "Process a document"].callback()
    actions["Symbol", "AAPL · Apple"].callback()
    actions["Connection", "Look at This computer"].callback()
    actions["Setting", "Log level"].callback()
    assert went == [
        ("queues", {"queue": "odd\u202equeue"}),
        ("workers", {"worker": "w@one"}),
        ("enqueue", {"name": "document_processing.process_document"}),
        ("insights", {"symbol": "AAPL"}),
        ("settings", {"search": "AFI_LOG_LEVEL"}),
    ]
    assert used == [None]
    assert sum(group == "Tasks of" for group, _ in actions) == len(TASKS)
