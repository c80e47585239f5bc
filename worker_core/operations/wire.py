"""Celery's messages as they stand in Redis, read and written without Celery.

The envelope is kombu's virtual transport: JSON with a base64 body. Keys and channels may be
preceded by a ``global_keyprefix``.
"""

import base64
import binascii
import json
import os
import socket
import time
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec
import orjson

if TYPE_CHECKING:
    from redis import Redis

SEPARATOR = "\x06\x16"
BINDINGS = "_kombu.binding."
UNACKED = "unacked"
UNACKED_INDEX = "unacked_index"
JSON = "application/json"
EVENTS_A_MESSAGE = 100
# Every priority there is. An application rounds them down to steps of its choice, so that each of
# them may have a list.
STEPS = tuple(range(10))


class Unreadable(ValueError):  # noqa: N818 - reads as what it says
    """The bytes are not a message that can be read. The text says why, in plain words."""


def step_key(queue: str, step: int) -> str:
    """The list that holds the messages of ``queue`` in the priority step ``step``."""
    return f"{queue}{SEPARATOR}{step}" if step else queue


def envelope(
    body: object, *, exchange: str, routing_key: str, headers: Mapping[str, object]
) -> bytes:
    """A transient message with a JSON body."""
    return orjson.dumps(
        {
            "body": base64.b64encode(orjson.dumps(body)).decode(),
            "content-encoding": "utf-8",
            "content-type": JSON,
            "headers": dict(headers),
            "properties": {
                "delivery_mode": 1,
                "delivery_info": {"exchange": exchange, "routing_key": routing_key},
                "priority": 0,
                "body_encoding": "base64",
                "delivery_tag": str(uuid4()),
            },
        }
    )


def parse(raw: bytes) -> dict[str, Any]:
    """The envelope in ``raw``, whose headers and properties are objects.

    Raises:
        Unreadable: it is none.
    """
    try:
        message = orjson.loads(raw)
    except ValueError as error:
        raise Unreadable("This is not a Celery message: it is not JSON.") from error
    if not isinstance(message, dict) or not all(
        isinstance(message.setdefault(part, {}), dict) for part in ("headers", "properties")
    ):
        raise Unreadable("This is not a Celery message: its parts are not where they belong.")
    return message


def body_of(message: Mapping[str, Any]) -> Any:
    """The JSON value in the body of a parsed envelope.

    Raises:
        Unreadable: the body has another format, which is never opened, or is damaged.
    """
    kind = message.get("content-type")
    if kind != JSON:
        raise Unreadable(f"Its content has the format {kind!r}, which is not opened; only JSON is.")
    body = message.get("body")
    if not isinstance(body, str):
        raise Unreadable("Its content is missing.")
    try:
        if message["properties"].get("body_encoding") == "base64":
            return value_of(base64.b64decode(body, validate=True))
        return value_of(body)
    except (ValueError, binascii.Error) as error:
        raise Unreadable("Its content is damaged.") from error


def value_of(text: bytes | str) -> Any:
    """The value of JSON as Celery writes it: with whole numbers of any size, NaN and infinities,
    which the JSON of others does not have.

    Raises:
        ValueError: it is no JSON, or nested too deeply, or holds text that is none.
    """
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        pass
    try:
        value = json.loads(text)
        # Halves of characters, which could be neither stored nor sent.
        json.dumps(value, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return value


def database(redis: "Redis") -> int:
    """The number of the database that ``redis`` is connected to."""
    return int(redis.connection_pool.connection_kwargs.get("db") or 0)


def publish_events(
    redis: "Redis", kind: str, events: Iterable[Mapping[str, object]], prefix: str = ""
) -> None:
    """Send events of one kind of a task's, such as ``task-revoked``, to whoever watches, in one
    round trip: many to a message, as workers do."""
    exchange, routing_key = "celeryev", "task.multi"
    now = time.time()
    sender = f"afi-desk@{socket.gethostname()}"
    common = {
        "hostname": sender,
        "utcoffset": -time.localtime(now).tm_gmtoff // 3600,
        "pid": os.getpid(),
        "clock": 0,
        "timestamp": now,
        "type": kind,
    }
    channel = f"{prefix}/{database(redis)}.{exchange}/{routing_key}"
    headers = {"hostname": sender}
    pipe = redis.pipeline(transaction=False)
    each = iter(events)
    while some := [{**common, **fields} for fields in islice(each, EVENTS_A_MESSAGE)]:
        pipe.publish(
            channel, envelope(some, exchange=exchange, routing_key=routing_key, headers=headers)
        )
    pipe.execute()
