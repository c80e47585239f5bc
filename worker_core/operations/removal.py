"""What the removal of a task's message means for everything else that knows the task."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson

from worker_core.operations import results, wire
from worker_core.operations.connection import client as connect
from worker_core.operations.connection import reaching, result_backend_url
from worker_core.operations.errors import OperationError
from worker_core.operations.guard import Guard
from worker_core.operations.ledger import ledger
from worker_core.settings import Settings

if TYPE_CHECKING:
    from redis import Redis

log = logging.getLogger(__name__)

# Tasks a round trip: some 300 kB of commands, so that the server stays free for workers.
BATCH = 500

# A result is the same for all but the id, which stands in it as JSON has it.
_STORE = """
for i, key in ipairs(KEYS) do
    local id = cjson.encode(ARGV[i + 3])
    local value = ARGV[1] .. string.sub(id, 2, -2) .. ARGV[2]
    redis.call('SET', key, value, 'EX', ARGV[3])
    redis.call('PUBLISH', key, value)
end
"""


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
    guard = Guard(client, settings)
    url = result_backend_url(settings)
    with ExitStack() as at_end:
        store: Redis | None = None
        with suppress(OperationError):
            store = at_end.enter_context(connect(url))
        for batch in _batches(task_ids):
            # Before the results: a sweep must not take them for lost.
            idle = guard.cancel(batch)
            with suppress(OperationError), ledger(settings) as tasks:
                tasks.cancel(idle)
            fields = {"terminated": False, "signum": None, "expired": False}
            events = [{"uuid": one, **fields} for one in idle]
            wire.publish_events(client, "task-revoked", events, settings.key_prefix)
            # The tasks are off their queue, whether or not their results can be stored.
            if store is not None and not _stored(store, url, settings, idle):
                store = None  # what does not answer once would be waited for at each batch


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


def _batches(task_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(task_ids), BATCH):
        yield task_ids[start : start + BATCH]


def _stored(store: "Redis", url: str, settings: Settings, task_ids: Sequence[str]) -> bool:
    """Let those who wait for the results know, as no worker will; whether that was possible."""
    keys = [results.stored_key(results.KEY + one, settings.key_prefix) for one in task_ids]
    before, after = orjson.dumps(_revoked("\0")).split(b"\\u0000")
    try:
        with reaching(url):
            store.eval(
                _STORE,
                len(keys),
                *keys,
                *_any([before, after, settings.result_expires_s, *task_ids]),
            )
    except OperationError as error:
        log.warning("Cancelled tasks are not stored as revoked: %s", error)
        return False
    return True


def _any(values: Sequence[Any]) -> Sequence[Any]:
    """Bytes are sent as they are; the client's types know only text."""
    return values


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
