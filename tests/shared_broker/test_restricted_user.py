"""Users of the broker that may reach no key and no channel but those of their prefix."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from desktop_app.monitor.monitor import Monitor
from tests.faults.system import System, until
from tests.limits.conftest import start
from tests.shared_broker.conftest import NORTH, system_of
from worker_core.operations import control, queue_control, queues
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.client import send
from worker_core.operations.connection import client
from worker_core.operations.errors import BrokerRefused
from worker_core.operations.results import result
from worker_core.operations.survey import survey
from worker_core.operations.sweep import sweep
from worker_core.operations.worker_survey import survey as glances

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

COMMANDS = ("+@all", "-@admin", "-@dangerous", "+info")
# A server takes a pattern that is subscribed to for allowed only where it was told exactly that.
PATTERNS = ("celery.pidbox", "celeryev/worker.*", "celeryev/*")
LOOKING = (
    *("+@read", "+@connection", "+@scripting", "+psubscribe", "+publish", "+info"),
    *("+sadd", "+srem", "+del", "+brpop"),
)
WORKER = ("-m", "celery", "-A", "tests.faults.tasks", "worker")


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system with a worker whose user is kept to the keys and channels of its prefix."""
    folder = tmp_path_factory.mktemp("limited")
    with ExitStack() as stack:
        broker = EmbeddedBroker(folder / "broker")
        url = broker.start()
        stack.callback(broker.stop)
        with client(url) as redis:
            own_patterns = [f"&{NORTH}/0.{pattern}" for pattern in PATTERNS]
            redis.execute_command(
                *("ACL", "SETUSER", "north", "on", ">pw", f"~{NORTH}*", f"&{NORTH}*"),
                *(*own_patterns, *COMMANDS),
            )
        parts = urlsplit(url)
        own = f"redis://north:pw@{parts.hostname}:{parts.port}/0"
        one = stack.enter_context(system_of(folder / "system", own, NORTH))
        one.environment["ADMINISTRATOR"] = url
        # With all that workers say to each other.
        start(one, *WORKER)
        yield one


def ended(monitor: Monitor, task_id: str) -> bool:
    row = monitor.task(task_id)
    return row is not None and row.state == "SUCCESS"


def test_a_worker_and_the_window_need_no_key_or_channel_beyond_their_prefix(
    limited: System,
) -> None:
    settings = limited.settings
    monitor = Monitor()
    monitor.start(settings.broker_url or "", NORTH)
    try:
        task_id = limited.send("flaky", failures=1)
        assert limited.outcome(task_id).state == "SUCCESS"

        def seen() -> bool:
            counted = {one.name for one in monitor.snapshot().queues or ()}
            return ended(monitor, task_id) and "monitoring" in counted

        until(seen, "the task and its queue in the window")
        assert monitor.snapshot().connection.status == "live"
        assert monitor.snapshot().counters.workers_online == 1
    finally:
        monitor.stop()
    assert survey(settings).refusals == ()
    assert set(glances(settings=settings)) == {limited.workers[0].node}
    waiting = send("faults.work", (), {}, queue="idle", settings=settings)
    assert control.cancel(waiting, settings=settings) == "removed"
    send("faults.work", (), {}, queue="idle", settings=settings)
    done = queue_control.purge("idle", settings=settings)
    assert (done.count, done.problem) == (1, None)
    assert queue_control.undo(str(done.batch), settings=settings).count == 1
    sweep(settings)
    with client(settings.broker_url or "") as redis:
        assert queues.depths(redis, ["idle"], prefix=NORTH)["idle"].total == 1
    log = Path(limited.workers[0].log).read_text()
    assert "NOPERM" not in log
    assert "No permissions" not in log


def test_a_window_that_only_looks_needs_few_commands(limited: System) -> None:
    own = limited.settings.broker_url or ""
    with client(limited.environment["ADMINISTRATOR"]) as redis:
        patterns = [f"&{NORTH}/0.{pattern}" for pattern in PATTERNS]
        redis.execute_command(
            *("ACL", "SETUSER", "looker", "on", ">pw", f"~{NORTH}*", f"&{NORTH}*", *patterns),
            *LOOKING,
        )
    url = own.replace("north:pw", "looker:pw")
    settings = limited.settings.model_copy(update={"broker_url": url})
    monitor = Monitor()
    monitor.start(url, NORTH)
    try:
        until(lambda: monitor.snapshot().connection.status == "live", "a connection")
        task_id = limited.send("work")
        until(lambda: limited.outcome(task_id), "the end")
        until(lambda: ended(monitor, task_id), "the end in the window")
        assert monitor.snapshot().connection.message == ""
    finally:
        monitor.stop()
    assert survey(settings).refusals == ()
    assert set(glances(settings=settings)) == {limited.workers[0].node}
    assert result(task_id, settings=settings) is not None
    with pytest.raises(BrokerRefused, match="needs more rights"):
        queue_control.purge("idle", settings=settings)
