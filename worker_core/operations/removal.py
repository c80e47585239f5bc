"""What the removal of a task's message means for everything else that knows the task."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson

from worker_core.operations import results, wire
from worker_core.operations.connection import client as connect
from worker_core.operations.connection import reaching, result_backend_url
from worker_core.operations.errors import OperationError
from worker_core.operations.guard import Guard, Sign, cancelled
from worker_core.operations.ledger import ledger
from worker_core.settings import Settings
from worker_core.storage import TaskNote

if TYPE_CHECKING:
    from redis import Redis

log = logging.getLogger(__name__)

# Tasks a round trip: some 300 kB of commands, so that the server stays free for workers.
BATCH = 500


def settle_removed(client: "Redis", settings: Settings, task_ids: Sequence[str]) -> None:
    """Let it be known that tasks are cancelled whose messages were taken out of their queues.

    They are marked and noted as cancelled, so that no sweep takes them for lost, and are stored
    and announced as revoked, as a worker would do. Tasks of others are told of in the same way.
    One that has ended, or runs just now, loses nothing but a message that came twice: it is left
    as it is.

    ``client`` is connected to the broker's database; what else cannot be reached learns of it
    from the marks, or does without.

    Raises what the Redis client raises; calling it again does no harm.
    """
    ending = cancelled()
    at = datetime.fromtimestamp(ending["at"], UTC)
    guard = Guard(client, settings)
    for batch in _batches(task_ids):
        idle = [task_id for task_id, sign in guard.signs(batch).items() if _is_idle(sign)]
        # Before the results: a sweep must not take them for lost.
        guard.settle(idle, ending)
        with suppress(OperationError), ledger(settings) as tasks:
            tasks.note([TaskNote(one, "cancelled", at, attempts=0) for one in idle])
        _announce(client, settings, idle)


def reopen(client: "Redis", settings: Settings, task_ids: Sequence[str]) -> None:
    """Undo `settle_removed`, before the messages are put back: a worker that finds a task marked
    as cancelled lets its message fall.

    What ended in any other way stays as it is.

    Raises what the Redis client raises; calling it again does no harm.
    """
    guard = Guard(client, settings)
    url = result_backend_url(settings)
    for batch in _batches(task_ids):
        guard.reopen(batch)
        try:
            with ledger(settings) as tasks:
                tasks.reopen(batch)
        except OperationError as error:
            log.warning("The ledger still has %d tasks as cancelled: %s", len(batch), error)
        with suppress(OperationError), reaching(url), connect(url) as store:
            _forget_revoked(store, batch, settings.key_prefix)
        reopened = [{"uuid": one} for one in batch]
        wire.publish_events(client, "task-reopened", reopened, settings.key_prefix)


def _is_idle(sign: Sign) -> bool:
    if sign.leased:
        return False
    return sign.ending is None or sign.ending["state"] == "cancelled"


def _batches(task_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(task_ids), BATCH):
        yield task_ids[start : start + BATCH]


def _announce(client: "Redis", settings: Settings, task_ids: Sequence[str]) -> None:
    """Let those who watch and those who wait for the results know, as no worker will."""
    fields = {"terminated": False, "signum": None, "expired": False}
    url, prefix = result_backend_url(settings), settings.key_prefix
    events = [{"uuid": one, **fields} for one in task_ids]
    wire.publish_events(client, "task-revoked", events, prefix)
    # The tasks are off their queue, whether or not their results can be stored.
    with suppress(OperationError), reaching(url), connect(url) as store:
        pipe = store.pipeline(transaction=False)
        for task_id in task_ids:
            key = results.stored_key(results.KEY + task_id, prefix)
            value = orjson.dumps(_revoked(task_id))
            pipe.set(key, value, ex=settings.result_expires_s)
            pipe.publish(key, value)
        pipe.execute()


def _revoked(task_id: str) -> dict[str, Any]:
    return {
        "status": "REVOKED",
        "result": {
            "exc_type": "TaskRevokedError",
            "exc_message": ["cancelled"],
            "exc_module": "celery.exceptions",
        },
        "traceback": None,
        "children": [],
        "date_done": datetime.now(UTC).isoformat(),
        "task_id": task_id,
    }


def _forget_revoked(store: "Redis", task_ids: Sequence[str], prefix: str) -> None:
    keys = [results.stored_key(results.KEY + task_id, prefix) for task_id in task_ids]
    stored = dict(zip(keys, store.mget(keys), strict=True))
    if revoked := [key for key, raw in stored.items() if raw and _is_revoked(raw)]:
        store.delete(*revoked)


def _is_revoked(raw: bytes | str) -> bool:
    try:
        meta = orjson.loads(raw)
    except ValueError:
        return False
    return isinstance(meta, dict) and meta.get("status") == "REVOKED"
