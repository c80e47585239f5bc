"""Many tasks sent in two round trips, as messages that differ in nothing from Celery's own.

`client.send` makes a connection for each task and lets Celery write its message: 4.5 ms of
processor time, of which the message itself is a tenth. A gateway that takes hundreds of submissions
a second sends what has gathered meanwhile at once, over a connection that it keeps.
"""

import base64
import json
import os
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import orjson

from worker_core.operations import wire
from worker_core.operations.client import connected
from worker_core.operations.configuration import DEFAULT_PRIORITY, ENQUEUED_AT, PRIORITY_STEPS
from worker_core.operations.connection import broker_url, client, reaching
from worker_core.operations.errors import BrokerRefused, BrokerUnreachable
from worker_core.operations.journal import FIELD, HEADER, journal_key
from worker_core.settings import Settings
from worker_core.storage import TaskRecord

if TYPE_CHECKING:
    from redis import Redis

TIMEOUT_S = 2.0
_STEP = max(step for step in PRIORITY_STEPS if step <= DEFAULT_PRIORITY)
_REPR_LONGEST = 1024


class Sender:
    """Sends tasks of the ledger to the settings' broker. Any number of threads may share it; they
    take turns."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._turn = threading.Lock()
        self._url = ""
        self._redis: Redis | None = None
        self._declared: set[str] = set()

    def send(self, records: Sequence[TaskRecord]) -> None:
        """Send the messages of these tasks, which nothing follows.

        A connection that broke since the last time is made anew once: a message that comes twice
        takes effect once.

        Raises:
            BrokerUnreachable, BrokerRefused: some of them may not have been sent.
        """
        if not records:
            return
        with self._turn:
            kept = self._redis is not None
            try:
                self._send(records)
            except BrokerUnreachable:
                self.close()
                if not kept:
                    raise
                self._send(records)

    def close(self) -> None:
        """Give the connection back; sending again makes a new one."""
        if self._redis is not None:
            self._redis.close()
        self._redis = None
        self._declared.clear()

    def _send(self, records: Sequence[TaskRecord]) -> None:
        url = broker_url(self._settings)
        if url != self._url:
            self.close()
            self._url = url
        with reaching(url):
            if self._redis is None:
                self._redis = client(url, connect_timeout=1.0, timeout=TIMEOUT_S)
                self._redis.ping()
            self._declare({record.queue for record in records})
            events, pipe = [], self._redis.pipeline(transaction=False)
            prefix = self._settings.key_prefix
            for record in records:
                raw, event = message(record)
                pipe.lpush(prefix + wire.step_key(record.queue, _STEP), raw)
                events.append(event)
            pipe.execute()
        # They are on their queues: an event that is not heard costs no more than itself.
        try:
            with reaching(url):
                self._announce(self._redis, events)
        except (BrokerUnreachable, BrokerRefused):
            self.close()

    def _declare(self, queues: set[str]) -> None:
        """Let the queues be known in the broker, as Celery does at each publishing."""
        if new := queues - self._declared:
            with connected(self._settings) as (app, connection):
                for name in sorted(new):
                    app.amqp.queues[name](connection.default_channel).declare()
            self._declared |= new

    def _announce(self, redis: "Redis", events: Sequence[Mapping[str, object]]) -> None:
        """Say that they were sent, to the journal where there is one and to whoever listens."""
        common = {
            "hostname": sender_name(),
            "utcoffset": -(time.localtime().tm_gmtoff or 0) // 3600,
            "pid": os.getpid(),
            "clock": 0,
            "type": "task-sent",
        }
        told = [{**common, **event} for event in events]
        prefix, entries = self._settings.key_prefix, self._settings.journal_events
        held = bool(entries) and self._journal(redis, prefix, entries, told)
        headers: dict[str, object] = {"hostname": common["hostname"]}
        if held:
            headers[HEADER] = True
        raw = wire.envelope(told, exchange="celeryev", routing_key="task.multi", headers=headers)
        redis.publish(f"{prefix}/{wire.database(redis)}.celeryev/task.multi", raw)

    def _journal(
        self, redis: "Redis", prefix: str, entries: int, told: Sequence[Mapping[str, object]]
    ) -> bool:
        from redis.exceptions import ResponseError

        try:
            entry = redis.xadd(
                journal_key(prefix),
                {FIELD: orjson.dumps(told)},
                maxlen=entries,
                # One who only submits begins no journal where workers keep none.
                nomkstream=True,
            )
        except ResponseError:
            return False
        return entry is not None


def message(record: TaskRecord) -> tuple[bytes, dict[str, Any]]:
    """The message of a task in the ledger, and the event that says that it was sent."""
    now = time.time()
    eta = record.next_at.isoformat() if record.next_at and record.next_at > _now() else None
    shown = _shown(record.arguments)
    headers = {
        "lang": "py",
        "task": record.name,
        "id": record.id,
        "shadow": None,
        "eta": eta,
        "expires": None,
        "group": None,
        "group_index": None,
        "retries": record.retries,
        "timelimit": [None, None],
        "root_id": record.id,
        "parent_id": None,
        "argsrepr": "()",
        "kwargsrepr": shown,
        "origin": sender_name(),
        "ignore_result": None,
        "replaced_task_nesting": 0,
        "stamped_headers": None,
        "stamps": {},
        **record.headers,
        ENQUEUED_AT: now,
    }
    body: tuple[Any, ...] = ([], record.arguments, _NOTHING_FOLLOWS)
    raw = orjson.dumps(
        {
            "body": base64.b64encode(_json(body)).decode(),
            "content-encoding": "utf-8",
            "content-type": wire.JSON,
            "headers": headers,
            "properties": {
                "correlation_id": record.id,
                "reply_to": _nobody(),
                "delivery_mode": 2,
                "delivery_info": {"exchange": "", "routing_key": record.queue},
                "priority": DEFAULT_PRIORITY,
                "body_encoding": "base64",
                "delivery_tag": str(uuid4()),
            },
        }
    )
    event = {
        "uuid": record.id,
        "root_id": record.id,
        "parent_id": None,
        "name": record.name,
        "args": "()",
        "kwargs": shown,
        "retries": record.retries,
        "eta": eta,
        "expires": None,
        "queue": record.queue,
        "exchange": "",
        "routing_key": record.queue,
        "timestamp": now,
    }
    return raw, event


_NOTHING_FOLLOWS = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}


def _json(value: Any) -> bytes:
    """JSON, also of numbers that orjson does not write: one task must not hold up its batch."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value).encode()


def _shown(arguments: Mapping[str, Any]) -> str:
    """Arguments for people, as Celery shows them, and as short."""
    text = repr(dict(arguments))
    return text if len(text) <= _REPR_LONGEST else text[: _REPR_LONGEST - 3] + "..."


def _now() -> datetime:
    return datetime.now(UTC)


@lru_cache(maxsize=1)
def sender_name() -> str:
    """Who sends, as Celery names processes that are no workers."""
    return f"gen{os.getpid()}@{socket.gethostname()}"


@lru_cache(maxsize=1)
def _nobody() -> str:
    """Where Celery's own results by message would go; ours are kept in the result store."""
    return str(uuid4())
