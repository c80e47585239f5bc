"""What waits in the broker's queues."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from worker_core.operations import wire
from worker_core.operations.configuration import PRIORITY_STEPS
from worker_core.operations.messages import Waiting, decode
from worker_core.operations.removed import Bin

if TYPE_CHECKING:
    from redis import Redis

# Celery's own traffic: events, remote control and its answers.
INTERNAL = ("celeryev", "celery.pidbox", "reply.celery.pidbox")
SCAN_BATCH = 5000
SEARCH_BATCH = 500
PEEK_BATCH = 10
PEEK_BYTES = 16 * 2**20
# In a message's JSON a quote within a text is escaped, so that no argument looks like this.
TASK_ID = re.compile(rb'"id": ?"([^"\\]+)"')


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """Messages waiting, in all and by priority step (0 is served first): those that are in use
    here, and others in which messages wait."""

    total: int
    by_priority: dict[int, int]
    problem: str | None = None


def depths(client: "Redis", names: Sequence[str], *, prefix: str = "") -> dict[str, QueueDepth]:
    """How many messages wait in each queue of ``names``, in one round trip.

    A key of that name that is no list has the depth 0 and says so in ``problem``. What a worker
    holds already is not waiting: see ``unacked``.
    """
    pipe = client.pipeline(transaction=False)
    for name in names:
        for step in wire.STEPS:
            pipe.llen(prefix + wire.step_key(name, step))
    answers = iter(pipe.execute(raise_on_error=False) if names else ())
    return {name: _depth([next(answers) for _ in wire.STEPS]) for name in names}


def _depth(answers: Sequence[Any]) -> QueueDepth:
    counts = [answer if isinstance(answer, int) else 0 for answer in answers]
    refused = next((str(answer) for answer in answers if isinstance(answer, Exception)), None)
    by_priority = {
        step: count
        for step, count in zip(wire.STEPS, counts, strict=True)
        if count or step in PRIORITY_STEPS
    }
    return QueueDepth(sum(counts), by_priority, refused)


@dataclass(frozen=True, slots=True)
class Binding:
    """Where a message for a queue is published to."""

    exchange: str
    routing_key: str


def bound_queues(client: "Redis", *, prefix: str = "") -> list[str]:
    """Every task queue that was ever declared in this broker, ours or not, by name."""
    return sorted(bindings(client, prefix=prefix))


def bindings(client: "Redis", *, prefix: str = "") -> dict[str, Binding]:
    """The same with how each is reached; of several ways, the one by the exchange of its name.

    It walks over all keys, which takes seconds where a million results are stored.
    """
    start = prefix + wire.BINDINGS
    found: dict[str, Binding] = {}
    keys = client.scan_iter(match=f"{literal(start)}*", count=SCAN_BATCH, _type="set")
    exchanges = [key for key in keys if _after(key, start) not in INTERNAL]
    pipe = client.pipeline(transaction=False)
    for key in exchanges:
        pipe.smembers(key)
    answers = pipe.execute(raise_on_error=False) if exchanges else ()
    for key, members in zip(exchanges, answers, strict=False):
        if isinstance(members, Exception):
            continue
        exchange = _after(key, start)
        for routing_key, queue in filter(None, map(_binding, sorted(members))):
            if queue not in found or exchange == queue:
                found[queue] = Binding(exchange, routing_key)
    return found


def _after(key: bytes, start: str) -> str:
    return key.decode("utf-8", "replace")[len(start) :]


def _binding(member: bytes) -> tuple[str, str] | None:
    """Routing key and queue."""
    parts = member.decode("utf-8", "replace").split(wire.SEPARATOR)
    return (parts[0], parts[2]) if len(parts) == 3 and parts[2] else None


def literal(text: str) -> str:
    """``text`` for a pattern that matches it alone."""
    return "".join(f"\\{character}" if character in "\\*?[]^" else character for character in text)


def unacked(client: "Redis", *, prefix: str = "") -> int:
    """Messages that workers hold: running, reserved, or waiting for their time."""
    return client.hlen(prefix + wire.UNACKED)


def peek(
    client: "Redis", name: str, limit: int = 50, *, skip: int = 0, prefix: str = ""
) -> list[Waiting]:
    """The next ``limit`` messages of a queue after the first ``skip``, the first to be served
    first. Takes none of them.

    Large messages end the list early: no more than ``PEEK_BYTES`` and a batch are fetched.
    """
    rows: list[Waiting] = []
    size = 0
    for step, start, count in _places(client, name, limit, skip, prefix):
        key = prefix + wire.step_key(name, step)
        for first in range(start, start + count, PEEK_BATCH):
            last = min(first + PEEK_BATCH, start + count)
            raws = cast("list[bytes]", client.lrange(key, -last, -first - 1))
            rows += (decode(raw, name, step) for raw in reversed(raws))
            size += sum(map(len, raws))
            if size > PEEK_BYTES:
                return rows
    return rows


def _places(
    client: "Redis", name: str, limit: int, skip: int, prefix: str
) -> Iterator[tuple[int, int, int]]:
    """The steps to look into, and for each where to start and how many to take."""
    pipe = client.pipeline(transaction=False)
    for step in wire.STEPS:
        pipe.llen(prefix + wire.step_key(name, step))
    for step, length in zip(wire.STEPS, pipe.execute(), strict=True):
        count = min(limit, length - skip)
        if count > 0:
            yield step, skip, count
            limit -= count
        skip = max(0, skip - length)


def find(
    client: "Redis", task_id: str, names: Sequence[str], *, prefix: str = ""
) -> Waiting | None:
    """The waiting message of a task, looked for in the queues ``names``."""
    needle = task_id.encode()
    for name in names:
        for step in wire.STEPS:
            for raw in _all(client, prefix + wire.step_key(name, step)):
                # A look at the bytes spares taking nearly all of them apart.
                if needle in raw and (row := decode(raw, name, step)).task_id == task_id:
                    return row
    return None


def _all(client: "Redis", key: str) -> Iterator[bytes]:
    """Every element from the newest on. New ones push the rest back, so none is passed over."""
    position = 0
    while batch := cast("list[bytes]", client.lrange(key, position, position + SEARCH_BATCH - 1)):
        yield from batch
        position += len(batch)


def held(client: "Redis", task_id: str, *, prefix: str = "") -> Waiting | None:
    """The message of a task that a worker holds and has not acknowledged."""
    needle = task_id.encode()
    for _, entry in client.hscan_iter(prefix + wire.UNACKED, count=SEARCH_BATCH):
        if needle in entry and (row := _held(entry)) is not None and row.task_id == task_id:
            return row
    return None


def _held(entry: bytes) -> Waiting | None:
    import orjson

    try:
        message, _exchange, routing_key = orjson.loads(entry)
        return decode(orjson.dumps(message), str(routing_key), 0)
    except (ValueError, TypeError):
        return None


def present(
    client: "Redis",
    names: Iterable[str],
    task_ids: Collection[str] | None = None,
    *,
    prefix: str = "",
) -> set[str]:
    """Which tasks, or which among ``task_ids``, have a message in the queues ``names``, with a
    worker, or on its way out of a queue by an operator's hand.

    It looks in the order in which a message moves, so that one on its way is not passed over.
    """
    wanted = None if task_ids is None else {task_id.encode() for task_id in task_ids}
    found: set[bytes] = set()

    def look(raw: bytes) -> None:
        ids = TASK_ID.findall(raw)
        found.update(ids if wanted is None else wanted.intersection(ids))

    for name in names:
        for step in PRIORITY_STEPS:
            for raw in _all(client, prefix + wire.step_key(name, step)):
                look(raw)
    for _, entry in client.hscan_iter(prefix + wire.UNACKED, count=SEARCH_BATCH):
        look(entry)
    for raw in Bin(client, prefix).unsettled():
        look(raw)
    return {task_id.decode("utf-8", "replace") for task_id in found}
