"""Cancelling, stopping and repeating single tasks."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import orjson

from worker_core.catalog import QUEUES, TASKS
from worker_core.operations import queues, results, wire
from worker_core.operations.client import send
from worker_core.operations.connection import broker_url, client, reaching, result_backend_url
from worker_core.operations.errors import ForeignContent, NothingToRetry, OperationError
from worker_core.operations.guard import Guard, cancelled
from worker_core.operations.ledger import ledger
from worker_core.operations.messages import Waiting
from worker_core.operations.submit import PROCESS, Submission, submit, submit_document
from worker_core.operations.workers import broadcast
from worker_core.settings import Settings, current
from worker_core.storage import TaskNote

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
        message = queues.find(redis, task_id, _places(redis, queue))
        if message is not None and _remove(redis, message):
            # Before its result: a sweep must not take it for lost.
            ending = cancelled()
            Guard(redis, settings).finish(task_id, "", ending)
            with suppress(OperationError), ledger(settings) as tasks:
                at = datetime.fromtimestamp(ending["at"], UTC)
                tasks.note([TaskNote(task_id, "cancelled", at, attempts=0)])
            _announce(redis, task_id, settings)
            return "removed"
    revoke(task_id, settings=settings)
    return "revoked"


def _places(redis: "Redis", queue: str | None) -> Sequence[str]:
    if queue is not None:
        return [queue]
    return list(dict.fromkeys([*QUEUES, *queues.bound_queues(redis)]))


def _remove(redis: "Redis", message: Waiting) -> bool:
    # From the end that is served next; a worker may have taken it meanwhile.
    key = wire.step_key(message.queue, message.priority)
    return bool(redis.lrem(key, -1, message.raw))  # type: ignore[arg-type]  # bytes are sent as they are


def _announce(redis: "Redis", task_id: str, settings: Settings) -> None:
    """Let those who watch and those who wait for the result know, as no worker will."""
    fields = {"uuid": task_id, "terminated": False, "signum": None, "expired": False}
    wire.publish_event(redis, "task-revoked", fields)
    meta: dict[str, Any] = {
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
    key, value = results.KEY + task_id, orjson.dumps(meta)
    url = result_backend_url(settings)
    # The task is off its queue, whether or not its result can be stored.
    with suppress(OperationError), reaching(url), client(url) as store:
        store.set(key, value, ex=settings.result_expires_s)
        store.publish(key, value)


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
    new_id = send(call.name, call.args, call.kwargs, queue=call.queue, settings=settings)
    return Submission(new_id, call.name, call.queue or "")


@dataclass(frozen=True, slots=True)
class Call:
    """What a task was told. ``queue`` is None where nobody says which it was."""

    name: str
    args: list[Any]
    kwargs: dict[str, Any]
    queue: str | None


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
    url = broker_url(settings)
    with reaching(url), client(url) as redis:
        message = queues.held(redis, task_id) or queues.find(redis, task_id, _places(redis, queue))
    if message is None or not message.name or message.args is None or message.kwargs is None:
        raise NothingToRetry(
            "The arguments of this task are stored nowhere any more.",
            "Enqueue it anew with its arguments.",
        )
    return Call(message.name, message.args, message.kwargs, message.queue)
