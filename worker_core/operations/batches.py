"""Many things handed over as one batch: each is a task of its own, found by the batch's id.

A batch is made of whatever a task can be run for: documents, symbols. An item fails alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from worker_core.arguments import TaskArguments
from worker_core.operations.connection import broker_url, client, reaching
from worker_core.operations.control import revoke
from worker_core.operations.errors import BrokerUnreachable, NoBatch
from worker_core.operations.ledger import ledger
from worker_core.operations.removal import settle_removed
from worker_core.operations.submit import PROCESS, submit, submit_document
from worker_core.settings import Settings, current
from worker_core.storage import TaskState


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a batch: ``task`` of the catalog is run for it with ``arguments``.

    ``key`` is what the item is known by within its batch, such as a document's hash or a ticker;
    of two with one key the second is not handed over.
    """

    key: str
    task: str
    arguments: Mapping[str, Any] | TaskArguments


@dataclass(frozen=True, slots=True)
class ItemState:
    """What has become of an item; ``error`` says why it failed."""

    key: str
    task_id: str
    name: str
    state: TaskState
    error: str | None


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """How many items a batch has, and what has become of them so far."""

    total: int
    succeeded: int
    failed: int
    cancelled: int
    running: int

    @property
    def done(self) -> int:
        """How many need no more work, whatever came of them."""
        return self.succeeded + self.failed + self.cancelled


def hand_over(batch_id: str, item: Item, *, settings: Settings | None = None) -> str:
    """Enqueue an item of a batch, unless that was done before; its task's id. What follows the
    processing of a document follows that of a batch's document too.

    Raises:
        BrokerUnreachable: it is kept in the ledger and delivered later; those after it can wait.
        OperationError: as ``submit``.
    """
    owner, key = _owner(batch_id), item.key
    if item.task == PROCESS:
        submission = submit_document(
            item.arguments, owner=owner, idempotency_key=key, settings=settings
        )
    else:
        submission = submit(
            item.task, item.arguments, owner=owner, idempotency_key=key, settings=settings
        )
    if submission.problem is not None:
        raise BrokerUnreachable(submission.problem, "The rest of the batch follows then.")
    return submission.task_id


def progress(batch_id: str, *, settings: Settings | None = None) -> BatchProgress:
    """How far a batch is, as the ledger knows it.

    Raises:
        NoBatch: nothing was handed over under this id, or it is forgotten.
        LedgerUnavailable: the database does not answer.
    """
    with ledger(settings) as tasks:
        counts = tasks.counts_of(_owner(batch_id))
        task = None if counts else tasks.get(batch_id)
    # One that ended without handing anything over found all of it done.
    if not counts and (task is None or task.state != "succeeded"):
        raise NoBatch(
            f"Nothing was handed over by a batch {batch_id}.",
            "Give the id of the task that was given the whole batch, once it has begun.",
        )
    return BatchProgress(
        total=sum(counts.values()),
        succeeded=counts.get("succeeded", 0),
        failed=counts.get("failed", 0) + counts.get("quarantined", 0),
        cancelled=counts.get("cancelled", 0),
        running=counts.get("running", 0) + counts.get("retrying", 0),
    )


def items(
    batch_id: str, limit: int = 1000, after: int = 0, *, settings: Settings | None = None
) -> tuple[ItemState, ...]:
    """The items of a batch in the order in which they were handed over; ``after`` leaves out as
    many.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    with ledger(settings) as tasks:
        rows = tasks.of_owner(_owner(batch_id), limit, after)
    return tuple(
        ItemState(row.idempotency_key or "", row.id, row.name, row.state, row.error_message)
        for row in rows
    )


def cancel(batch_id: str, *, settings: Settings | None = None) -> int:
    """Keep all items of a batch from being worked on that no worker has begun with; how many.

    The handing over is stopped first, where it still goes on. What runs is finished. A message
    that still waits is let fall by the worker that takes it.

    Raises:
        BrokerUnreachable, BrokerRefused: the broker does not answer.
        LedgerUnavailable: the database does not.
    """
    settings = settings or current()
    revoke(batch_id, terminate=True, settings=settings)
    url = broker_url(settings)
    with ledger(settings) as tasks:
        before = tasks.counts_of(_owner(batch_id)).get("cancelled", 0)
        waiting = tasks.open_of(_owner(batch_id))
        with reaching(url), client(url) as redis:
            settle_removed(redis, settings, waiting)
        return tasks.counts_of(_owner(batch_id)).get("cancelled", 0) - before


def _owner(batch_id: str) -> str:
    return f"batch:{batch_id}"
