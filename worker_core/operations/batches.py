"""Documents handed over as one batch: each is a task of its own, found again by the batch's id."""

from dataclasses import dataclass

from worker_core.arguments import ProcessDocument
from worker_core.operations.connection import broker_url, client, reaching
from worker_core.operations.control import revoke
from worker_core.operations.errors import BrokerUnreachable, NoBatch
from worker_core.operations.ledger import ledger
from worker_core.operations.removal import settle_removed
from worker_core.operations.submit import submit_document
from worker_core.settings import Settings, current


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """How many of a batch's files there are, and what has become of them so far."""

    total: int
    succeeded: int
    failed: int
    cancelled: int
    running: int

    @property
    def done(self) -> int:
        """How many need no more work, whatever came of them."""
        return self.succeeded + self.failed + self.cancelled


def hand_over(batch_id: str, document: ProcessDocument, *, settings: Settings | None = None) -> str:
    """Enqueue a file of a batch with its follow-ups, unless that was done before; its task's id.

    Raises:
        BrokerUnreachable: it is kept in the ledger and delivered later; those after it can wait.
        OperationError: as ``submit``.
    """
    submission = submit_document(
        document,
        owner=_owner(batch_id),
        idempotency_key=document.document,
        settings=settings,
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
    if not counts:
        raise NoBatch(
            f"No files were handed over by a batch {batch_id}.",
            "Give the id of the task “Process documents”, once it has begun.",
        )
    return BatchProgress(
        total=sum(counts.values()),
        succeeded=counts.get("succeeded", 0),
        failed=counts.get("failed", 0) + counts.get("quarantined", 0),
        cancelled=counts.get("cancelled", 0),
        running=counts.get("running", 0) + counts.get("retrying", 0),
    )


def cancel(batch_id: str, *, settings: Settings | None = None) -> int:
    """Keep all files of a batch from being processed that no worker has begun with; how many.

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
