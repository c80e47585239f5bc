"""Asking workers, and telling them, over their remote control.

Spoken straight over Redis: the number of subscribers tells how many answers can come, so that an
answer takes milliseconds where waiting for a timeout would take a second, and no worker at all is
known at once.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, cast
from uuid import uuid4

from worker_core.operations import wire
from worker_core.operations.connection import broker_url, client, reaching
from worker_core.settings import Settings

if TYPE_CHECKING:
    from redis import Redis

Kind = Literal[
    "ping",
    "active",
    "reserved",
    "scheduled",
    "stats",
    "active_queues",
    "registered",
    "revoked",
    "conf",
]
EXCHANGE = "celery.pidbox"
REPLIES = "reply.celery.pidbox"
MARGIN_S = 2.0


def inspect(
    kind: Kind,
    *,
    timeout: float = 1.0,
    destination: Sequence[str] | None = None,
    limit: int | None = None,
    settings: Settings | None = None,
    prefix: str = "",
) -> dict[str, Any]:
    """What the workers answer to ``kind``, by node name.

    Returns as soon as every worker that listens (or every one of ``destination``, or ``limit`` of
    them) has answered, at the latest after ``timeout`` seconds. A worker that is busy in a solo
    pool does not answer.

    Raises:
        BrokerUnreachable: the broker does not answer.
    """
    return broadcast(
        kind,
        timeout=timeout,
        destination=destination,
        limit=limit,
        settings=settings,
        prefix=prefix,
    )


def broadcast(
    command: str,
    arguments: Mapping[str, object] | None = None,
    *,
    timeout: float = 1.0,
    destination: Sequence[str] | None = None,
    limit: int | None = None,
    settings: Settings | None = None,
    prefix: str = "",
) -> dict[str, Any]:
    """Send the remote-control ``command`` and collect the answers, as ``inspect`` does."""
    url = broker_url(settings)
    with reaching(url), client(url, timeout=timeout + MARGIN_S) as redis:
        mailbox = _Mailbox(redis, prefix)
        try:
            listening = mailbox.send(command, arguments or {}, destination, timeout)
            expected = min(
                listening,
                len(set(destination)) if destination is not None else listening,
                limit if limit is not None else listening,
            )
            return mailbox.collect(expected, timeout)
        finally:
            mailbox.close()


class _Mailbox:
    """One question and the list that its answers go to."""

    def __init__(self, redis: "Redis", prefix: str) -> None:
        self._redis = redis
        self._prefix = prefix
        self._oid = str(uuid4())
        self._ticket = str(uuid4())
        self._replies = f"{self._oid}.{REPLIES}"
        self._binding = wire.SEPARATOR.join((self._oid, "", self._replies))

    def send(
        self,
        command: str,
        arguments: Mapping[str, object],
        destination: Sequence[str] | None,
        timeout: float,
    ) -> int:
        """Put the question; returns how many listen."""
        body = {
            "method": command,
            "arguments": dict(arguments),
            "destination": None if destination is None else list(destination),
            "pattern": None,
            "matcher": None,
            "ticket": self._ticket,
            "reply_to": {"exchange": REPLIES, "routing_key": self._oid},
        }
        # Workers drop what is older than this by their own clock, so it allows for clocks apart.
        headers = {"clock": 1, "expires": time.time() + timeout + 60}
        message = wire.envelope(body, exchange=EXCHANGE, routing_key="", headers=headers)
        pipe = self._redis.pipeline(transaction=False)
        pipe.sadd(f"{self._prefix}{wire.BINDINGS}{REPLIES}", self._binding)
        pipe.publish(f"{self._prefix}/{wire.database(self._redis)}.{EXCHANGE}", message)
        return int(pipe.execute()[1])

    def collect(self, expected: int, timeout: float) -> dict[str, Any]:
        answers: dict[str, Any] = {}
        deadline = time.monotonic() + timeout
        while len(answers) < expected and (left := deadline - time.monotonic()) > 0:
            # A zero would mean to wait for ever.
            taken = self._redis.brpop([self._prefix + self._replies], timeout=max(left, 0.01))
            if taken is None:
                break
            answers.update(self._answer(cast("bytes", taken[1])))
        return answers

    def _answer(self, raw: bytes) -> Iterator[tuple[str, Any]]:
        try:
            message = wire.parse(raw)
            body = wire.body_of(message)
        except wire.Unreadable:
            return
        if message["headers"].get("ticket") == self._ticket and isinstance(body, dict):
            yield from ((str(node), value) for node, value in body.items())

    def close(self) -> None:
        pipe = self._redis.pipeline(transaction=False)
        pipe.srem(f"{self._prefix}{wire.BINDINGS}{REPLIES}", self._binding)
        pipe.delete(self._prefix + self._replies)
        pipe.execute()
