"""Large results: what the result store holds in their place, and how they are found again."""

from typing import Any

import orjson

from worker_core.operations.errors import LedgerUnavailable, ResultGone
from worker_core.operations.guard import kept_s
from worker_core.operations.ledger import opened
from worker_core.settings import Settings, current
from worker_core.storage import StorageError

STORED = "afi_stored"
PREVIEW_BYTES = 200


def reference(task_id: str, body: bytes) -> dict[str, Any]:
    """What stands for a result that lies in the database: the task's id, the size of the result
    in bytes of JSON, and how it begins."""
    begins = body[:PREVIEW_BYTES].decode(errors="ignore")
    return {STORED: task_id, "bytes": len(body), "preview": begins}


def refers(task_id: str, value: object) -> bool:
    """Whether a task's stored result stands for one in the database."""
    return isinstance(value, dict) and value.get(STORED) == task_id


def lifetime_s(settings: Settings) -> int:
    """How long a result in the database is kept: a message that comes again at the very end of
    its mark's time has the reference stored once more."""
    return kept_s(settings) + settings.result_expires_s


def whole(task_id: str, value: Any, *, settings: Settings | None = None) -> Any:
    """A task's result as its body gave it, for the ``value`` that the result store holds, such as
    Celery's ``AsyncResult.get()`` answers. A value that is no reference is returned as it is.

    Raises:
        ResultGone: it has expired.
        LedgerUnavailable: the database cannot be read.
    """
    if not refers(task_id, value):
        return value
    try:
        body = opened(settings or current()).results.load(task_id)
    except StorageError as error:
        raise LedgerUnavailable(error.message, error.remedy) from error
    if body is None:
        raise ResultGone(
            f"The result of the task {task_id} was too large for the result store, and is not in "
            "the database any more.",
            "Run the task again. If it ended just now, see that this program and the workers use "
            "the same database (AFI_DATABASE_URL).",
        )
    return orjson.loads(body)
