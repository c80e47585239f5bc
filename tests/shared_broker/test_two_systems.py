"""Two systems with prefixes of their own on one broker do not know of each other."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from desktop_app.monitor.monitor import Monitor
from tests.faults.system import System, until
from tests.shared_broker.conftest import NORTH, SOUTH, Pair
from worker_core.operations import control, quarantine, queue_changes, queue_control, queues, wire
from worker_core.operations.client import send
from worker_core.operations.connection import client
from worker_core.operations.delivery import enqueue
from worker_core.operations.errors import NothingToRetry
from worker_core.operations.housekeeping import tidy
from worker_core.operations.journal import journal_key
from worker_core.operations.results import result
from worker_core.operations.survey import survey
from worker_core.operations.sweep import LOCK, Swept, sweep
from worker_core.operations.workers import inspect
from worker_core.storage import NewTask

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

# A queue that no worker serves, so that what is in it stays.
IDLE = "forecasting_idle"


@pytest.fixture
def watch(pair: Pair) -> Iterator[Callable[[System], Monitor]]:
    """Monitors of either system."""
    monitors: list[Monitor] = []

    def start(one: System) -> Monitor:
        monitors.append(Monitor())
        monitors[-1].start(pair.url, one.settings.key_prefix)
        until(lambda: monitors[-1].snapshot().connection.status == "live" or None, "a connection")
        return monitors[-1]

    yield start
    for monitor in monitors:
        monitor.stop()


def waiting(one: System, name: str = IDLE) -> list[Any]:
    with client(one.settings.broker_url or "") as redis:
        return queues.peek(redis, name, prefix=one.settings.key_prefix)


def declare(one: System, name: str = IDLE) -> None:
    """A message of one's own in a queue that only it has."""
    send("faults.work", (), {}, queue=name, settings=one.settings)


def ended(monitor: Monitor, task_id: str) -> bool:
    row = monitor.task(task_id)
    return row is not None and row.state == "SUCCESS"


def test_each_sees_its_own_workers_and_queues(pair: Pair) -> None:
    for one, other in pair.both:
        (node,) = inspect("ping", settings=one.settings)
        assert node == one.workers[0].node
        declare(one, f"only-{one.settings.key_prefix.strip(':')}")
        found = survey(one.settings)
        assert found.workers == (node,)
        assert f"only-{one.settings.key_prefix.strip(':')}" in found.queues
        assert f"only-{other.settings.key_prefix.strip(':')}" not in found.queues


def test_a_task_runs_at_its_own_workers_and_is_told_to_its_own_window(
    pair: Pair, watch: Callable[[System], Monitor]
) -> None:
    monitors = {one.folder: watch(one) for one, _ in pair.both}
    ids = {one.folder: one.send("work") for one, _ in pair.both}
    for one, other in pair.both:
        mine = ids[one.folder]
        assert one.outcome(mine).state == "SUCCESS"
        assert one.row_when(mine, "succeeded").attempts == 1
        assert (one.lines("ended")[mine], other.lines("ended")[mine]) == (1, 0)
        assert result(mine, settings=other.settings) is None
        until(partial(ended, monitors[one.folder], mine), "the end in the window")
    for one, other in pair.both:
        assert monitors[one.folder].task(ids[other.folder]) is None
        assert monitors[one.folder].snapshot().counters.workers_online == 1


def test_a_window_that_comes_later_reads_the_journal_of_its_own_system(
    pair: Pair, watch: Callable[[System], Monitor]
) -> None:
    ids = {one.folder: one.send("work") for one, _ in pair.both}
    for one, _ in pair.both:
        one.outcome(ids[one.folder])
    for one, other in pair.both:
        monitor = watch(one)
        mine = ids[one.folder]
        until(partial(monitor.task, mine), "the task from the journal")
        assert monitor.task(ids[other.folder]) is None
        assert journal_key(one.settings.key_prefix) in pair.keys_with("")


def test_a_waiting_task_is_cancelled_and_repeated_in_its_own_system_alone(pair: Pair) -> None:
    for one, other in pair.both:
        task_id = send("faults.work", (), {"seconds": 0}, queue=IDLE, settings=one.settings)
        with pytest.raises(NothingToRetry):
            control.retry(task_id, settings=other.settings)
        assert control.cancel(task_id, settings=other.settings) == "revoked"
        assert result(task_id, settings=one.settings) is None
        assert task_id in {row.task_id for row in waiting(one)}
        again = control.retry(task_id, queue=IDLE, settings=one.settings)
        assert control.cancel(task_id, settings=one.settings) == "removed"
        assert again.task_id in {row.task_id for row in waiting(one)}
        found = result(task_id, settings=one.settings)
        assert found is not None
        assert found.state == "REVOKED"


def test_removed_messages_are_put_back_in_their_own_system(pair: Pair) -> None:
    for one, other in pair.both:
        queue_control.purge(IDLE, settings=one.settings)
        task_id = send("faults.work", (), {}, queue=IDLE, settings=one.settings)
        declare(one, "elsewhere")
        done = queue_control.delete(waiting(one), settings=one.settings)
        assert (done.count, done.problem) == (1, None)
        assert done.batch not in {
            batch.id for batch in queue_control.removed(settings=other.settings)
        }
        queue_control.undo(str(done.batch), settings=one.settings)
        assert [row.task_id for row in waiting(one)] == [task_id]
        queue_changes.edit(waiting(one)[0], [], {"seconds": 1}, settings=one.settings)
        queue_changes.move(waiting(one), "elsewhere", settings=one.settings)
        assert waiting(one) == []
        assert waiting(one, "elsewhere")[-1].kwargs == {"seconds": 1}


def test_a_sweep_sends_lost_tasks_of_its_own_ledger_again(pair: Pair) -> None:
    with client(pair.url) as redis:
        # Another's sweep that goes on is not waited for.
        redis.set(SOUTH + LOCK, "other", ex=60)
        try:
            assert sweep(pair.south.settings) == Swept()
            task = NewTask(str(uuid4()), "faults.work", "lossy", {})
            task_id = enqueue(task, settings=pair.north.settings)[0].id
            (message,) = waiting(pair.north, "lossy")
            redis.delete(NORTH + wire.step_key("lossy", message.priority))
            until(lambda: sweep(pair.north.settings).published, "the second sending")
        finally:
            redis.delete(SOUTH + LOCK)
    assert [row.task_id for row in waiting(pair.north, "lossy")] == [task_id]
    assert waiting(pair.south, "lossy") == []


def test_a_task_that_kills_its_worker_goes_to_the_quarantine_of_its_own_system(pair: Pair) -> None:
    task_id = pair.north.send("poison")
    pair.north.row_when(task_id, "quarantined")
    assert quarantine.listed(pair.south.settings) == ()
    (pair.north.folder / "antidote").touch()
    quarantine.release(task_id, settings=pair.north.settings)
    assert pair.north.outcome(task_id).state == "SUCCESS"


def test_a_message_of_a_dead_worker_goes_back_to_its_own_queue(pair: Pair) -> None:
    second = pair.south.worker(1)
    pair.south.workers[0].stop()
    task_id = pair.south.send("held")
    until(lambda: pair.south.lines("started")[task_id] or None, "the start")
    second.kill()
    pair.south.worker()
    (pair.south.folder / "go").touch()
    with pair.south.sweeping(), pair.north.sweeping():
        assert pair.south.outcome(task_id).state == "SUCCESS"
    assert pair.north.lines("started")[task_id] == 0


def test_every_key_begins_with_the_prefix_of_its_system(pair: Pair) -> None:
    for one, _ in pair.both:
        assert one.outcome(one.send("flaky", failures=1)).state == "SUCCESS"
        assert one.outcome(one.send("limited")).state == "SUCCESS"
        sweep(one.settings)
        tidy(one.settings)
    assert {key for key in pair.keys_with("") if not key.startswith((NORTH, SOUTH))} == set()
    assert pair.keys_with(NORTH)
    assert pair.keys_with(SOUTH)
