"""Nothing of a task stays in Redis for ever."""

from collections.abc import Iterator

import psutil
import pytest

from tests.api.house import serving
from tests.faults.system import QUEUE, System, until
from tests.limits.conftest import send
from worker_core.operations import control, users
from worker_core.operations.connection import client
from worker_core.operations.delivery import enqueue
from worker_core.operations.guard import DONE, LEASE, TRIES, kept_s
from worker_core.operations.remote.api import Api
from worker_core.operations.remote.errors import Refused
from worker_core.operations.remote.http import Line
from worker_core.operations.remote.place import Place
from worker_core.operations.results import KEY
from worker_core.operations.sweep import sweep
from worker_core.storage import NewTask

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


@pytest.fixture(scope="module")
def ann(running: System) -> Iterator[Api]:
    """A user of the API before that system, over a real socket."""
    users.add("ann", "analyst", settings=running.settings)
    token, _ = users.new_token("ann", settings=running.settings)
    with serving(running.folder, running.environment, {"ann": token}) as served:
        api = Api(Line(Place(f"http://127.0.0.1:{served.port}", token)))
        yield api
        api.close()


def test_a_running_task_that_its_user_cancels_is_ended_without_a_sweep(
    running: System, ann: Api
) -> None:
    owner = users.owner_of("ann")
    task = NewTask("stopped", "limits.littering", QUEUE, {"seconds": 600}, owner=owner)
    enqueue(task, settings=running.settings)
    process = running.started(task.id)
    until(lambda: ann.status(task.id).status == "running", "that it runs")
    heard = iter(ann.stream(task.id))
    assert next(heard).status == "running"
    assert ann.cancel(task.id) == "told to stop"
    assert [one.status for one in heard][-1] == "cancelled"
    until(lambda: not psutil.pid_exists(process), "the end of the process that ran it")
    assert running.row_when(task.id, "cancelled").attempts == 1
    assert running.outcome(task.id).state == "REVOKED"
    assert running.lines("started")[task.id] == 1
    with pytest.raises(Refused, match="ended already"):
        ann.cancel(task.id)
    # Its worker goes on.
    assert running.outcome(send(running, "next", "large", kilobytes=1)).state == "SUCCESS"
