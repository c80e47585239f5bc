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
from worker_core.settings import Settings, current

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
    )


def broadcast(
    command: str,
    arguments: Mapping[str, object] | None = None,
    *,
    timeout: float = 1.0,
    destination: Sequence[str] | None = None,
    limit: int | None = None,
    settings: Settings | None = None,
) -> dict[str, Any]:
    """Send the remote-control ``command`` and collect the answers, as ``inspect`` does."""
    answers = gather(
        {command: arguments or {}},
        timeout=timeout,
        destination=destination,
        limit=limit,
        settings=settings,
    )
    return {node: reply for _, node, reply in answers}


def gather(
    commands: Mapping[str, Mapping[str, object]],
    *,
    timeout: float = 1.0,
    destination: Sequence[str] | None = None,
    limit: int | None = None,
    settings: Settings | None = None,
) -> Iterator[tuple[str, str, Any]]:
    """Send several ``commands``, with their arguments, at once; yields command, node and answer as
    each arrives, and ends as ``inspect`` does. A worker that is silent to all of them costs no
    more than one timeout.

    Raises:
        BrokerUnreachable: the broker does not answer.
    """
    settings = settings or current()
    url = broker_url(settings)
    with reaching(url), client(url, timeout=timeout + MARGIN_S) as redis:
        mailbox = _Mailbox(redis, settings.key_prefix)
        try:
            listening = mailbox.send(commands, destination, timeout)
            expected = min(
                listening,
                len(set(destination)) if destination is not None else listening,
                limit if limit is not None else listening,
            )
            yield from mailbox.collect(expected * len(commands), timeout)
        finally:
            mailbox.close()


def roll_call(
    *, timeout: float = 1.0, settings: Settings | None = None
) -> tuple[frozenset[str], int]:
    """The workers that answer a ping, and how many were there to hear it.

    Raises:
        BrokerUnreachable: the broker does not answer.
    """
    settings = settings or current()
    url = broker_url(settings)
    with reaching(url), client(url, timeout=timeout + MARGIN_S) as redis:
        mailbox = _Mailbox(redis, settings.key_prefix)
        try:
            listening = mailbox.send({"ping": {}}, None, timeout)
            found = mailbox.collect(listening, timeout)
            return frozenset(node for _, node, _ in found), listening
        finally:
            mailbox.close()


class _Mailbox:
    """Questions and the one list that their answers go to."""

    def __init__(self, redis: "Redis", prefix: str) -> None:
        self._redis = redis
        self._prefix = prefix
        self._oid = str(uuid4())
        self._commands: dict[str, str] = {}
        self._replies = f"{self._oid}.{REPLIES}"
        self._binding = wire.SEPARATOR.join((self._oid, "", self._replies))

    def send(
        self,
        commands: Mapping[str, Mapping[str, object]],
        destination: Sequence[str] | None,
        timeout: float,
    ) -> int:
        """Put the questions; returns how many listen."""
        # Workers drop what is older than this by their own clock, so it allows for clocks apart.
        headers = {"clock": 1, "expires": time.time() + timeout + 60}
        pipe = self._redis.pipeline(transaction=False)
        pipe.sadd(f"{self._prefix}{wire.BINDINGS}{REPLIES}", self._binding)
        channel = f"{self._prefix}/{wire.database(self._redis)}.{EXCHANGE}"
        for command, arguments in commands.items():
            ticket = str(uuid4())
            self._commands[ticket] = command
            body = {
                "method": command,
                "arguments": dict(arguments),
                "destination": None if destination is None else list(destination),
                "pattern": None,
                "matcher": None,
                "ticket": ticket,
                "reply_to": {"exchange": REPLIES, "routing_key": self._oid},
            }
            message = wire.envelope(body, exchange=EXCHANGE, routing_key="", headers=headers)
            pipe.publish(channel, message)
        return int(pipe.execute()[-1])

    def collect(self, expected: int, timeout: float) -> Iterator[tuple[str, str, Any]]:
        answered: set[tuple[str, str]] = set()
        deadline = time.monotonic() + timeout
        while len(answered) < expected and (left := deadline - time.monotonic()) > 0:
            # A zero would mean to wait for ever.
            taken = self._redis.brpop([self._prefix + self._replies], timeout=max(left, 0.01))
            if taken is None:
                break
            for command, node, reply in self._answer(cast("bytes", taken[1])):
                answered.add((command, node))
                yield command, node, reply

    def _answer(self, raw: bytes) -> Iterator[tuple[str, str, Any]]:
        try:
            message = wire.parse(raw)
            body = wire.body_of(message)
        except wire.Unreadable:
            return
        ticket = message["headers"].get("ticket")
        command = self._commands.get(ticket) if isinstance(ticket, str) else None
        if command is not None and isinstance(body, dict):
            yield from ((command, str(node), value) for node, value in body.items())

    def close(self) -> None:
        pipe = self._redis.pipeline(transaction=False)
        pipe.srem(f"{self._prefix}{wire.BINDINGS}{REPLIES}", self._binding)
        pipe.delete(self._prefix + self._replies)
        pipe.execute()
