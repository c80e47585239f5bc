"""Waiting messages removed from their queues, and put back."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from worker_core.operations import queue_access as access
from worker_core.operations import removal
from worker_core.operations.connection import broker_url, reaching
from worker_core.operations.errors import NothingKept, OperationError
from worker_core.operations.messages import Waiting
from worker_core.operations.queue_access import Done
from worker_core.operations.removed import KEPT_BYTES, Batch, Bin, task_ids
from worker_core.settings import Settings, current

if TYPE_CHECKING:
    from redis import Redis

SETTLED_AT_ONCE = 500


def delete(messages: Sequence[Waiting], *, settings: Settings | None = None) -> Done:
    """Remove waiting messages; their tasks count as cancelled from then on.

    Raises:
        NotAQueue: what stands under the queue's name is something else.
        BrokerUnreachable, BrokerRefused: the broker does not answer, or refuses.
    """
    settings = settings or current()
    taken: list[bytes] = []
    with access.broker(settings) as redis:
        kept = Bin(redis, settings.key_prefix)
        batches: dict[str, str] = {}
        for queue, step, raws in access.by_place(messages):
            with access.queue_key(queue):
                if queue not in batches:
                    batches[queue] = kept.begin(queue, "deleted")
                taken += kept.take(batches[queue], queue, step, raws)
        problem = _settle(redis, settings, task_ids(taken), kept, batches.values())
        undo = _kept(kept, batches.values())
    return Done(len(taken), len(messages) - len(taken), undo, problem)


def purge(queue: str, *, settings: Settings | None = None) -> Done:
    """Remove all waiting messages of a queue, whatever their priority, in one step.

    Raises:
        As ``delete``.
    """
    settings = settings or current()
    with access.broker(settings) as redis, access.queue_key(queue):
        kept = Bin(redis, settings.key_prefix)
        batch = kept.begin(queue, "purged")
        kept.take_all(batch, queue)
        count = next((one.count for one in kept.batches() if one.id == batch), 0)
        problem = _settle(redis, settings, task_ids(kept.messages(batch)), kept, [batch])
        undo = _kept(kept, [batch])
    return Done(count, 0, undo, problem)


def removed(*, settings: Settings | None = None) -> list[Batch]:
    """What can be put back, the latest first."""
    settings = settings or current()
    with access.broker(settings) as redis:
        return Bin(redis, settings.key_prefix).batches()


def undo(batch_id: str, *, settings: Settings | None = None) -> Done:
    """Put removed messages back to where they stood, before all that came later.

    Raises:
        NothingKept: they are not kept any more.
        NotAQueue: what stands under the queue's name by now is something else.
        BrokerUnreachable, BrokerRefused: the broker does not answer, or refuses.
    """
    settings = settings or current()
    with access.broker(settings) as redis:
        kept = Bin(redis, settings.key_prefix)
        batch = next((one for one in kept.batches() if one.id == batch_id), None)
        if batch is None:
            raise NothingKept(
                "These messages are not kept any more.",
                f"They are kept for a day, {KEPT_BYTES >> 20} MB at most. Enqueue them anew.",
            )
        kept.mark(batch.id, settled=False)
        # Before a worker can have them: to it, they are cancelled.
        for part in _parts(task_ids(kept.messages(batch.id))):
            removal.reopen(redis, settings, part)
        with access.queue_key(batch.queue):
            return Done(kept.put_back(batch))


def _kept(removed_ones: Bin, batches: Iterable[str]) -> str | None:
    wanted = set(batches)
    return next((one.id for one in removed_ones.batches() if one.id in wanted), None)


def _settle(
    redis: "Redis", settings: Settings, ids: Iterable[str], kept: Bin, batches: Iterable[str]
) -> str | None:
    """Let it be known that tasks are cancelled; why that was not possible. The messages are gone
    by then, so that this is no reason to fail."""
    try:
        with reaching(broker_url(settings)):
            for part in _parts(ids):
                removal.settle_removed(redis, settings, part)
            for batch in batches:
                kept.mark(batch, settled=True)
            kept.trim()
    except OperationError as error:
        return f"Their tasks could not be marked as cancelled: {error.message}"
    return None


def _parts(ids: Iterable[str]) -> Iterator[list[str]]:
    each = iter(ids)
    while part := list(islice(each, SETTLED_AT_ONCE)):
        yield part
