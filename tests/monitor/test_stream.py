"""The reading thread against a real server that goes away, comes back and misbehaves."""

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from desktop_app.monitor import stream
from desktop_app.monitor.inbox import Inbox, Message
from desktop_app.monitor.link import Link
from desktop_app.monitor.rows import Gap
from desktop_app.monitor.stream import EventStream
from tests.monitor.conftest import Server, eventually

EVENT = {"type": "task-started", "uuid": "u", "hostname": "w@h", "timestamp": 1.0}


class Reading:
    """A running stream, and all that has come out of it."""

    def __init__(self, link: Link) -> None:
        self.inbox: Inbox[Any] = Inbox(now=lambda: 0.0)
        self.times_live = 0
        self.stream = EventStream(link, self.inbox, self._count)
        self._items: list[Any] = []
        self.stream.start()

    def _count(self) -> None:
        self.times_live += 1

    def all(self, kind: type) -> list[Any]:
        self._items += self.inbox.drain(0)
        return [item for item in self._items if isinstance(item, kind)]

    def status(self) -> str:
        return self.stream.connection().status

    def message(self) -> str:
        return self.stream.connection().message

    def until_live(self) -> None:
        eventually(lambda: self.status() == "live")

    def until_lost(self) -> None:
        eventually(lambda: self.status() == "lost")


@pytest.fixture
def read() -> Iterator[Callable[..., Reading]]:
    readings = []

    def start(url: str, prefix: str = "") -> Reading:
        readings.append(Reading(Link(url, prefix)))
        return readings[-1]

    yield start
    for reading in readings:
        reading.stream.stop()
        assert reading.stream.join(2.0)
        assert reading.status() == "idle"


Read = Callable[..., Reading]


def test_events_arrive_with_the_time_of_their_arrival(server: Server, read: Read) -> None:
    reading = read(server.url)
    reading.until_live()
    server.publish(EVENT)
    server.publish(EVENT, channel="/0.celeryev/worker.heartbeat")
    server.publish(EVENT, channel="/1.celeryev/task.multi")
    eventually(lambda: len(reading.all(Message)) == 2)
    assert reading.stream.connection().last_event == reading.all(Message)[-1].received_at
    assert reading.all(Gap) == []


def test_a_key_prefix_is_part_of_the_channel(server: Server, read: Read) -> None:
    reading = read(server.url, prefix="team[a]:")
    reading.until_live()
    server.publish(EVENT, channel="/0.celeryev/task.multi")
    server.publish(EVENT, channel="team[a]:/0.celeryev/task.multi")
    eventually(lambda: len(reading.all(Message)) == 1)


def test_a_message_of_ten_megabytes_gets_through(server: Server, read: Read) -> None:
    reading = read(server.url)
    reading.until_live()
    server.publish(EVENT | {"args": "x" * 10_000_000})
    eventually(lambda: reading.all(Message))
    assert len(reading.all(Message)[0].data) > 10_000_000


def test_a_broker_that_is_down_at_the_start_is_waited_for(
    stopped_server: Server, read: Read
) -> None:
    reading = read(stopped_server.url)
    reading.until_lost()
    assert "does not answer" in reading.message()
    stopped_server.start()
    reading.until_live()
    assert reading.message() == ""
    assert reading.all(Gap) == []  # nothing was promised before


def test_a_restart_of_the_broker_is_a_gap_and_events_go_on(server: Server, read: Read) -> None:
    reading = read(server.url)
    reading.until_live()
    server.publish(EVENT)
    eventually(lambda: reading.all(Message))
    server.kill()
    reading.until_lost()
    server.start()
    reading.until_live()
    (gap,) = eventually(lambda: reading.all(Gap))
    assert (gap.reason, gap.dropped) == ("disconnected", None)
    assert reading.all(Message)[0].received_at <= gap.start < gap.end
    assert gap.message
    assert reading.times_live == 2
    server.publish(EVENT)
    eventually(lambda: len(reading.all(Message)) == 2)


def test_each_time_the_broker_drops_its_subscribers_is_a_gap(server: Server, read: Read) -> None:
    reading = read(server.url)
    for times in (1, 2, 3):
        reading.until_live()
        with server.client() as client:
            client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        eventually(lambda: reading.all(Gap)[times - 1 :])  # noqa: B023 - called at once
        assert len(reading.all(Gap)) == times
    reading.until_live()
    server.publish(EVENT)
    eventually(lambda: reading.all(Message))


def test_a_subscriber_that_the_broker_drops_for_slowness_knows_of_it(
    server: Server, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, put = threading.Event(), Inbox.put

    def slow(inbox: Inbox[Any], message: Message) -> None:
        held.wait(60)
        put(inbox, message)

    monkeypatch.setattr(Inbox, "put", slow)
    reading = read(server.url)
    reading.until_live()
    with server.client() as client:
        client.config_set("client-output-buffer-limit", "pubsub 1mb 1mb 1")
        eventually(lambda: not server.publish(EVENT | {"args": "x" * 1_000_000}))
    held.set()
    (gap,) = eventually(lambda: reading.all(Gap))
    assert gap.reason == "disconnected"


def test_a_wrong_password_is_said_and_tried_again(stopped_server: Server, read: Read) -> None:
    stopped_server.start("--requirepass", "right")
    reading = read(f"redis://:wrong@127.0.0.1:{stopped_server.port}/0")
    reading.until_lost()
    assert "refused the login" in reading.message()
    assert "wrong" not in reading.message()
    with stopped_server.client(password="right") as client:
        client.config_set("requirepass", "wrong")
    reading.until_live()


def test_a_user_who_may_not_listen_is_told_what_is_missing(server: Server, read: Read) -> None:
    with server.client() as client:
        client.acl_setuser("deaf", True, passwords=["+pw"], keys=["*"], categories=["+@all"])
        client.execute_command("ACL", "SETUSER", "deaf", "resetchannels")
    reading = read(f"redis://deaf:pw@127.0.0.1:{server.port}/0")
    reading.until_lost()
    assert "PSUBSCRIBE" in reading.message()


def test_something_else_than_a_broker_is_said(read: Read) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            while True:
                try:
                    peer, _ = listener.accept()
                except OSError:
                    return
                with peer:
                    peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        other = threading.Thread(target=answer)
        other.start()
        reading = read(f"redis://127.0.0.1:{listener.getsockname()[1]}/0")
        reading.until_lost()
        assert "no Redis server" in reading.message()
        reading.stream.stop()
        assert reading.stream.join(2.0)
        listener.shutdown(socket.SHUT_RDWR)
        other.join()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "PING_AFTER_SECONDS", 0.3)
    monkeypatch.setattr(stream, "DEAD_AFTER_SECONDS", 1.5)


@pytest.mark.usefixtures("impatient")
def test_a_quiet_connection_is_kept_alive_by_pings(server: Server, read: Read) -> None:
    reading = read(server.url)
    reading.until_live()
    since = reading.stream.connection().since

    def pings() -> int:
        with server.client() as client:
            stats: Any = client.info("commandstats")
            return int(stats.get("cmdstat_ping", {"calls": 0})["calls"])

    before = pings()
    eventually(lambda: pings() >= before + 8)
    assert reading.stream.connection().since == since


@pytest.mark.usefixtures("impatient")
def test_a_broker_that_hangs_is_found_out(server: Server, read: Read) -> None:
    reading = read(server.url)
    reading.until_live()
    os.kill(server.pid, signal.SIGSTOP)
    try:
        reading.until_lost()
        assert "did not answer in time" in reading.message()
    finally:
        os.kill(server.pid, signal.SIGCONT)
    reading.until_live()
    assert len(eventually(lambda: reading.all(Gap))) == 1


def test_the_thread_ends_in_time_while_a_hanging_broker_is_asked(
    server: Server, read: Read
) -> None:
    os.kill(server.pid, signal.SIGSTOP)
    try:
        reading = read(server.url)
        eventually(lambda: reading.status() == "connecting")
        reading.stream.stop()
        assert reading.stream.join(2.0)
    finally:
        os.kill(server.pid, signal.SIGCONT)


def test_the_thread_ends_in_time_while_it_waits_to_try_again(
    stopped_server: Server, read: Read
) -> None:
    reading = read(stopped_server.url)
    reading.until_lost()
    reading.stream.stop()
    assert reading.stream.join(2.0)
