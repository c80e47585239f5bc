"""How tasks ended, marked in Redis; while that does not take it, in the database.

A body that has ended has done its work. Were its worker killed while the broker is full or away,
nothing but this would keep the next one from doing it again.
"""

import logging
from collections.abc import Mapping
from typing import Any

import orjson

from worker_core import settings
from worker_core.operations.guard import Guard, kept_s
from worker_core.storage import StorageError
from worker_core.tasks.marks import PASSING, insist, storage

log = logging.getLogger(__name__)

# Beside the large results, under a name that no task's id has.
_KEY = "ending:"


def mark(guard: Guard, task_id: str, token: str, ending: Mapping[str, Any]) -> None:
    """Mark a task as ended, as soon as Redis takes it.

    Raises:
        RedisError: it took it not for a minute, or cannot take it at all.
    """
    try:
        guard.finish(task_id, token, ending)
    except PASSING:
        _keep(task_id, ending)
        insist(lambda: guard.finish(task_id, token, ending))


def kept(task_id: str) -> dict[str, Any] | None:
    """How a task ended whose worker could not mark it; None where nothing of that is known."""
    try:
        told = storage().results.load(f"{_KEY}{task_id}")
    except StorageError as error:
        log.warning("Whether the task %s ended before cannot be read: %s", task_id, error)
        return None
    return None if told is None else orjson.loads(told)


def _keep(task_id: str, ending: Mapping[str, Any]) -> None:
    try:
        lifetime = kept_s(settings.current())
        storage().results.save(f"{_KEY}{task_id}", orjson.dumps(ending), lifetime)
    except StorageError as error:
        log.warning("The end of the task %s is kept nowhere yet: %s", task_id, error)
