"""A broker that is started anew, with and without what it held."""

from typing import Any

import pytest
import redis

from desktop_app.monitor.emptied import Emptied
from desktop_app.monitor.monitor import Monitor
from desktop_app.monitor.rows import Loss, QueueRow
from tests.monitor.conftest import Server, eventually

KEPT = ("--appendonly", "yes", "--appendfsync", "always")


def look(server: Server, emptied: Emptied, at: float, **options: str) -> Loss | None:
    with server.client(**options) as client:
        depth: Any = client.llen("orders")
        return emptied.look(client, [QueueRow("orders", depth, {0: depth}, None, at)], at)


def fill(server: Server) -> None:
    with server.client() as client:
        client.rpush("orders", "{}", "{}", "{}")
        client.sadd("_kombu.binding.orders", "orders")


def again(server: Server, *options: str) -> None:
    server.kill()
    server.start(*options)


def test_messages_are_gone_when_a_new_run_has_loaded_nothing(server: Server) -> None:
    emptied = Emptied()
    fill(server)
    assert look(server, emptied, 10.0) is None
    again(server)
    assert look(server, emptied, 30.0) == Loss(30.0, 10.0, {"orders": 3})
    assert look(server, emptied, 31.0) is None, "it is said once"


def test_new_messages_do_not_hide_that_the_old_ones_are_gone(server: Server) -> None:
    emptied = Emptied()
    fill(server)
    look(server, emptied, 10.0)
    again(server)
    fill(server)
    assert look(server, emptied, 30.0) == Loss(30.0, 10.0, {"orders": 3})


def test_nothing_is_said_where_nothing_waited(server: Server) -> None:
    emptied = Emptied()
    look(server, emptied, 10.0)
    again(server)
    assert look(server, emptied, 30.0) is None


def test_messages_that_were_loaded_and_taken_at_once_are_not_called_gone(server: Server) -> None:
    emptied = Emptied()
    fill(server)
    look(server, emptied, 10.0)
    with server.client() as client:
        client.save()
    again(server)
    with server.client() as client:
        assert client.delete("orders") == 1
    assert look(server, emptied, 30.0) is None


def test_what_an_append_only_file_brought_back_is_not_called_gone(server: Server) -> None:
    again(server, *KEPT)
    emptied = Emptied()
    fill(server)
    look(server, emptied, 10.0)
    again(server, *KEPT)
    with server.client() as client:
        assert client.delete("orders") == 1
    assert look(server, emptied, 30.0) is None


def test_a_server_that_has_long_run_is_another_one_and_not_called_empty(server: Server) -> None:
    emptied = Emptied()
    fill(server)
    look(server, emptied, 10.0)
    again(server)
    eventually(lambda: _uptime(server) >= 3)
    assert look(server, emptied, 10.5) is None


def _uptime(server: Server) -> int:
    with server.client() as client:
        told = client.info("server")
        assert isinstance(told, dict)
        return int(told["uptime_in_seconds"])


@pytest.mark.parametrize("command", ["FLUSHALL", "FLUSHDB"])
def test_messages_are_gone_when_someone_empties_the_broker(server: Server, command: str) -> None:
    emptied = Emptied()
    fill(server)
    look(server, emptied, 10.0)
    with server.client() as client:
        client.execute_command(command)
    assert look(server, emptied, 11.0) == Loss(11.0, 10.0, {"orders": 3}, by_command=True)
    assert look(server, emptied, 12.0) is None, "it is said once"
    fill(server)
    look(server, emptied, 13.0)
    with server.client() as client:
        client.delete("orders")
    assert look(server, emptied, 14.0) is None


def test_a_queue_that_someone_purged_is_not_called_lost(server: Server) -> None:
    emptied = Emptied()
    fill(server)
    look(server, emptied, 10.0)
    with server.client() as client:
        client.delete("orders")
    assert look(server, emptied, 11.0) is None


def test_another_database_that_is_emptied_does_not_make_a_drained_queue_a_loss(
    server: Server,
) -> None:
    emptied = Emptied()
    fill(server)
    with server.client() as client:
        client.set("celery-task-meta-1", "{}")
        client.set("celery-task-meta-2", "{}")
    look(server, emptied, 10.0)
    with server.client() as client:
        client.delete("orders")
    with server.client(db=5) as client:
        client.flushdb()
    assert look(server, emptied, 11.0) is None


def test_a_user_who_may_not_ask_the_server_is_told_nothing(server: Server) -> None:
    emptied = Emptied()
    for at in (10.0, 30.0):
        fill(server)
        with server.client() as client:
            client.execute_command("ACL", "SETUSER", "u", "on", ">p", "~*", "+@all", "-info")
        assert look(server, emptied, at, username="u", password="p") is None
        again(server)


def test_the_loss_reaches_the_window_and_whoever_looks_later(server: Server) -> None:
    fill(server)
    monitor = Monitor(queue_names=["orders"])
    monitor.start(server.url)
    try:
        eventually(lambda: monitor.snapshot().counters.waiting == 3)
        again(server)
        told: list[Loss] = []

        def heard() -> bool:
            batch = monitor.take()
            if batch is not None and batch.loss is not None:
                told.append(batch.loss)
            return bool(told)

        eventually(heard)
        assert told[0].waiting == {"orders": 3}
        assert monitor.snapshot().loss == told[0]
    finally:
        monitor.stop()


def test_a_broker_that_does_not_answer_is_asked_again(server: Server) -> None:
    emptied = Emptied()
    fill(server)
    look(server, emptied, 10.0)
    server.kill()
    with pytest.raises(redis.ConnectionError), server.client() as client:
        emptied.look(client, [], 20.0)
    server.start()
    assert look(server, emptied, 30.0) == Loss(30.0, 10.0, {"orders": 3})
