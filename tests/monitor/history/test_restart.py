"""A window that is closed and opened again goes on where it was."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop_app.monitor.history import Limits
from desktop_app.monitor.monitor import Monitor
from desktop_app.monitor.rows import TaskRow
from tests.monitor.conftest import Server, eventually
from worker_core.operations.journal import FIELD, KEY

NOW = 1_770_000_000.0


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Callable[..., Monitor]]:
    monitors: list[Monitor] = []

    def opened(**options: Any) -> Monitor:
        for monitor in monitors:
            monitor.stop()
        usual = {"history_tasks": 1000, "history_dir": tmp_path, "limits": Limits(days=100_000)}
        chosen: dict[str, Any] = usual | options
        monitors.append(Monitor(**chosen))
        return monitors[-1]

    yield opened
    for monitor in monitors:
        monitor.stop()


def received(uuid: str, at: float = NOW) -> dict[str, Any]:
    return {
        "type": "task-received",
        "uuid": uuid,
        "hostname": "w@h",
        "timestamp": at,
        "name": "a.b",
        "args": "(1,)",
        "kwargs": "{}",
    }


def told(kind: str, uuid: str, at: float, **more: Any) -> dict[str, Any]:
    return {"type": f"task-{kind}", "uuid": uuid, "hostname": "w@h", "timestamp": at} | more


def run(uuid: str) -> list[dict[str, Any]]:
    return [
        received(uuid),
        told("started", uuid, NOW + 1),
        told("succeeded", uuid, NOW + 2, result="42", runtime=1.0),
    ]


def journal(server: Server, *events: dict[str, Any]) -> None:

    with server.client() as client:
        client.xadd(KEY, {FIELD: json.dumps(list(events))})


def watch(monitor: Monitor, server: Server) -> Monitor:
    before = server.subscribers()
    monitor.start(server.url)
    eventually(lambda: server.subscribers() > before)
    return monitor


def state(monitor: Monitor, uuid: str) -> str | None:
    row = monitor.task(uuid)
    return None if row is None else row.state


def test_tasks_and_counts_are_there_again(server: Server, window: Callable[..., Monitor]) -> None:
    first = watch(window(), server)
    server.publish(*run("a"), received("b"))
    eventually(lambda: state(first, "b") == "RECEIVED")
    kept = first.task("a")
    second = watch(window(), server)
    eventually(lambda: second.task("a"))
    assert second.task("a") == kept
    counters = eventually(second.snapshot).counters
    assert (counters.succeeded, counters.held) == (1, 2)
    server.publish(received("c"))
    new = eventually(lambda: second.task("c"))
    assert new.seq == 2
    assert sorted(row.seq for row in second.snapshot().tasks) == [0, 1, 2]


def test_events_heard_again_after_a_restart_change_nothing(
    server: Server, window: Callable[..., Monitor]
) -> None:
    first = watch(window(), server)
    server.publish(*run("a"))
    eventually(lambda: state(first, "a") == "SUCCESS")
    kept = first.task("a")
    second = watch(window(), server)
    server.publish(*run("a")[:2], received("last"))
    eventually(lambda: second.task("last"))
    again: TaskRow | None = second.task("a")
    assert again is not None
    assert kept is not None
    assert (again.state, again.started, again.received) == ("SUCCESS", kept.started, kept.received)
    assert second.snapshot().counters.succeeded == 1


def test_the_journal_is_read_on_from_where_the_history_ends(
    server: Server, window: Callable[..., Monitor]
) -> None:
    journal(server, *run("a"), received("b"))
    first = watch(window(), server)
    eventually(lambda: state(first, "b") == "RECEIVED")
    first.stop()
    journal(server, told("started", "b", NOW + 5))
    journal(server, told("failed", "b", NOW + 6, exception="ValueError()"), received("c"))
    second = watch(window(), server)
    eventually(lambda: state(second, "c") == "RECEIVED")
    assert state(second, "b") == "FAILURE"
    counters = second.snapshot().counters
    assert (counters.succeeded, counters.failed, counters.events) == (1, 1, 3)
    assert not second.gaps()


def test_the_time_without_a_window_is_a_gap_where_there_is_no_journal(
    server: Server, window: Callable[..., Monitor]
) -> None:
    first = watch(window(), server)
    server.publish(received("a"))
    eventually(lambda: first.task("a"))
    second = watch(window(), server)
    (gap,) = eventually(second.gaps)
    assert gap.reason == "disconnected"
    assert gap.dropped is None
    assert gap.start < gap.end
    reader = second.history
    assert reader is not None
    (kept,) = eventually(lambda: [one for one in reader.gaps(gap.start, gap.end) if one.found])
    assert (kept.start, kept.end, kept.message) == (gap.start, gap.end, gap.message)


def test_what_ran_when_the_window_was_closed_is_found_out(
    server: Server, window: Callable[..., Monitor]
) -> None:
    first = watch(window(), server)
    server.publish(received("a"), told("started", "a", NOW + 1))
    eventually(lambda: state(first, "a") == "STARTED")
    first.stop()
    with server.client() as client:
        client.set("celery-task-meta-a", '{"status": "SUCCESS", "result": 42, "task_id": "a"}')
    second = watch(window(ask=lambda _: {"w@h": []}), server)
    eventually(lambda: state(second, "a") == "SUCCESS")
    reader = second.history
    assert reader is not None
    eventually(lambda: (kept := reader.task("a")) is not None and kept.state == "SUCCESS")


def test_a_task_that_left_memory_is_in_the_history(
    server: Server, window: Callable[..., Monitor]
) -> None:
    monitor = watch(window(history_tasks=5), server)
    for number in range(20):
        server.publish(*run(f"task-{number}"))
    eventually(lambda: state(monitor, "task-19") == "SUCCESS")
    assert monitor.task("task-0") is None
    reader = monitor.history
    assert reader is not None
    eventually(lambda: reader.state_counts()[0] == {"SUCCESS": 20})
    kept = reader.task("task-0")
    assert kept is not None
    assert (kept.result, kept.args, kept.runtime) == ("42", "(1,)", 1.0)


def test_the_window_is_told_how_the_keeping_goes(
    server: Server, window: Callable[..., Monitor]
) -> None:
    monitor = watch(window(), server)

    def status() -> Any:
        batch = monitor.take()
        return batch.history if batch is not None else None

    told_status = eventually(status)
    assert told_status.state == "keeping"
    assert told_status.message == ""


def test_brokers_have_histories_of_their_own(
    server: Server, window: Callable[..., Monitor]
) -> None:
    monitor = watch(window(), server)
    server.publish(received("a"))
    eventually(lambda: monitor.task("a"))
    monitor.start(server.url.removesuffix("0") + "1")
    eventually(lambda: server.subscribers() == 1)
    reader = monitor.history
    assert reader is not None
    eventually(lambda: (batch := monitor.take()) is not None and batch.history is not None)
    assert reader.count().value == 0
    assert monitor.task("a") is None


def test_without_a_folder_nothing_is_kept(server: Server, window: Callable[..., Monitor]) -> None:
    monitor = watch(window(history_dir=None), server)
    server.publish(received("a"))
    assert eventually(lambda: monitor.task("a")).seq == 0
    assert monitor.history is None
    assert monitor.snapshot().history is None
