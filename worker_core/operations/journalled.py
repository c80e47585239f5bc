"""Celery's event dispatcher, with the journal beside it. Named to Celery as
``worker_core.operations.journalled:JournalledEvents``, so that nothing of this is loaded before
the first event is sent."""

import logging
import time
from typing import Any, Final

from celery.app.events import Events
from celery.events.dispatcher import EventDispatcher
from kombu.serialization import dumps
from kombu.transport.redis import Channel
from redis.exceptions import ResponseError

from worker_core.operations.journal import ENTRIES_KEY, FIELD, HEADER, journal_key

# A broker that refuses entries (full, read-only, a user without the right) goes on refusing.
_REFUSED_SECONDS: Final = 5.0
_LEFT_OUT: Final = "worker.heartbeat"

_log = logging.getLogger(__name__)


class JournalledDispatcher(EventDispatcher):  # type: ignore[misc]  # celery carries no types
    """Appends each batch to the journal, then publishes it as Celery's dispatcher does.

    A failing journal costs its own entries alone: no error of it reaches the worker, and the
    batch is published without the header that says that the journal holds it. While the broker
    is away nothing is published either; both are done when Celery publishes what it kept back.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._entries = int(self.app.conf.get(ENTRIES_KEY) or 0)
        self._refused_until = 0.0
        self._plain_headers: dict[str, Any] = {"hostname": self.hostname}
        self._marked_headers = self._plain_headers | {HEADER: True}

    def _publish(self, event: Any, producer: Any, routing_key: str, **options: Any) -> None:
        # Called with the base class's mutex held.
        held = self._entries > 0 and routing_key != _LEFT_OUT and self._append(event, producer)
        self.headers = self._marked_headers if held else self._plain_headers
        super()._publish(event, producer, routing_key, **options)

    def _append(self, event: Any, producer: Any) -> bool:
        """Whether the journal holds ``event`` now."""
        if producer is None or time.monotonic() < self._refused_until:
            return False
        try:
            return self._add_entry(event, producer)
        except ResponseError as error:
            self._refused_until = time.monotonic() + _REFUSED_SECONDS
            _log.warning("The journal takes no events, they are published without it: %s", error)
        except Exception as error:  # noqa: BLE001 - whatever it is, the worker must go on
            _log.debug("Events could not be added to the journal: %s", error)
        return False

    def _add_entry(self, event: Any, producer: Any) -> bool:
        channel = producer.channel
        if not isinstance(channel, Channel):
            return False  # another transport than Redis, without streams
        # One who only submits must not begin a journal: in an application of someone else's,
        # whose workers keep none, it would hold nothing but that submission.
        only_if_there = () if producer is self.producer else ("NOMKSTREAM",)
        key = journal_key(channel.global_keyprefix)
        body = dumps(event, serializer=self.serializer)[2]
        words = (key, *only_if_there, "MAXLEN", "~", self._entries, "*", FIELD, body)
        # A client of redis-py costs more to make than the command does to run.
        connection = channel.pool.get_connection()
        try:
            connection.send_command("XADD", *words)
            return connection.read_response() is not None
        finally:
            channel.pool.release(connection)


class JournalledEvents(Events):  # type: ignore[misc]
    """Celery's ``app.events`` whose dispatchers keep the journal."""

    dispatcher_cls = JournalledDispatcher
