"""What waits for the window."""

from typing import Any

from desktop_app.monitor.outbox import Outbox
from desktop_app.monitor.rows import Connection, Counters, TaskRow, WorkerRow
from desktop_app.monitor.state import Changes

LIVE = Connection("live", "redis://test", 0.0)
LOST = Connection("lost", "redis://test", 1.0, message="gone")


def row(seq: int, state: str = "RECEIVED") -> TaskRow:
    return TaskRow(seq, f"u{seq}", 0.0, 0.0, state=state)


def publish(outbox: Outbox, *rows: TaskRow, evicted: tuple[int, ...] = (), **rest: Any) -> None:
    changes = Changes({row.uuid: row for row in rows}, [row(seq) for seq in evicted])
    outbox.publish(changes, Counters(), **rest)


def test_only_the_latest_version_of_a_task_is_handed_out_and_once() -> None:
    outbox = Outbox(reset=False)
    publish(outbox, row(1), row(0))
    publish(outbox, row(1, "STARTED"))
    batch = outbox.take(LIVE)
    assert batch is not None
    assert [(one.seq, one.state) for one in batch.tasks] == [(0, "RECEIVED"), (1, "STARTED")]
    assert outbox.take(LIVE) is None


def test_a_new_session_voids_what_was_there_before() -> None:
    outbox = Outbox(reset=True)
    first = outbox.take(LIVE)
    assert first is not None
    assert first.reset
    publish(outbox, row(0))
    second = outbox.take(LIVE)
    assert second is not None
    assert not second.reset


def test_a_change_of_the_connection_alone_is_news() -> None:
    outbox = Outbox(reset=False)
    assert outbox.take(LIVE) is not None
    assert outbox.take(LIVE) is None
    batch = outbox.take(LOST)
    assert batch is not None
    assert batch.connection.message == "gone"


def test_rows_evicted_before_anyone_saw_them_are_not_spoken_of() -> None:
    outbox = Outbox(reset=False)
    publish(outbox, row(0))
    outbox.take(LIVE)
    publish(outbox, row(1), row(2))
    publish(outbox, evicted=(0, 1))
    batch = outbox.take(LIVE)
    assert batch is not None
    assert ([one.seq for one in batch.tasks], batch.evicted) == ([2], [0])


def test_a_snapshot_counts_as_seen() -> None:
    outbox = Outbox(reset=False)
    publish(outbox, row(0), row(1), workers=[WorkerRow("w@h")])
    outbox.take(LIVE)
    publish(outbox, row(2))
    snapshot = outbox.snapshot(LIVE, lambda: [row(0), row(1), row(2)], [])
    assert snapshot.reset
    assert len(snapshot.tasks) == 3
    assert snapshot.workers == [WorkerRow("w@h")]
    publish(outbox, evicted=(2,))
    batch = outbox.take(LIVE)
    assert batch is not None
    assert batch.evicted == [2]


def test_lists_are_complete_or_absent() -> None:
    outbox = Outbox(reset=False)
    publish(outbox, workers=[WorkerRow("w@h")])
    publish(outbox)
    batch = outbox.take(LIVE)
    assert batch is not None
    assert batch.workers == [WorkerRow("w@h")]
    assert batch.queues is None
    publish(outbox, workers=[])
    batch = outbox.take(LIVE)
    assert batch is not None
    assert batch.workers == []
