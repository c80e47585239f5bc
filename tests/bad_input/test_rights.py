"""Users of the broker who lack rights are told which, and the rest goes on."""

from collections.abc import Callable

import pytest

from tests.bad_input.conftest import Watch
from tests.monitor.conftest import Server, eventually
from worker_core.operations import control, queue_control, results, task_log, workers
from worker_core.operations.client import send
from worker_core.operations.connection import ping
from worker_core.operations.errors import BrokerRefused
from worker_core.operations.survey import survey
from worker_core.settings import Settings

Allow = Callable[..., str]


@pytest.fixture
def allow(server: Server) -> Allow:
    """The address for a user who may do nothing but what is named."""

    def make(*rules: str) -> str:
        with server.client() as redis:
            redis.execute_command("ACL", "SETUSER", "guest", "reset", "on", ">pw", *rules)
        return server.url.replace("redis://", "redis://guest:pw@")

    return make


def test_every_operation_of_a_user_without_rights_is_refused_in_words(allow: Allow) -> None:
    url = allow("+ping", "+select", "+client")
    settings = Settings(broker_url=url, ledger=False)
    ping(url)
    acts: list[Callable[[], object]] = [
        lambda: send("a.b", (), {}, queue="orders", settings=settings),
        lambda: workers.inspect("ping", settings=settings),
        lambda: control.cancel("x", "orders", settings=settings),
        lambda: control.retry("x", queue="orders", settings=settings),
        lambda: queue_control.purge("orders", settings=settings),
        lambda: queue_control.removed(settings=settings),
        lambda: results.result("x", settings=settings),
        lambda: task_log.task_log("x", settings=settings),
    ]
    for act in acts:
        with pytest.raises(BrokerRefused, match="needs more rights") as refused:
            act()
        assert "pw" not in str(refused.value).replace("password", "")
    assert len(survey(settings).refusals) == 4


def test_a_user_who_may_not_look_around_still_counts_the_queues_that_are_known(
    server: Server, allow: Allow, watch: Watch
) -> None:
    with server.client() as redis:
        redis.lpush("orders", "{}")
    monitor = watch(allow("~*", "&*", "+@all", "-scan"), "orders")
    (row,) = eventually(lambda: monitor.snapshot().queues)
    assert (row.name, row.depth) == ("orders", 1)
    eventually(lambda: monitor.snapshot().connection.status == "live")
    assert monitor.snapshot().connection.message == ""


def test_a_user_who_may_only_listen_is_told_that_the_queues_are_unknown(
    server: Server, allow: Allow, watch: Watch
) -> None:
    monitor = watch(allow("&*", "+ping", "+psubscribe", "+select", "+client"), "orders")
    eventually(lambda: monitor.snapshot().connection.status == "live")
    message = eventually(lambda: monitor.snapshot().connection.message)
    assert "What waits in the queues is not known." in message
    assert "needs more rights" in message
    assert monitor.snapshot().counters.waiting is None
    with server.client() as redis:
        redis.execute_command("ACL", "SETUSER", "guest", "~*", "+@all")
    # It is allowed meanwhile: nobody has to connect anew.
    eventually(lambda: monitor.snapshot().connection.message == "")
    eventually(lambda: monitor.snapshot().counters.waiting == 0)


def test_who_may_not_listen_is_told_the_very_pattern_to_allow(allow: Allow, watch: Watch) -> None:
    monitor = watch(allow("~*", "+@all", "resetchannels", "&/0.*"))
    message = eventually(lambda: monitor.snapshot().connection.message)
    assert "exactly the channel pattern “/0.celeryev/*”" in message
