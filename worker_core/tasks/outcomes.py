"""What a body's run comes to: a result that can be stored, or a failure in plain words."""

from collections.abc import Callable
from typing import Any

import orjson
from billiard.exceptions import SoftTimeLimitExceeded
from celery import Task

from worker_core import settings
from worker_core.operations.large import lifetime_s, reference
from worker_core.tasks.marks import storage

Result = dict[str, Any]


class ResultTooLarge(Exception):  # noqa: N818 - shown to users by this name
    """The body's result is larger than any that is kept."""


class TookTooLong(Exception):  # noqa: N818 - shown to users by this name
    """The body was stopped at its time limit."""


class OutOfMemory(Exception):  # noqa: N818 - shown to users by this name
    """The body asked for more memory than its process may have."""


def outcome(task: Task, body: Callable[[], Result]) -> tuple[Result, bytes]:
    """Run the body; its result as it is to be stored, and the same as JSON.

    A large result is in the database by then, and what is returned refers to it.

    Raises:
        ResultTooLarge, TookTooLong, OutOfMemory: trying again would end the same.
        StorageError: a large result could not be stored.
        TypeError: the result is not JSON.
    """
    try:
        return _kept(str(task.request.id), body())
    except SoftTimeLimitExceeded:
        failure: Exception = TookTooLong(
            f"It took longer than {_soft_limit(task)}, its time limit, and was stopped. Give it "
            "less to do at once, or see whether the worker's computer is too busy."
        )
    except MemoryError:
        limit = settings.current().worker_memory_limit_mb
        failure = OutOfMemory(
            "It asked for more memory than its worker process may have"
            + (f" ({limit} MiB, AFI_WORKER_MEMORY_LIMIT_MB)" if limit else "")
            + " and was stopped. Give it less to do at once, or raise the limit."
        )
    # Out here, since what was caught keeps the body's frames, and all that they hold.
    raise failure


def _kept(task_id: str, result: Result) -> tuple[Result, bytes]:
    values = settings.current()
    told = orjson.dumps(result)
    if len(told) <= values.result_inline_kb * 2**10:
        return result, told
    if len(told) > values.result_max_mb * 2**20:
        raise ResultTooLarge(
            f"Its result is {len(told) / 2**20:.1f} MiB as JSON, and at most "
            f"{values.result_max_mb} MiB are kept (AFI_RESULT_MAX_MB). Give it less to do at once."
        )
    storage().results.save(task_id, told, lifetime_s(values))
    small = reference(task_id, told)
    return small, orjson.dumps(small)


def _soft_limit(task: Task) -> str:
    """In words. A message may carry limits of its own, the hard one first."""
    _, soft = task.request.timelimit or (None, None)
    seconds = soft or task.soft_time_limit or task.app.conf.task_soft_time_limit
    return f"{seconds:g} s" if seconds else "it may"
