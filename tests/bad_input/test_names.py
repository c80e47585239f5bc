"""Queues that are called like keys which mean something else."""

from collections.abc import Callable

import pytest

from tests.bad_input.conftest import Watch
from tests.monitor.conftest import Server, eventually
from worker_core.operations import queue_control, queues
from worker_core.operations.client import send
from worker_core.operations.connection import client
from worker_core.operations.errors import OperationError
from worker_core.operations.journal import KEY as JOURNAL
from worker_core.settings import Settings

KEYS: dict[str, Callable[..., object]] = {
    "unacked": lambda redis: redis.hset("unacked", "tag", "{}"),
    "unacked_index": lambda redis: redis.zadd("unacked_index", {"tag": 1.0}),
    "_kombu.binding.celery": lambda redis: redis.sadd("_kombu.binding.celery", "a"),
    JOURNAL: lambda redis: redis.xadd(JOURNAL, {"events": "[]"}),
    "afi:removed": lambda redis: redis.zadd("afi:removed", {"batch": 1.0}),
    "celery-task-meta-x": lambda redis: redis.set("celery-task-meta-x", "{}"),
}


@pytest.mark.parametrize("name", KEYS)
def test_a_queue_named_like_a_key_of_another_kind_is_said_to_be_none_and_left_alone(
    server: Server, watch: Watch, name: str
) -> None:
    settings = Settings(broker_url=server.url, ledger=False)
    with client(server.url) as redis:
        KEYS[name](redis)
        redis.sadd("_kombu.binding.shop", f"{name}\x06\x16\x06\x16{name}")
        before = redis.dump(name)
        assert "WRONGTYPE" in str(queues.depths(redis, [name])[name].problem)
        with pytest.raises(OperationError):
            queue_control.purge(name, settings=settings)
        with pytest.raises(OperationError):
            send("a.b", (), {}, queue=name, settings=settings)
        if name != "afi:removed":  # where removals are noted
            assert redis.dump(name) == before
    monitor = watch(server.url, "orders", name)
    eventually(lambda: monitor.snapshot().connection.status == "live")
    server.publish({"type": "task-received", "uuid": "a", "hostname": "w@h", "timestamp": 1.0})
    eventually(lambda: monitor.task("a"))
    shown = eventually(lambda: monitor.snapshot().queues)
    assert [row.name for row in shown] == ["orders"]
    assert monitor.snapshot().connection.status == "live"


@pytest.mark.parametrize("name", ["unacked", JOURNAL, "afi:removed"])
def test_messages_under_a_key_that_the_console_reads_do_it_no_harm(
    server: Server, watch: Watch, name: str
) -> None:
    with server.client() as redis:
        redis.lpush(name, "{}")
        redis.lpush("orders", "{}")
    monitor = watch(server.url, "orders")
    eventually(lambda: monitor.snapshot().connection.status == "live")
    server.publish({"type": "task-received", "uuid": "a", "hostname": "w@h", "timestamp": 1.0})
    eventually(lambda: monitor.task("a"))
    eventually(lambda: monitor.snapshot().queues or monitor.snapshot().connection.message)
