"""Cancelling, stopping and repeating single tasks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from worker_core.catalog import QUEUES, TASKS
from worker_core.operations import queues, results, wire
from worker_core.operations.client import send
from worker_core.operations.configuration import PRIORITY_STEPS
from worker_core.operations.connection import broker_url, client, reaching
from worker_core.operations.errors import ForeignContent, NothingToRetry
from worker_core.operations.messages import Waiting
from worker_core.operations.removal import settle_removed
from worker_core.operations.submit import PROCESS, Submission, submit, submit_document
from worker_core.operations.workers import broadcast
from worker_core.settings import Settings, current

if TYPE_CHECKING:
    from redis import Redis

REVOKED_SIGNAL = "SIGTERM"


def revoke(
    task_id: str,
    *,
    terminate: bool = False,
    signal: str = REVOKED_SIGNAL,
    timeout: float = 1.0,
    settings: Settings | None = None,
) -> tuple[str, ...]:
    """Tell the workers not to run a task, and with ``terminate`` to end it where it runs now.

    Returns the nodes that heard of it: a revoke lives in the memory of workers alone, so that
    none means that nothing was done. Only the prefork pool can end a running task.

    Raises:
        BrokerUnreachable: the broker does not answer.
    """
    arguments = {"task_id": task_id, "terminate": terminate, "signal": signal}
    return tuple(broadcast("revoke", arguments, timeout=timeout, settings=settings))


def cancel(
    task_id: str, queue: str | None = None, *, settings: Settings | None = None
) -> Literal["removed", "revoked"]:
    """Keep a task from running: take its message out of its queue, or else revoke it.

    A removed task is stored and announced as revoked, as a worker would do. Without ``queue`` all
    declared queues are searched.

    Raises:
        BrokerUnreachable, BrokerRefused: the broker does not answer, or refuses.
    """
    settings = settings or current()
    url = broker_url(settings)
    with reaching(url), client(url) as redis:
        prefix = settings.key_prefix
        message = queues.find(redis, task_id, _places(redis, queue, prefix), prefix=prefix)
        if message is not None and _remove(redis, message, prefix):
            settle_removed(redis, settings, [task_id])
            return "removed"
    revoke(task_id, settings=settings)
    return "revoked"


def _places(redis: "Redis", queue: str | None, prefix: str) -> Sequence[str]:
    if queue is not None:
        return [queue]
    return list(dict.fromkeys([*QUEUES, *queues.bound_queues(redis, prefix=prefix)]))


def _remove(redis: "Redis", message: Waiting, prefix: str) -> bool:
    # From the end that is served next; a worker may have taken it meanwhile.
    key = prefix + wire.step_key(message.queue, message.priority)
    return bool(redis.lrem(key, -1, message.raw))  # type: ignore[arg-type]  # bytes are sent as they are


def retry(
    task_id: str, *, queue: str | None = None, settings: Settings | None = None
) -> Submission:
    """Enqueue a task once more, under a new id, with the arguments that it truly had.

    They come from its stored result, else from its message where that still waits or is held by
    a worker. A document's processing keeps its follow-ups.

    Raises:
        NothingToRetry: its arguments are stored nowhere any more.
        BrokerUnreachable, BrokerRefused, InvalidArguments, TaskUnavailable: as ``submit``.
    """
    settings = settings or current()
    call = true_call(task_id, queue, settings=settings)
    if call.name in TASKS and not call.args:
        if call.name == PROCESS:
            return submit_document(call.kwargs, settings=settings)
        return submit(call.name, call.kwargs, settings=settings)
    new_id = send(
        call.name,
        call.args,
        call.kwargs,
        queue=call.queue,
        priority=call.priority,
        settings=settings,
    )
    return Submission(new_id, call.name, call.queue or "")


@dataclass(frozen=True, slots=True)
class Call:
    """What a task was told. ``queue`` is None where nobody says which it was. ``priority`` is one
    that the queue's workers look for."""

    name: str
    args: list[Any]
    kwargs: dict[str, Any]
    queue: str | None
    priority: int = field(default=0, compare=False)


def true_call(task_id: str, queue: str | None = None, *, settings: Settings | None = None) -> Call:
    """A task's name, queue and whole arguments, from where they are known.

    Raises:
        NothingToRetry: they are stored nowhere any more.
        BrokerUnreachable, BrokerRefused: the broker does not answer.
    """
    settings = settings or current()
    try:
        stored = results.result(task_id, large=False, settings=settings)
    except ForeignContent:
        stored = None
    if stored and stored.name and stored.args is not None and stored.kwargs is not None:
        return Call(stored.name, stored.args, stored.kwargs, stored.queue or queue)
    url, prefix = broker_url(settings), settings.key_prefix
    with reaching(url), client(url) as redis:
        message = queues.held(redis, task_id, prefix=prefix) or queues.find(
            redis, task_id, _places(redis, queue, prefix), prefix=prefix
        )
    if message is None or not message.name or message.args is None or message.kwargs is None:
        raise NothingToRetry(
            "The arguments of this task are stored nowhere any more.",
            "Enqueue it anew with its arguments.",
        )
    # Another would be rounded to one of ours, which theirs need not serve.
    priority = message.priority if message.priority in PRIORITY_STEPS else 0
    return Call(message.name, message.args, message.kwargs, message.queue, priority)
