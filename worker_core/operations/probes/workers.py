"""Which workers are there: those that answer one question, and those of which the journal knows.

The workers are asked three things at once. The third, to send a heartbeat, tells their clocks:
the heartbeat carries the worker's time, and comes after the question and before the answer.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import orjson

from worker_core.health.readings import ClockReading, WorkerReading
from worker_core.operations import wire
from worker_core.operations.connection import broker_url, client, reaching
from worker_core.operations.journal import FIELD, journal_key
from worker_core.operations.worker_facts import NotUnderstood, served, stats
from worker_core.operations.workers import gather
from worker_core.settings import Settings

if TYPE_CHECKING:
    from redis import Redis

ASK_S = 1.5
SOCKET_S = 2.0
ENTRIES = 500
"""Of the journal's end that are looked at."""
MOST = 1000
"""Workers that are told apart; a name may come from anybody who may publish."""
REMEMBERED_S = 3600.0
HEARTBEAT = "worker-heartbeat"
NO_WORKERS = frozenset({"task-sent", "task-revoked"})
_QUESTIONS: Mapping[str, Mapping[str, object]] = {"stats": {}, "active_queues": {}, "heartbeat": {}}


@dataclass(slots=True)
class _Told:
    """What one worker said: its answers, its own time in a heartbeat, its last journal entry. A
    worker that is ``gone`` said goodbye in that."""

    parts: dict[str, Any] = field(default_factory=dict)
    answered_at: float | None = None
    beat: float | None = None
    version: str = ""
    journal_at: float | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class WorkersLook:
    """``now`` is the broker's time, ``gone`` are workers that said goodbye."""

    workers: tuple[WorkerReading, ...]
    clocks: tuple[ClockReading, ...]
    refused: tuple[str, ...]
    now: float
    gone: frozenset[str]


def workers(settings: Settings) -> WorkersLook:
    """
    Raises:
        BrokerUnreachable, BrokerRefused: the broker does not answer, or may not be asked anything.
    """
    from redis.exceptions import ResponseError

    url, refused = broker_url(settings), list[str]()
    told: dict[str, _Told] = {}
    with reaching(url), client(url, connect_timeout=SOCKET_S, timeout=SOCKET_S) as redis:
        clock = _clock_of(redis)
        with cast("Any", redis).pubsub() as beats:
            listening = _subscribed(beats, redis, settings.key_prefix)
            asked = clock()
            for command, node, reply in gather(_QUESTIONS, timeout=ASK_S, settings=settings):
                one = _of(told, node)
                one.parts[command] = reply
                one.answered_at = clock()
            if listening:
                _hear(beats, told)
            else:
                refused.append("listen to heartbeats")
        try:
            _recall(redis, settings.key_prefix, told)
        except ResponseError:
            refused.append("read the journal of events")
        now = clock()
    known = {node: one for node, one in told.items() if _counts(one, now)}
    return WorkersLook(
        tuple(_reading(node, known[node], now) for node in sorted(known)),
        tuple(_clocks(known, asked)),
        tuple(refused),
        now,
        frozenset(node for node, one in told.items() if one.gone and not one.parts),
    )


def _clock_of(redis: "Redis") -> Callable[[], float]:
    """The broker's time; this computer's, where the broker's may not be asked."""
    from redis.exceptions import ResponseError

    try:
        seconds, micros = redis.time()
    except ResponseError:
        return time.time
    ahead = time.monotonic() - int(seconds) - int(micros) / 1e6
    return lambda: time.monotonic() - ahead


def _subscribed(beats: Any, redis: "Redis", prefix: str) -> bool:
    from redis.exceptions import ResponseError

    try:
        beats.psubscribe(f"{prefix}/{wire.database(redis)}.celeryev/worker.heartbeat")
        beats.get_message(timeout=SOCKET_S)
    except ResponseError:
        return False
    return True


def _of(told: dict[str, _Told], node: str) -> _Told:
    if node not in told and len(told) >= MOST:
        return _Told()
    return told.setdefault(node, _Told())


def _hear(beats: Any, told: dict[str, _Told]) -> None:
    """What came over the subscription while the workers were asked."""
    for _ in range(4 * MOST):
        message = beats.get_message(timeout=0)
        if message is None:
            return
        for event in _events(message.get("data")):
            node, at = event.get("hostname"), event.get("timestamp")
            if event.get("type") != HEARTBEAT or not isinstance(node, str):
                continue
            one = _of(told, node)
            if one.beat is None and isinstance(at, int | float):
                # The first one: it left no later than the answer.
                one.beat = float(at)
            if isinstance(version := event.get("sw_ver"), str):
                one.version = version[:40]


def _events(data: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(data, bytes):
        with suppress(wire.Unreadable):
            yield from _mappings(wire.body_of(wire.parse(data)))


def _mappings(body: object) -> Iterator[Mapping[str, Any]]:
    for event in body if isinstance(body, list) else [body]:
        if isinstance(event, Mapping):
            yield event


def _recall(redis: "Redis", prefix: str, told: dict[str, _Told]) -> None:
    """When each worker last wrote into the journal, and whether it said goodbye then."""
    entries: Any = redis.xrevrange(journal_key(prefix), count=ENTRIES)
    for entry_id, fields in entries:
        try:
            body = orjson.loads(fields.get(FIELD.encode(), b"null"))
            at = int(entry_id.partition(b"-")[0]) / 1000
        except ValueError:
            continue
        for event in _mappings(body):
            node, kind = event.get("hostname"), str(event.get("type"))
            # Clients announce what they send, and are no workers.
            if not isinstance(node, str) or kind in NO_WORKERS:
                continue
            one = _of(told, node)
            if one.journal_at is None:
                one.journal_at = at
                one.gone = kind == "worker-offline"


def _counts(one: _Told, now: float) -> bool:
    """Whether a worker is one that should answer: those that said goodbye, or were silent for
    long, are not."""
    return bool(one.parts) or (
        not one.gone and one.journal_at is not None and now - one.journal_at < REMEMBERED_S
    )


def _reading(node: str, one: _Told, now: float) -> WorkerReading:
    about = taken = None
    with suppress(NotUnderstood):
        about = stats(one.parts.get("stats"))
    with suppress(NotUnderstood):
        taken = tuple(row.name for row in served(one.parts.get("active_queues")))
    answered = bool(one.parts)
    return WorkerReading(
        node=node,
        answered=answered,
        seen_at=now if answered else one.journal_at,
        slots=about.slots if about else None,
        pool=about.pool if about else "",
        version=one.version,
        queues=taken,
    )


def _clocks(known: Mapping[str, _Told], asked: float) -> Iterator[ClockReading]:
    for node, one in known.items():
        if one.beat is not None and one.answered_at is not None:
            doubt = (one.answered_at - asked) / 2
            yield ClockReading(node, one.beat - asked - doubt, doubt)
