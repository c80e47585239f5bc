"""What waits in the broker's queues."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from worker_core.operations import wire
from worker_core.operations.configuration import PRIORITY_STEPS
from worker_core.operations.messages import Waiting, decode

if TYPE_CHECKING:
    from redis import Redis

# Celery's own traffic: events, remote control and its answers.
INTERNAL = ("celeryev", "celery.pidbox", "reply.celery.pidbox")
SCAN_BATCH = 5000
SEARCH_BATCH = 500
# In a message's JSON a quote within a text is escaped, so that no argument looks like this.
TASK_ID = re.compile(rb'"id": ?"([^"\\]+)"')


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """Messages waiting, in all and by priority step (0 is served first)."""

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
        for step in PRIORITY_STEPS:
            pipe.llen(prefix + wire.step_key(name, step))
    answers = iter(pipe.execute(raise_on_error=False) if names else ())
    return {name: _depth([next(answers) for _ in PRIORITY_STEPS]) for name in names}


def _depth(answers: Sequence[Any]) -> QueueDepth:
    counts = [answer if isinstance(answer, int) else 0 for answer in answers]
    refused = next((str(answer) for answer in answers if isinstance(answer, Exception)), None)
    return QueueDepth(sum(counts), dict(zip(PRIORITY_STEPS, counts, strict=True)), refused)


def bound_queues(client: "Redis", *, prefix: str = "") -> list[str]:
    """Every task queue that was ever declared in this broker, ours or not, by name."""
    start = prefix + wire.BINDINGS
    found: set[str] = set()
    keys = client.scan_iter(match=f"{_literal(start)}*", count=SCAN_BATCH, _type="set")
    exchanges = [key for key in keys if _after(key, start) not in INTERNAL]
    pipe = client.pipeline(transaction=False)
    for key in exchanges:
        pipe.smembers(key)
    for members in pipe.execute(raise_on_error=False) if exchanges else ():
        if not isinstance(members, Exception):
            found.update(filter(None, map(_queue_of_binding, members)))
    return sorted(found)


def _after(key: bytes, start: str) -> str:
    return key.decode("utf-8", "replace")[len(start) :]


def _queue_of_binding(member: bytes) -> str | None:
    parts = member.decode("utf-8", "replace").split(wire.SEPARATOR)
    return parts[2] if len(parts) == 3 and parts[2] else None


def _literal(text: str) -> str:
    """``text`` for a pattern that matches it alone."""
    return "".join(f"\\{character}" if character in "\\*?[]^" else character for character in text)


def unacked(client: "Redis", *, prefix: str = "") -> int:
    """Messages that workers hold: running, reserved, or waiting for their time."""
    return client.hlen(prefix + wire.UNACKED)


def peek(client: "Redis", name: str, limit: int = 50, *, prefix: str = "") -> list[Waiting]:
    """The next ``limit`` messages of a queue, the first to be served first. Takes none of them."""
    rows: list[Waiting] = []
    for step in PRIORITY_STEPS:
        if (wanted := limit - len(rows)) <= 0:
            break
        raw = cast("list[bytes]", client.lrange(prefix + wire.step_key(name, step), -wanted, -1))
        rows += (decode(one, name, step) for one in reversed(raw))
    return rows


def find(
    client: "Redis", task_id: str, names: Sequence[str], *, prefix: str = ""
) -> Waiting | None:
    """The waiting message of a task, looked for in the queues ``names``."""
    needle = task_id.encode()
    for name in names:
        for step in PRIORITY_STEPS:
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
    """Which tasks, or which among ``task_ids``, have a message in the queues ``names`` or with a
    worker.

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
    return {task_id.decode("utf-8", "replace") for task_id in found}
