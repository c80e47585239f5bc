"""A broker that falls silent while a message is sent: whether it arrived is not known, and said."""

import pytest

from tests.monitor.conftest import Server
from tests.proxies import proxy
from worker_core.operations.client import send
from worker_core.operations.errors import BrokerUnreachable, PerhapsSent
from worker_core.settings import Settings


def test_a_message_that_arrived_unconfirmed_counts_as_sent(server: Server) -> None:
    with proxy(server.url) as (way, url), server.client() as redis:
        way.swallow_after(b"LPUSH", arrives=True)
        task_id = send("a.b", (), {}, queue="orders", priority=0, settings=Settings(broker_url=url))
        (raw,) = redis.lrange("orders", 0, -1)
        assert task_id.encode() in raw


def test_a_message_of_which_nothing_is_known_is_neither_sent_nor_unsent(server: Server) -> None:
    with proxy(server.url) as (way, url), server.client() as redis:
        way.swallow_after(b"LPUSH", arrives=False)
        with pytest.raises(PerhapsSent) as told:
            send("a.b", (), {}, queue="orders", priority=0, settings=Settings(broker_url=url))
        assert not redis.exists("orders")
    assert told.value.message.startswith("Whether a.b was sent is not known: the broker at")
    assert "did not answer in time" in told.value.message
    assert told.value.task_id in told.value.remedy
    assert "or in the queue orders" in told.value.remedy
    assert not told.value.outcome_known


def test_what_nobody_listens_to_was_surely_not_sent(server: Server) -> None:
    server.kill()
    with pytest.raises(BrokerUnreachable) as told:
        send("a.b", (), {}, queue="orders", settings=Settings(broker_url=server.url))
    assert not isinstance(told.value, PerhapsSent)
