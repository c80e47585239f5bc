"""What waits in the queues, and for how long."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from worker_core.catalog import QUEUES
from worker_core.health.readings import QueueReading
from worker_core.operations import wire
from worker_core.operations.connection import broker_url, client, reaching
from worker_core.operations.messages import decode
from worker_core.operations.queues import QueueDepth, depths, unacked
from worker_core.settings import Settings

if TYPE_CHECKING:
    from redis import Redis

SOCKET_S = 2.0
MOST = 200
"""Queues that are looked at; whoever may publish can declare any number."""
BINDING_PAGES = 20


@dataclass(frozen=True, slots=True)
class QueuesLook:
    """``held`` is how many messages workers hold."""

    queues: tuple[QueueReading, ...]
    held: int | None
    notes: tuple[str, ...]


def queues(settings: Settings) -> QueuesLook:
    """Of the catalog's queues, and of others whose exchange has their name, as Celery declares
    them. Three round trips and, for the others, some of a walk over the keys.

    Raises:
        BrokerUnreachable, BrokerRefused: the broker does not answer, or may not be asked this.
    """
    from redis.exceptions import ResponseError

    url, prefix, notes = broker_url(settings), settings.key_prefix, list[str]()
    with reaching(url), client(url, connect_timeout=SOCKET_S, timeout=SOCKET_S) as redis:
        try:
            others, all_seen = _others(redis, prefix)
        except ResponseError:
            others, all_seen = [], True
            notes.append("Queues of other programs were not looked for: this user may not.")
        if not all_seen:
            notes.append("Queues of other programs were looked for in a part of the keys alone.")
        names = [*QUEUES, *others]
        found = depths(redis, names, prefix=prefix)
        oldest = _oldest(redis, found, prefix)
        try:
            held: int | None = unacked(redis, prefix=prefix)
        except ResponseError:
            held = None
    return QueuesLook(
        tuple(
            QueueReading(
                name,
                found[name].total,
                oldest.get(name),
                needed=name in QUEUES,
                problem=found[name].problem,
            )
            for name in names
        ),
        held,
        tuple(notes),
    )


def _others(redis: "Redis", prefix: str) -> tuple[list[str], bool]:
    """Further queues, and whether the whole of the keys was walked over."""
    from worker_core.operations.queues import INTERNAL, SCAN_BATCH, literal

    start = prefix + wire.BINDINGS
    names: set[str] = set()
    cursor: Any = 0
    for _ in range(BINDING_PAGES):
        cursor, keys = redis.scan(cursor, match=f"{literal(start)}*", count=SCAN_BATCH, _type="set")
        found = cast("list[bytes]", keys)
        names.update(key.decode("utf-8", "replace")[len(start) :] for key in found)
        if not cursor:
            break
    others = sorted(names - set(INTERNAL) - set(QUEUES))
    return others[: MOST - len(QUEUES)], not cursor


def _oldest(redis: "Redis", found: dict[str, QueueDepth], prefix: str) -> dict[str, float]:
    """Seconds that the oldest message of each queue waits, by the broker's clock. The end of a list
    is served next, and so is what came first."""
    from redis.exceptions import ResponseError

    places = [
        (name, step)
        for name, depth in found.items()
        for step, count in depth.by_priority.items()
        if count
    ]
    if not places:
        return {}
    pipe = redis.pipeline(transaction=False)
    pipe.time()
    for name, step in places:
        pipe.lindex(prefix + wire.step_key(name, step), -1)
    clock, *raws = pipe.execute(raise_on_error=False)
    if isinstance(clock, ResponseError):
        return {}
    now = clock[0] + clock[1] / 1e6
    ages: dict[str, float] = {}
    for (name, step), raw in zip(places, raws, strict=True):
        if not isinstance(raw, bytes):
            continue
        sent = decode(raw, name, step).enqueued_at
        if sent is not None:
            ages[name] = max(ages.get(name, 0.0), now - sent)
    return ages
