"""Writing into the ledger how a task ended that could not say so itself."""

from datetime import UTC, datetime

from worker_core.operations.connection import broker_url, client, reaching
from worker_core.operations.guard import Guard
from worker_core.operations.ledger import ledger
from worker_core.settings import Settings, current
from worker_core.storage import TaskNote

SETTLE = "afi.settle"
"""The task that does it. As upkeep of the system itself it is none of the catalog's."""


def settle(task_id: str, *, settings: Settings | None = None) -> bool:
    """Take the task's ending from its mark to its row; whether there was one to take.

    Raises:
        BrokerUnreachable, BrokerRefused, LedgerUnavailable: the sweep will do it.
    """
    settings = settings or current()
    url = broker_url(settings)
    with ledger(settings) as tasks, reaching(url), client(url) as redis:
        ending = Guard(redis, settings).signs([task_id])[task_id].ending
        row = tasks.get(task_id)
        if ending is None or row is None:
            return False
        note = TaskNote(
            task_id,
            ending["state"],
            datetime.fromtimestamp(ending["at"], UTC),
            attempts=max(ending.get("attempts") or 0, row.attempts, 1),
            retries=row.retries,
            error_type=ending.get("type"),
            error_message=ending.get("message"),
        )
        tasks.note([note])
    return True
