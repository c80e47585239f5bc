"""Removed messages, kept for a day in the broker so that they can be put back.

``afi:removed``
    the batches by the time of their removal, in milliseconds.
``afi:removed:ID``
    what a batch is: which queue, how it was removed, how large.
``afi:removed:ID:STEP``
    its messages of one priority step, the last one removed at the head.
``afi:removed:ID:STEP:before``
    for each of these the message that stood to be served just before it, if there was one.

A message is taken from its queue and kept in one script, so that there is no moment at which it
is in neither. The keys expire, so that a broker in need of memory may let go of them first.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast
from uuid import uuid4

from worker_core.operations import removed_scripts as scripts
from worker_core.operations import wire
from worker_core.operations.course import Course

if TYPE_CHECKING:
    from redis import Redis

KEY = "afi:removed"
KEPT_S = 24 * 3600
KEPT_BATCHES = 50
KEPT_BYTES = 256 * 2**20
SLICE = 25
SLICE_BYTES = 4 * 2**20
READ_AT_ONCE = 500
SETTLED = "settled"

Verb = Literal["deleted", "purged"]


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages that were removed together and can be put back. ``at`` is in unix seconds, ``size``
    in bytes, about."""

    id: str
    queue: str
    verb: Verb
    at: float
    count: int
    size: int


class Bin:
    """The removed messages in one broker. Every method raises what the Redis client raises."""

    def __init__(self, client: "Redis", prefix: str = "") -> None:
        self._client = client
        self._prefix = prefix
        self._index = f"{prefix}{KEY}"

    # Removing

    def begin(self, queue: str, verb: Verb) -> str:
        """A new batch; its id."""
        batch, at = uuid4().hex, time.time()
        pipe = self._client.pipeline()
        pipe.hset(self._meta(batch), mapping={"queue": queue, "verb": verb, "at": at, "size": 0})
        pipe.expire(self._meta(batch), KEPT_S)
        pipe.zadd(self._index, {batch: at * 1000})
        pipe.expire(self._index, KEPT_S)
        pipe.execute()
        return batch

    def take(
        self, batch: str, queue: str, step: int, raws: Sequence[bytes], course: Course
    ) -> list[bytes]:
        """Remove messages by their exact bytes; those that were still there. Stopped, it leaves
        the others where they are."""
        taken: list[bytes] = []
        keys = [self._queue(queue, step), *self._kept(batch, step)]
        for part in sliced(raws):
            if course.is_stopped():
                break
            answer = cast(
                "list[int]", self._client.eval(scripts.TAKE, 3, *keys, KEPT_S, *_any(part))
            )
            found = [raw for raw, there in zip(part, answer, strict=True) if there]
            self._client.hincrby(self._meta(batch), "size", sum(map(len, found)))
            taken += found
            course.advance(len(part))
        return taken

    def take_all(self, batch: str, queue: str) -> None:
        """Empty a queue at once, however long it is."""
        keys = [self._queue(queue, step) for step in wire.STEPS]
        kept = [self._kept(batch, step)[0] for step in wire.STEPS]
        size = self._client.eval(scripts.TAKE_ALL, 2 * len(keys), *keys, *kept, KEPT_S)
        self._client.hset(self._meta(batch), "size", str(size))

    def mark(self, batch: str, *, settled: bool) -> None:
        """Whether the batch's tasks are known to be cancelled. While they are not, its messages
        count as waiting, lest a sweep takes their tasks for lost and sends them again."""
        if settled:
            self._client.hset(self._meta(batch), SETTLED, "1")
        else:
            self._client.hdel(self._meta(batch), SETTLED)

    # What is kept

    def unsettled(self) -> Iterator[bytes]:
        """The messages of tasks that are not known to be cancelled yet."""
        for batch in self._ids():
            if not self._client.hexists(self._meta(batch), SETTLED):
                yield from self.messages(batch)

    def messages(self, batch: str) -> Iterator[bytes]:
        """All that a batch keeps, as they would have been served; of those that were deleted by
        choice, as they were chosen."""
        for step in wire.STEPS:
            key, last = self._kept(batch, step)[0], -1
            while part := self._client.lrange(key, last - READ_AT_ONCE + 1, last):
                yield from reversed(cast("list[bytes]", part))
                last -= READ_AT_ONCE

    def batches(self) -> list[Batch]:
        """What can be put back, the latest first."""
        ids = [
            one.decode() for one in cast("list[bytes]", self._client.zrevrange(self._index, 0, -1))
        ]
        pipe = self._client.pipeline(transaction=False)
        for batch in ids:
            pipe.hgetall(self._meta(batch))
            for step in wire.STEPS:
                pipe.llen(self._kept(batch, step)[0])
        answers = iter(pipe.execute(raise_on_error=False) if ids else ())
        found = []
        for batch in ids:
            meta = next(answers)
            count = sum(_number(next(answers)) for _ in wire.STEPS)
            if isinstance(meta, dict) and meta and count:
                found.append(_batch(batch, meta, count))
        return found

    def batch(self, batch: str) -> Batch | None:
        """One of them; None where nothing of it is kept."""
        return next((one for one in self.batches() if one.id == batch), None)

    def trim(self) -> None:
        """Let go of what is too old, too many or too large, the oldest first; but not of what
        somebody else is about to remove or to put back at this moment."""
        ids = self._ids()
        pipe = self._client.pipeline(transaction=False)
        for batch_id in ids:
            pipe.hgetall(self._meta(batch_id))
        metas = zip(ids, pipe.execute(), strict=True)
        busy = {one for one, meta in metas if meta and SETTLED.encode() not in meta}
        room, staying = KEPT_BYTES, set[str]()
        for batch in [one for one in self.batches() if one.id not in busy][:KEPT_BATCHES]:
            if batch.size <= room:
                room -= batch.size
                staying.add(batch.id)
        for batch_id in set(ids) - staying - busy:
            self.forget(batch_id)

    def forget(self, batch: str) -> None:
        """Let go of a batch; freeing its memory takes the broker no time that others wait for."""
        keys = [key for step in wire.STEPS for key in self._kept(batch, step)]
        self._client.unlink(self._meta(batch), *keys)
        self._client.zrem(self._index, batch)

    # Putting back

    def put_back(self, batch: Batch) -> int:
        """Put a batch's messages where they stood, before those that came later; how many."""
        count = 0
        for step in wire.STEPS:
            target, kept = self._queue(batch.queue, step), self._kept(batch.id, step)
            if batch.verb == "purged":
                count += _number(self._client.eval(scripts.PUT_ALL_BACK, 2, target, kept[0], 0))
                continue
            while done := _number(self._client.eval(scripts.PUT_BACK, 3, target, *kept, SLICE)):
                count += done
        self.forget(batch.id)
        return count

    def put_back_but(self, batch: Batch, staying: int) -> int:
        """Of a batch that was purged, put all back but the ``staying`` messages that would have
        been served first; how many."""
        count, rest = 0, staying
        for step in wire.STEPS:
            target, kept = self._queue(batch.queue, step), self._kept(batch.id, step)[0]
            here = min(rest, _number(self._client.llen(kept)))
            count += _number(self._client.eval(scripts.PUT_ALL_BACK, 2, target, kept, here))
            rest -= here
        if staying:
            size = batch.size * staying // max(batch.count, 1)
            self._client.hset(self._meta(batch.id), "size", str(size))
        else:
            self.forget(batch.id)
        return count

    def _ids(self) -> list[str]:
        known = cast("list[bytes]", self._client.zrange(self._index, 0, -1))
        return [one.decode("utf-8", "replace") for one in known]

    def _queue(self, queue: str, step: int) -> str:
        return self._prefix + wire.step_key(queue, step)

    def _meta(self, batch: str) -> str:
        return f"{self._index}:{batch}"

    def _kept(self, batch: str, step: int) -> tuple[str, str]:
        """The messages, and what stood before each."""
        key = f"{self._index}:{batch}:{step}"
        return key, f"{key}:before"


def sliced(raws: Sequence[bytes], cost: Callable[[bytes], int] = len) -> Iterator[list[bytes]]:
    """Parts small enough for one script, so that nobody waits long for the broker."""
    part: list[bytes] = []
    size = 0
    for raw in raws:
        if part and (len(part) == SLICE or size + cost(raw) > SLICE_BYTES):
            yield part
            part, size = [], 0
        part.append(raw)
        size += cost(raw)
    if part:
        yield part


def task_ids(raws: Iterable[bytes]) -> Iterator[str]:
    """The ids of the tasks that messages are of."""
    for raw in raws:
        try:
            task_id = wire.parse(raw)["headers"].get("id")
        except wire.Unreadable:
            continue
        if isinstance(task_id, str):
            yield task_id


def _batch(batch: str, meta: dict[bytes, bytes], count: int) -> Batch:
    verb: Verb = "purged" if meta.get(b"verb") == b"purged" else "deleted"
    return Batch(
        id=batch,
        queue=meta.get(b"queue", b"").decode("utf-8", "replace"),
        verb=verb,
        at=float(meta.get(b"at", b"0")),
        count=count,
        size=int(meta.get(b"size", b"0")),
    )


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _any(values: Sequence[bytes]) -> "Sequence[Any]":
    """Bytes are sent as they are; the client's types know only text."""
    return values
