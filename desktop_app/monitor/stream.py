"""The thread that reads events off the broker, and does nothing else.

Redis cuts off a subscriber that does not keep up, keeps nothing for it, and redis-py would
subscribe again without a word. So this thread only moves bytes into the inbox, manages its
connection itself, and turns every break into a recorded ``Gap``.
"""

import random
import threading
import time
from collections.abc import Callable
from typing import Any, Final

from redis import exceptions

from desktop_app.monitor.inbox import Inbox, Message
from desktop_app.monitor.journal import JournalReader
from desktop_app.monitor.link import Link, Subscriber, explain, is_refusal
from desktop_app.monitor.rows import Connection, Gap, Status
from worker_core.operations.journal import HEADER

_LOOK_UP_SECONDS: Final = 0.2
PING_AFTER_SECONDS: Final = 5.0
DEAD_AFTER_SECONDS: Final = 12.0
_BACKOFF_FIRST: Final = 0.1
_BACKOFF_LAST: Final = 3.0
_BACKOFF_REFUSED: Final = 5.0
# The last two are what redis-py runs into when its socket is taken away in the middle.
_FAILURES: Final = (exceptions.RedisError, OSError, ValueError, AttributeError)

_JOURNALLED: Final = f'"{HEADER}"'.encode()
# No journal holds these, whoever sends them.
_HEARTBEAT: Final = b"worker.heartbeat"

FAULT: Final = "Reading events ended by a fault of this program. Start the window again."


class EventStream:
    """Keeps one subscription to the events of ``link`` alive and its messages flowing into
    ``inbox``.

    While ``journal`` is being followed, what the journal holds as well is left out here; a break
    that it makes up for is no gap, unless there are senders that keep no journal. ``on_live`` is
    called from the reading thread whenever the subscription stands (again).
    """

    def __init__(
        self,
        link: Link,
        inbox: Inbox[Any],
        on_live: Callable[[], None],
        journal: JournalReader | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._link = link
        self._journal = journal
        self._heard_others = False
        self._inbox = inbox
        self._on_live = on_live
        self._now = now
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="afi-events", daemon=True)
        self._connection: Subscriber | None = None
        self._status: tuple[Status, float, str] = ("connecting", now(), "")
        self._last_event: float | None = None
        # When we last knew that nothing was missed; None before the first subscription.
        self._whole_until: float | None = None

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end; returns at once."""
        self._stopping.set()

    def join(self, timeout: float) -> bool:
        """Wait up to ``timeout`` seconds for the end of the thread; whether it has ended."""
        self._thread.join(timeout / 2)
        connection = self._connection
        if self._thread.is_alive() and connection is not None:
            # It waits for an answer of the server. Without its socket it waits no longer.
            connection.disconnect()
        self._thread.join(timeout / 2)
        return not self._thread.is_alive()

    def connection(self) -> Connection:
        """How the subscription stands. May be called from any thread."""
        status, since, message = self._status
        return Connection(status, self._link.label, since, self._last_event, message)

    def live_since(self) -> float | None:
        status, since, _ = self._status
        return since if status == "live" else None

    def _run(self) -> None:
        try:
            self._keep_reading()
        finally:
            self._set_status("idle", "" if self._stopping.is_set() else FAULT)

    def _keep_reading(self) -> None:
        failures = 0
        cause = ""
        while not self._stopping.is_set():
            delay = _BACKOFF_FIRST
            try:
                connection = self._connection = self._link.subscriber()
                self._subscribe(connection)
                failures = 0
                self._came_up(cause)
                self._read(connection)
            except _FAILURES as error:
                if self._stopping.is_set():
                    break
                failures += 1
                cause = explain(error, self._link)
                self._went_down(cause)
                delay = _BACKOFF_REFUSED if is_refusal(error) else _backoff(failures)
            finally:
                if self._connection is not None:
                    self._connection.disconnect()
                    self._connection = None
            self._stopping.wait(delay)

    def _subscribe(self, connection: Subscriber) -> None:
        connection.connect()
        connection.send_command("PSUBSCRIBE", self._link.pattern(), check_health=False)
        # The confirmation; a refusal raises here.
        connection.read_response()

    def _read(self, connection: Subscriber) -> None:
        last_heard = time.monotonic()
        pinged = False
        put = self._inbox.put
        now = self._now
        while not self._stopping.is_set():
            try:
                # A message that has come in parts stays in the parser until the rest is there.
                answer = connection.read_response(
                    timeout=_LOOK_UP_SECONDS, disconnect_on_error=False
                )
            except exceptions.TimeoutError:
                silent = time.monotonic() - last_heard
                if silent > DEAD_AFTER_SECONDS:
                    raise
                if silent > PING_AFTER_SECONDS and not pinged:
                    connection.send_command("PING", check_health=False)
                    pinged = True
                continue
            received_at = now()
            last_heard = time.monotonic()
            pinged = False
            self._whole_until = received_at
            if answer[0] == b"pmessage":
                self._last_event = received_at
                if not self._comes_otherwise(answer[2], answer[3]):
                    put(Message(received_at, answer[3]))

    def _comes_otherwise(self, channel: bytes, data: bytes) -> bool:
        if _JOURNALLED in data:
            return self._journal is not None and self._journal.following
        if not channel.endswith(_HEARTBEAT):
            self._heard_others = True
        return False

    def _came_up(self, cause: str) -> None:
        now = self._now()
        missed_since, self._whole_until = self._whole_until, now
        made_up_for = self._journal is not None and self._journal.covers and not self._heard_others
        if missed_since is not None and not made_up_for:
            self._inbox.note(Gap(missed_since, now, "disconnected", None, cause))
        self._set_status("live", "")
        self._on_live()

    def _went_down(self, message: str) -> None:
        status, since, _ = self._status
        if status == "lost":
            self._status = (status, since, message)
        else:
            self._set_status("lost", message)

    def _set_status(self, status: Status, message: str) -> None:
        self._status = (status, self._now(), message)


def _backoff(failures: int) -> float:
    longest: float = min(_BACKOFF_FIRST * 2 ** min(failures - 1, 10), _BACKOFF_LAST)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - it spreads load, it guards nothing
