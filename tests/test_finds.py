"""Ctrl+K leads to what the system has."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop_app.finds import UPDATE, Finds
from desktop_app.monitor.rows import Batch, Connection, Counters, QueueRow, TaskRow, WorkerRow
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


class Stored:
    """A store with some symbols and no documents."""

    def __init__(self) -> None:
        self.symbols = ["AAPL"]

    async def library(self, _most: int) -> tuple[Any, ...]:
        return ()

    async def known(self) -> tuple[Known, ...]:
        return tuple(Known(symbol, "Apple") for symbol in self.symbols)


class AtOnce:
    """In place of the background: what is run has ended when it returns."""

    def run(
        self,
        operation: Coroutine[Any, Any, Any],
        _what: str,
        *,
        on_success: Callable[[Any], object],
        on_failure: object = None,
    ) -> None:
        on_success(asyncio.run(operation))


def finds_of(
    connections: Connections,
    went: list[Any],
    used: list[Any],
    stored: Any,
    background: Any = None,
) -> Finds:
    at_once: Any = AtOnce()
    return Finds(
        lambda page, detail: went.append((page, detail)),
        used.append,
        connections=connections,
        documents=stored,
        insights=stored,
        background=background or at_once,
    )


def test_queues_workers_tasks_and_connections_are_found_by_name(connections: Connections) -> None:
    went: list[tuple[str, Any]] = []
    used: list[str | None] = []
    finds = finds_of(connections, went, used, Stored())
    batch = Batch(
        Connection("live", "", 0.0),
        Counters(),
        queues=[QueueRow("odd\u202equeue", 0, {}, 1, 0.0)],
        workers=[WorkerRow("w@one")],
    )
    finds.take(batch)
    finds.take(Batch(Connection("live", "", 0.0), Counters()))
    finds.begin()
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


def test_a_symbol_is_found_once_its_prices_have_come_and_none_where_no_database_is_in_reach(
    connections: Connections,
) -> None:
    stored = Stored()
    finds = finds_of(connections, [], [], stored)

    def symbols() -> list[str]:
        return [action.title for action in finds.actions() if action.group == "Symbol"]

    came = Batch(
        Connection("live", "", 0.0),
        Counters(),
        tasks=[TaskRow(1, "1", 0.0, 0.0, UPDATE, state="SUCCESS")],
    )
    finds.take(came)
    assert not symbols()
    finds.begin()
    assert symbols() == ["AAPL · Apple"]
    stored.symbols.append("APC")
    finds.take(came)
    assert symbols() == ["AAPL · Apple", "APC · Apple"]
    finds.end()
    finds.take(came)
    assert not symbols()


def test_what_an_earlier_connection_holds_is_not_found_in_the_next(
    connections: Connections,
) -> None:
    asked: list[tuple[Coroutine[Any, Any, Any], Callable[[Any], object]]] = []

    class Later:
        def run(self, operation: Any, _what: str, *, on_success: Any, **_more: Any) -> None:
            asked.append((operation, on_success))

    stored = Stored()
    finds = finds_of(connections, [], [], stored, Later())
    finds.begin()
    before = [(asyncio.run(operation), tell) for operation, tell in asked]
    asked.clear()
    finds.end()
    stored.symbols = ["IBM"]
    finds.begin()
    # The answers of the earlier one come last.
    for answer, tell in [*((asyncio.run(one), tell) for one, tell in asked), *before]:
        tell(answer)
    assert [one.title for one in finds.actions() if one.group == "Symbol"] == ["IBM · Apple"]
