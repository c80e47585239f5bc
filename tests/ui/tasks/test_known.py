"""What is offered of the system that is watched."""

from desktop_app.monitor.rows import Batch, Connection, Counters, QueueRow, TaskRow, WorkerRow
from desktop_app.views.tasks.known import MOST, Known

LIVE = Connection("live", "redis://test", 0.0)


def test_all_that_a_batch_names_is_known_until_another_system_comes() -> None:
    known = Known()
    rows = [TaskRow(0, "u", 0.0, 0.0, name="a.b", queue="q", worker="w@h"), TaskRow(1, "v", 0, 0)]
    known.take(
        Batch(
            LIVE,
            Counters(),
            tasks=rows,
            workers=[WorkerRow("idle@h")],
            queues=[QueueRow("empty", 0, {}, None, 0.0)],
        )
    )
    seen = known.vocabulary()
    assert (seen.names, seen.queues, seen.workers) == (["a.b"], ["empty", "q"], ["idle@h", "w@h"])
    known.take(Batch(LIVE, Counters(), reset=True))
    assert known.vocabulary().names == []


def test_names_without_end_and_names_that_cannot_be_typed_are_not_kept() -> None:
    known = Known()
    rows = [TaskRow(seq, "u", 0.0, 0.0, name=f"made-up-{seq}") for seq in range(MOST + 100)]
    known.take(Batch(LIVE, Counters(), tasks=[TaskRow(0, "u", 0, 0, name="a\x00"), *rows]))
    assert len(known.vocabulary().names) == MOST
    assert "a\x00" not in known.vocabulary().names
