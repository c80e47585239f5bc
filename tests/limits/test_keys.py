"""Nothing of a task stays in Redis for ever."""

from collections.abc import Iterator

import pytest

from tests.faults.system import System, until
from tests.limits.conftest import send
from worker_core.operations import control
from worker_core.operations.connection import client
from worker_core.operations.guard import DONE, LEASE, TRIES, kept_s
from worker_core.operations.results import KEY
from worker_core.operations.sweep import sweep

pytestmark = [pytest.mark.slow, pytest.mark.timeout(480)]

# One of each, whatever is done: Celery's bindings and what has no acknowledgement yet, the journal
# (which is capped), and lists of queues, which vanish when they are empty.
STRUCTURAL = (b"_kombu.binding", b"unacked", b"afi:journal")


def lasting(system: System) -> Iterator[bytes]:
    """The keys that never expire, apart from those that there is one of."""
    with client(system.settings.broker_url or "") as redis:
        for key in redis.scan_iter():
            if redis.ttl(key) == -1 and not key.startswith(STRUCTURAL):
                yield key


def test_every_key_of_a_task_expires_however_it_ended(running: System) -> None:
    ended = [
        send(running, "k-success", "large", kilobytes=1),
        send(running, "k-large", "large", kilobytes=100),
        send(running, "k-soft", "slow", seconds=60),
        send(running, "k-hard", "stubborn", seconds=60),
        send(running, "k-memory", "hungry", megabytes=4096),
        running.send("flaky", failures=1),
        running.send("hopeless"),
        running.send("limited"),
        running.send("poison"),
    ]
    for task_id in ended:
        running.outcome(task_id)
    stopped = send(running, "k-terminated", "stubborn", seconds=60)
    until(lambda: running.lines("started")[stopped], "its start")
    control.revoke(stopped, terminate=True, settings=running.settings)
    assert running.outcome(stopped).state == "REVOKED"
    # All children are busy while this one is taken from its queue.
    busy = [send(running, f"k-busy{n}", "littering", seconds=3) for n in range(4)]
    until(lambda: running.lines("started")[busy[1]], "two at work")
    waiting = [send(running, f"k-waiting{n}", "large", kilobytes=1) for n in range(3)]
    assert control.cancel(waiting[-1], settings=running.settings) == "removed"
    for task_id in (*busy, *waiting[:-1]):
        running.outcome(task_id)
    sweep(running.settings)
    ours = [*ended, stopped, *busy, *waiting]
    with client(running.settings.broker_url or "") as redis:
        until(lambda: not any(redis.exists(LEASE + one) for one in ours), "the end of all leases")
        for task_id in ours:
            assert 0 < redis.ttl(DONE + task_id) <= kept_s(running.settings)
            assert 0 < redis.ttl(KEY + task_id) <= running.settings.result_expires_s
            assert redis.ttl(TRIES + task_id) != -1
    assert list(lasting(running)) == []


def test_a_task_that_was_stopped_is_cancelled_in_the_ledger_without_a_sweep(
    running: System,
) -> None:
    task_id = send(running, "stopped", "stubborn", seconds=60)
    until(lambda: running.lines("started")[task_id], "its start")
    control.revoke(task_id, terminate=True, settings=running.settings)
    running.row_when(task_id, "cancelled")
    assert running.lines("started")[task_id] == 1
