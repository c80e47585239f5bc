"""What alert rules judge by that only the broker knows: queues and workers."""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from worker_core.catalog import QUEUES
from worker_core.operations import queues, wire
from worker_core.operations.configuration import ENQUEUED_AT
from worker_core.operations.connection import broker_url, client, reaching
from worker_core.operations.journal import FIELD, journal_key
from worker_core.operations.messages import headers
from worker_core.operations.workers import roll_call
from worker_core.settings import Settings

if TYPE_CHECKING:
    from redis import Redis

PING_TIMEOUT_S = 2.0
JOURNAL_READ = 5000
"""Entries of the journal that are looked through for a worker that said goodbye."""


@dataclass(frozen=True, slots=True)
class Answers:
    """``nodes`` answered a ping; ``listening`` is how many were there to hear it."""

    nodes: frozenset[str]
    listening: int

    @property
    def deaf(self) -> int:
        """How many listen and do not answer."""
        return max(0, self.listening - len(self.nodes))


def queue_names(more: Collection[str] = ()) -> list[str]:
    """This project's queues, and ``more``."""
    return sorted({*QUEUES, *more})


def depths(names: Sequence[str], settings: Settings) -> dict[str, float]:
    """Messages that wait, by queue.

    Raises:
        BrokerUnreachable, BrokerRefused: it cannot be asked.
    """
    url = broker_url(settings)
    with reaching(url), client(url) as redis:
        found = queues.depths(redis, names, prefix=settings.key_prefix)
    return {name: float(depth.total) for name, depth in found.items() if depth.problem is None}


def oldest_ages(names: Sequence[str], settings: Settings) -> dict[str, float]:
    """Seconds that the oldest message that would be served next has waited, by queue; 0 where
    none waits. A queue whose messages do not say when they were sent is left out.

    Raises:
        As ``depths``.
    """
    url, now = broker_url(settings), time.time()
    places = [(name, step) for name in names for step in wire.STEPS]
    with reaching(url), client(url) as redis:
        pipe = redis.pipeline(transaction=False)
        for name, step in places:
            pipe.lindex(settings.key_prefix + wire.step_key(name, step), -1)
        answers = pipe.execute(raise_on_error=False)
    heads: dict[str, list[bytes]] = {name: [] for name in names}
    for (name, _), answer in zip(places, answers, strict=True):
        if isinstance(answer, bytes):
            heads[name].append(answer)
    return dict(_ages(heads, now))


def _ages(heads: Mapping[str, Sequence[bytes]], now: float) -> Iterator[tuple[str, float]]:
    for name, raws in heads.items():
        sent = [stamp for raw in raws if (stamp := _enqueued_at(raw)) is not None]
        if sent or not raws:
            yield name, max(0.0, now - min(sent)) if sent else 0.0


def _enqueued_at(raw: bytes) -> float | None:
    stamp = headers(raw).get(ENQUEUED_AT)
    if isinstance(stamp, bool) or not isinstance(stamp, int | float):
        return None
    # A stamp from nowhere near our time is no time.
    return float(stamp) if 0 < stamp < 1e11 else None


def answers(settings: Settings, *, timeout: float = PING_TIMEOUT_S) -> Answers:
    """Who answers a ping, of those that listen.

    Raises:
        As ``depths``.
    """
    return Answers(*roll_call(timeout=timeout, settings=settings))


def went_quietly(nodes: Collection[str], since: float, settings: Settings) -> set[str]:
    """Which of ``nodes`` have not said since ``since`` (unix seconds) that they end.

    Raises:
        As ``depths``.
    """
    if not nodes:
        return set()
    url = broker_url(settings)
    with reaching(url), client(url) as redis:
        return set(nodes) - set(_goodbyes(redis, since, settings.key_prefix))


def _goodbyes(redis: "Redis", since: float, prefix: str) -> Iterator[str]:
    import orjson

    rows = redis.xrevrange(journal_key(prefix), min=f"{int(since * 1000)}-0", count=JOURNAL_READ)
    for _, fields in cast("list[tuple[bytes, dict[bytes, bytes]]]", rows):
        raw = fields.get(FIELD.encode(), b"")
        # A look at the bytes spares taking nearly all of them apart.
        if b"worker-offline" not in raw:
            continue
        try:
            events: Any = orjson.loads(raw)
        except ValueError:
            continue
        for event in events if isinstance(events, list) else [events]:
            if isinstance(event, dict) and event.get("type") == "worker-offline":
                yield str(event.get("hostname"))
