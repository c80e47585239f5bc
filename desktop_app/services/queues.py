"""Looking into queues, and what an operator does to the messages in them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop_app.services.blocking import Blocking
from desktop_app.services.commands import must_be_allowed
from worker_core.operations import queue_changes, queue_control, queues
from worker_core.operations.connection import broker_url, client, reaching
from worker_core.operations.course import Course
from worker_core.operations.messages import Waiting
from worker_core.operations.queue_access import Done
from worker_core.operations.removed import Batch
from worker_core.operations.unacknowledged import Held, unacked_messages
from worker_core.settings import current


@dataclass(frozen=True, slots=True)
class Look:
    """The next messages of a queue, of ``total`` that waited a moment before."""

    rows: Sequence[Waiting]
    total: int
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class HeldNow:
    """The messages that workers have held longest, of ``total``."""

    rows: Sequence[Held]
    total: int


class QueueCommands:
    """Works on the broker that is looked at.

    Every method raises OperationError, with words for the user, when it cannot do its part. One
    with a ``course`` tells on it how far it is, and ends early when that is stopped or when nobody
    waits for it any more.
    """

    def __init__(self, blocking: Blocking) -> None:
        self._blocking = blocking

    async def look(self, name: str, limit: int) -> Look:
        """Up to ``limit`` messages of a queue, those served next first; takes none of them."""
        return await self._blocking.run(_look, name, limit)

    async def held(self, limit: int) -> HeldNow:
        return await self._blocking.run(_held, limit)

    async def delete(self, messages: Sequence[Waiting], course: Course | None = None) -> Done:
        return await self._to_many(course, queue_control.delete, messages)

    async def purge(self, queue: str, course: Course | None = None) -> Done:
        return await self._to_many(course, queue_control.purge, queue)

    async def move(
        self, messages: Sequence[Waiting], target: str, course: Course | None = None
    ) -> Done:
        return await self._to_many(course, queue_changes.move, messages, target)

    async def _to_many(
        self, course: Course | None, command: Callable[..., Done], *args: object
    ) -> Done:
        must_be_allowed()
        course = course or Course()
        try:
            return await self._blocking.run(command, *args, course=course)
        finally:
            course.stop()  # the thread would go on although its window is gone

    async def edit(self, message: Waiting, args: list[Any], kwargs: Mapping[str, Any]) -> Done:
        must_be_allowed()
        return await self._blocking.run(queue_changes.edit, message, args, kwargs)

    async def removed(self) -> list[Batch]:
        """What can be put back, the latest first."""
        return await self._blocking.run(queue_control.removed)

    async def undo(self, batch: str, course: Course | None = None) -> Done:
        """This one goes on to its end in any case."""
        must_be_allowed()
        return await self._blocking.run(queue_control.undo, batch, course=course)


def _look(name: str, limit: int) -> Look:
    settings = current()
    url, prefix = broker_url(settings), settings.key_prefix
    with reaching(url), client(url) as redis:
        depth = queues.depths(redis, [name], prefix=prefix)[name]
        if depth.problem is not None:
            return Look((), 0, depth.problem)
        rows = queues.peek(redis, name, limit, prefix=prefix)
        if len(rows) != min(limit, depth.total):
            # Messages came or went in between; the number that stands in a question is the newest.
            depth = queues.depths(redis, [name], prefix=prefix)[name]
        return Look(rows, max(depth.total, len(rows)))


def _held(limit: int) -> HeldNow:
    settings = current()
    url, prefix = broker_url(settings), settings.key_prefix
    with reaching(url), client(url) as redis:
        rows = unacked_messages(redis, settings.visibility_timeout_s, limit, prefix=prefix)
        return HeldNow(rows, queues.unacked(redis, prefix=prefix))
