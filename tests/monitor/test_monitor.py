"""The monitor as a whole against a real server."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from desktop_app.monitor.monitor import Monitor
from desktop_app.monitor.rows import Batch, QueueRow
from desktop_app.monitor.state import State
from tests.monitor.conftest import Server, envelope, eventually

WORKER = "w@h"


def received(uuid: str) -> dict[str, Any]:
    return {
        "type": "task-received",
        "uuid": uuid,
        "hostname": WORKER,
        "timestamp": 10.0,
        "name": "a.b",
        "retries": 0,
    }


def ended(uuid: str, kind: str) -> dict[str, Any]:
    return {"type": f"task-{kind}", "uuid": uuid, "hostname": WORKER, "timestamp": 11.0}


@pytest.fixture
def monitor(server: Server) -> Iterator[Monitor]:
    monitor = Monitor(history_tasks=1000, queue_names=["ours"])
    monitor.start(server.url)
    eventually(lambda: server.subscribers() == 1)
    eventually(lambda: monitor.snapshot().connection.status == "live")
    yield monitor
    monitor.stop()


def taken(monitor: Monitor, enough: Callable[[list[Batch]], Any]) -> list[Batch]:
    """Batches until they are enough."""
    batches: list[Batch] = []

    def met() -> Any:
        batch = monitor.take()
        if batch is not None:
            batches.append(batch)
        return enough(batches)

    eventually(met)
    return batches


def test_batches_tell_of_tasks_workers_counts_and_rates(server: Server, monitor: Monitor) -> None:
    server.publish(received("a"), received("b"), ended("a", "succeeded"), ended("b", "failed"))
    beat = {"type": "worker-heartbeat", "hostname": WORKER, "timestamp": 1, "freq": 2, "pid": 7}
    server.publish(beat, channel="/0.celeryev/worker.heartbeat")
    batches = taken(
        monitor,
        lambda batches: (
            any(batch.series is not None and batch.series.succeeded.sum() == 1 for batch in batches)
            and batches[-1].counters.failed == 1
        ),
    )
    assert [batch.reset for batch in batches].count(True) == 1
    assert batches[0].reset
    states = {row.uuid: row.state for batch in batches for row in batch.tasks}
    assert states == {"a": "SUCCESS", "b": "FAILURE"}
    assert any(batch.workers and batch.workers[0].pid == 7 for batch in batches)
    assert batches[-1].counters.workers_online == 1
    assert monitor.task("a") is not None
    assert monitor.task("nobody") is None
    assert [stats.name for stats in monitor.stats()] == ["a.b"]


def test_a_queue_tells_since_when_its_next_message_waits(server: Server, monitor: Monitor) -> None:
    with server.client() as client:
        client.lpush("ours", '{"headers": {"id": "a", "afi_enqueued_at": 1234.5}}')

    def oldest() -> Any:
        return [row.oldest for row in monitor.snapshot().queues or [] if row.depth]

    assert eventually(oldest) == [1234.5]


def test_queues_are_counted_for_a_user_who_may_run_no_scripts(server: Server) -> None:
    with server.client() as client:
        client.lpush("ours", "{}")
        client.execute_command(
            *("ACL", "SETUSER", "looker", "on", ">secret", "~*", "&*", "+@all", "-@scripting")
        )
    monitor = Monitor(queue_names=["ours"])
    monitor.start(server.url.replace("redis://", "redis://looker:secret@"))
    try:
        [row] = eventually(lambda: monitor.snapshot().queues)
        assert (row.depth, row.oldest) == (1, None)
    finally:
        monitor.stop()


def test_a_worker_that_has_left_can_be_dismissed(server: Server, monitor: Monitor) -> None:
    goodbye = {"type": "worker-offline", "hostname": WORKER, "timestamp": 1}
    server.publish(goodbye, channel="/0.celeryev/worker.offline")
    eventually(lambda: monitor.snapshot().workers)
    monitor.dismiss([WORKER])
    eventually(lambda: monitor.snapshot().workers == [])


def test_queues_are_polled_and_foreign_ones_found(server: Server, monitor: Monitor) -> None:
    with server.client() as client:
        client.sadd("_kombu.binding.theirs", "theirs\x06\x16\x06\x16theirs")
        client.lpush("ours", "x", "x")
        client.lpush("ours\x06\x163", "x")
        client.hset("unacked", "tag", "x")

    def seen() -> list[QueueRow]:
        return monitor.snapshot().queues or []

    (ours,) = eventually(lambda: [queue for queue in seen() if queue.depth == 3])
    assert (ours.name, ours.by_priority[0], ours.by_priority[3]) == ("ours", 2, 1)
    assert ours.consumers is None
    counters = eventually(lambda: monitor.snapshot().counters)
    assert (counters.waiting, counters.unacknowledged) == (3, 1)
    monitor.stop()
    monitor.start(server.url)
    eventually(lambda: {queue.name for queue in seen()} == {"ours", "theirs"})


def test_a_queue_that_cannot_be_counted_is_not_shown_as_empty(
    server: Server, monitor: Monitor
) -> None:
    eventually(lambda: [queue.name for queue in monitor.snapshot().queues or []] == ["ours"])
    with server.client() as client:
        client.set("ours", "not a list")
    eventually(lambda: monitor.snapshot().queues == [])


def test_bad_events_do_no_harm_and_are_counted(server: Server, monitor: Monitor) -> None:
    with server.client() as client:
        for message in (b"not json", b"[" * 100_000, envelope("text"), envelope([None])):
            client.publish("/0.celeryev/task.multi", message)
    server.publish(
        received("a") | {"hostname": "w\n\x00\u202e@h", "timestamp": 1e10}, {"type": "x"}
    )
    counters = eventually(
        lambda: (counters := monitor.snapshot().counters).ignored == 1 and counters
    )
    assert (counters.malformed, counters.held) == (4, 1)
    server.publish(received("a"))
    eventually(lambda: monitor.snapshot().counters.events == 2)
    assert monitor.snapshot().counters.held == 1


def test_more_tasks_than_are_kept_push_out_the_finished(server: Server, monitor: Monitor) -> None:
    server.publish(received("stays"))
    for start in range(0, 3000, 100):
        uuids = [str(number) for number in range(start, start + 100)]
        server.publish(*(ended(uuid, "succeeded") for uuid in uuids))
    held: set[int] = set()

    def settled() -> bool:
        batch = monitor.take()
        if batch is not None:
            held.update(row.seq for row in batch.tasks)
            held.difference_update(batch.evicted)
            return batch.counters.succeeded == 3000
        return False

    eventually(settled)
    counters = monitor.snapshot().counters
    assert (counters.held, counters.evicted, counters.evicted_unfinished) == (1000, 2001, 0)
    assert held == {row.seq for row in monitor.snapshot().tasks}
    assert monitor.task("stays") is not None


def test_a_gap_is_told_and_stays_on_record(server: Server, monitor: Monitor) -> None:
    with server.client() as client:
        client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
    batches = taken(
        monitor, lambda batches: any(gap.found for batch in batches for gap in batch.gaps)
    )
    told = [gap for batch in batches for gap in batch.gaps]
    assert monitor.gaps() == [told[-1]]
    assert {(gap.start, gap.end, gap.reason) for gap in told} == {
        (told[0].start, told[0].end, "disconnected")
    }


def test_starting_again_starts_anew(server: Server, monitor: Monitor) -> None:
    server.publish(received("a"))
    eventually(lambda: monitor.task("a"))
    monitor.start(server.url)
    assert monitor.task("a") is None
    batch = monitor.take()
    assert batch is not None
    assert batch.reset


def test_an_unusable_address_is_refused_and_the_old_one_still_watched(
    server: Server, monitor: Monitor
) -> None:
    with pytest.raises(ValueError, match="redis://"):
        monitor.start("amqp://elsewhere")
    server.publish(received("a"))
    eventually(lambda: monitor.task("a"))


def test_after_stopping_what_was_told_can_still_be_read(server: Server, monitor: Monitor) -> None:
    server.publish(received("a"))
    eventually(lambda: monitor.task("a"))
    monitor.stop()
    monitor.stop()
    snapshot = monitor.snapshot()
    assert snapshot.connection.status == "idle"
    assert [row.uuid for row in snapshot.tasks] == ["a"]


def test_a_monitor_never_started_is_idle() -> None:
    Monitor().dismiss(["nobody"])
    monitor = Monitor()
    assert monitor.take() is None
    assert monitor.snapshot().connection.status == "idle"
    assert monitor.task("a") is None
    assert monitor.stats() == []
    assert monitor.gaps() == []
    monitor.stop()


def running() -> set[str]:
    return {thread.name for thread in threading.enumerate() if thread.name.startswith("afi-")}


def test_stopping_ends_all_threads_while_nothing_answers(stopped_server: Server) -> None:
    monitor = Monitor()
    monitor.start(stopped_server.url)
    eventually(lambda: monitor.snapshot().connection.status == "lost")
    monitor.stop()
    assert not running()


def test_stopping_ends_all_threads_while_the_broker_hangs(server: Server) -> None:
    monitor = Monitor()
    monitor.start(server.url)
    eventually(lambda: monitor.snapshot().queues is not None)
    os.kill(server.pid, signal.SIGSTOP)
    try:
        monitor.stop()
        assert not running()
        monitor.start(server.url)
        monitor.stop()
        assert not running()
    finally:
        os.kill(server.pid, signal.SIGCONT)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_of_our_own_is_shown_and_not_taken_for_silence(
    server: Server, monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(State, "apply", broken)
    server.publish(received("a"))
    eventually(lambda: monitor.snapshot().connection.status == "lost")
    assert "fault" in monitor.snapshot().connection.message
    monitor.stop()


def test_a_hook_that_fails_is_survived(server: Server) -> None:
    calls = []

    def ask(url: str) -> Any:
        calls.append(url)
        raise OSError("no route")

    monitor = Monitor(ask=ask, ask_queues=ask)
    monitor.start(server.url)
    eventually(lambda: len(calls) >= 2)
    assert set(calls) == {server.url}
    server.publish(received("a"))
    eventually(lambda: monitor.task("a"))
    monitor.stop()


def test_workers_that_answer_nonsense_are_passed_over(server: Server) -> None:
    def ask(_: str) -> Any:
        return {
            "bad@h": {"error": "no"},
            "odd@h": [None, "text", {"id": 5}],
            "good@h": [{"id": "x", "name": "a.b", "time_start": 5.0}],
        }

    monitor = Monitor(ask=ask, queue_names=["q"])
    monitor.start(server.url)
    row = eventually(lambda: monitor.task("x"))
    assert (row.state, row.worker) == ("STARTED", "good@h")
    monitor.stop()


def test_consumers_are_counted_by_the_workers_that_are_online(server: Server) -> None:
    def ask_queues(_: str) -> Any:
        return {"a@h": [{"name": "q"}], "b@h": [{"name": "q"}, {"name": "r"}]}

    monitor = Monitor(ask_queues=ask_queues, queue_names=["q", "r", "s"])
    monitor.start(server.url)
    eventually(lambda: server.subscribers() == 1)
    for name in ("a@h", "b@h"):
        server.publish({"type": "worker-online", "hostname": name, "timestamp": 1.0})

    def consumers() -> dict[str, int | None]:
        return {queue.name: queue.consumers for queue in monitor.snapshot().queues or []}

    eventually(lambda: consumers() == {"q": 2, "r": 1, "s": 0})
    server.publish({"type": "worker-online", "hostname": "stranger@h", "timestamp": 1.0})
    eventually(lambda: consumers() == {"q": None, "r": None, "s": None})
    server.publish({"type": "worker-offline", "hostname": "stranger@h", "timestamp": 2.0})
    server.publish({"type": "worker-offline", "hostname": "b@h", "timestamp": 2.0})
    eventually(lambda: consumers() == {"q": 1, "r": 0, "s": 0})
    monitor.stop()
