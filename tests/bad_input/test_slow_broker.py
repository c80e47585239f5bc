"""A broker each of whose answers takes three seconds: it is said, and nothing waits without end."""

import time
from collections.abc import Callable, Iterator

import pytest

from tests.bad_input.conftest import Watch
from tests.monitor.conftest import Server, eventually
from tests.proxies import proxy
from worker_core.operations import queues, results, workers
from worker_core.operations.client import send
from worker_core.operations.connection import client, ping, reaching
from worker_core.operations.errors import BrokerUnreachable
from worker_core.settings import Settings

DELAY_S = 3.0
# An operation makes several round trips. What is asserted is that it ends at all.
LONGEST_S = 60.0


@pytest.fixture
def slow(server: Server) -> Iterator[str]:
    with proxy(server.url, DELAY_S) as (_, url):
        yield url


@pytest.mark.slow
def test_events_still_arrive_and_unknown_depths_are_said_to_be_unknown(
    server: Server, slow: str, watch: Watch
) -> None:
    with server.client() as redis:
        redis.lpush("orders", "{}")
    monitor = watch(slow, "orders")
    eventually(lambda: monitor.snapshot().connection.status == "live")
    event = {"type": "task-received", "uuid": "a", "name": "a.b", "hostname": "w@h"}
    server.publish(event | {"timestamp": 1.0})
    eventually(lambda: monitor.task("a"))
    message = eventually(lambda: monitor.snapshot().connection.message)
    assert message.startswith("What waits in the queues is not known.")
    assert "did not answer in time" in message
    assert monitor.snapshot().connection.status == "live"
    assert monitor.snapshot().counters.waiting is None


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_every_operation_ends_with_its_answer_or_with_words(server: Server, slow: str) -> None:
    settings = Settings(broker_url=slow, ledger=False)

    def look() -> object:
        with reaching(slow), client(slow) as redis:
            return queues.peek(redis, "orders")

    acts: dict[str, Callable[[], object]] = {
        "ping": lambda: ping(slow),
        "look": look,
        "inspect": lambda: workers.inspect("ping", settings=settings),
        "send": lambda: send("a.b", (), {}, queue="orders", settings=settings),
        "result": lambda: results.result("x", settings=settings),
    }
    said: dict[str, str] = {}
    for name, act in acts.items():
        began = time.monotonic()
        try:
            act()
            said[name] = "answered"
        except BrokerUnreachable as error:
            said[name] = str(error)
        assert time.monotonic() - began < LONGEST_S, name
    assert said["ping"] == said["look"] == said["result"] == "answered"
    assert all(
        words == "answered" or "did not answer in time" in words for words in said.values()
    ), said
