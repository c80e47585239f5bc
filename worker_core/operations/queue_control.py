"""Waiting messages removed from their queues, and put back."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from worker_core.operations import queue_access as access
from worker_core.operations import removal
from worker_core.operations.connection import broker_url, reaching
from worker_core.operations.course import Course
from worker_core.operations.errors import NothingKept, OperationError
from worker_core.operations.messages import Waiting
from worker_core.operations.queue_access import Done
from worker_core.operations.removed import KEPT_BYTES, Batch, Bin, task_ids
from worker_core.settings import Settings, current

if TYPE_CHECKING:
    from redis import Redis

SETTLED_AT_ONCE = 500


def delete(
    messages: Sequence[Waiting],
    *,
    course: Course | None = None,
    settings: Settings | None = None,
) -> Done:
    """Remove waiting messages; their tasks count as cancelled from then on. Stopped on its
    ``course``, it leaves the others where they are.

    Raises:
        NotAQueue: what stands under the queue's name is something else.
        BrokerUnreachable, BrokerRefused: the broker does not answer, or refuses.
    """
    settings, course = settings or current(), course or Course()
    course.begin(len(messages))
    taken: list[bytes] = []
    with access.broker(settings) as redis:
        kept = Bin(redis, settings.key_prefix)
        batches: dict[str, str] = {}
        for queue, step, raws in access.by_place(messages):
            if course.is_stopped():
                break
            with access.queue_key(queue):
                if queue not in batches:
                    batches[queue] = kept.begin(queue, "deleted")
                taken += kept.take(batches[queue], queue, step, raws, course)
        tried = course.done
        problem = _cancel(redis, settings, taken) or _settled(settings, kept, batches.values())
        undo = _kept(kept, batches.values())
    return Done(len(taken), tried - len(taken), undo, problem, len(messages) - tried)


def purge(queue: str, *, course: Course | None = None, settings: Settings | None = None) -> Done:
    """Remove all waiting messages of a queue, whatever their priority, in one step.

    What takes its time is to let it be known that their tasks are cancelled. Stopped in that,
    those of which it is known stay removed, and the others are put back to where they stood: they
    are the ones that would be served last.

    Raises:
        As ``delete``.
    """
    settings, course = settings or current(), course or Course()
    with access.broker(settings) as redis, access.queue_key(queue):
        kept = Bin(redis, settings.key_prefix)
        name = kept.begin(queue, "purged")
        kept.take_all(name, queue)
        batch = kept.batch(name)
        if batch is None:
            kept.forget(name)
            return Done(0)
        course.begin(batch.count)
        problem = _cancel(redis, settings, kept.messages(name), course)
        left = 0
        if problem is None:
            # Before they no longer count as waiting, and before what is too large is let go of.
            if course.done < batch.count:
                left = kept.put_back_but(batch, course.done)
            problem = _settled(settings, kept, [name] if course.done else [])
        undo = _kept(kept, [name])
    return Done(batch.count - left, 0, undo, problem, left)


def removed(*, settings: Settings | None = None) -> list[Batch]:
    """What can be put back, the latest first."""
    settings = settings or current()
    with access.broker(settings) as redis:
        return Bin(redis, settings.key_prefix).batches()


def undo(batch_id: str, *, course: Course | None = None, settings: Settings | None = None) -> Done:
    """Put removed messages back to where they stood, before all that came later. It goes on to
    its end also where its ``course`` is stopped: half of them must not wait as cancelled ones.

    Raises:
        NothingKept: they are not kept any more.
        NotAQueue: what stands under the queue's name by now is something else.
        BrokerUnreachable, BrokerRefused: the broker does not answer, or refuses.
    """
    settings, course = settings or current(), course or Course()
    with access.broker(settings) as redis:
        kept = Bin(redis, settings.key_prefix)
        batch = kept.batch(batch_id)
        if batch is None:
            raise NothingKept(
                "These messages are not kept any more.",
                f"They are kept for a day, {KEPT_BYTES >> 20} MB at most. Enqueue them anew.",
            )
        kept.mark(batch.id, settled=False)
        # Before a worker can have them: to it, they are cancelled.
        course.begin(batch.count)
        for part in _parts(kept.messages(batch.id)):
            removal.reopen(redis, settings, list(task_ids(part)))
            course.advance(len(part))
        with access.queue_key(batch.queue):
            return Done(kept.put_back(batch))


def _kept(removed_ones: Bin, batches: Iterable[str]) -> str | None:
    wanted = set(batches)
    return next((one.id for one in removed_ones.batches() if one.id in wanted), None)


def _cancel(
    redis: "Redis", settings: Settings, raws: Iterable[bytes], course: Course | None = None
) -> str | None:
    """Let it be known that the messages' tasks are cancelled; why that was not possible. The
    messages are gone by then, so that this is no reason to fail."""
    try:
        with reaching(broker_url(settings)):
            for part in _parts(raws):
                if course is not None and course.is_stopped():
                    break
                removal.settle_removed(redis, settings, list(task_ids(part)))
                if course is not None:
                    course.advance(len(part))
    except OperationError as error:
        return _not_marked(error)
    return None


def _settled(settings: Settings, kept: Bin, batches: Iterable[str]) -> str | None:
    """Note that all tasks of these batches are known to be cancelled, and make room."""
    try:
        with reaching(broker_url(settings)):
            for batch in batches:
                kept.mark(batch, settled=True)
            kept.trim()
    except OperationError as error:
        return _not_marked(error)
    return None


def _not_marked(error: OperationError) -> str:
    return f"Their tasks could not be marked as cancelled: {error.message}"


def _parts(raws: Iterable[bytes]) -> Iterator[list[bytes]]:
    each = iter(raws)
    while part := list(islice(each, SETTLED_AT_ONCE)):
        yield part
