"""Tasks that do not run now: they wait for their time, or in quarantine."""

import logging
from datetime import UTC, datetime, timedelta

from celery import Task
from celery.exceptions import Ignore, Reject
from redis.exceptions import RedisError

from worker_core import settings
from worker_core.operations.guard import Answer
from worker_core.storage import NewTask, StorageError, TaskNote
from worker_core.tasks.failures import CONNECTION_ERRORS, Quarantined, described
from worker_core.tasks.marks import insist, marks, storage

log = logging.getLogger(__name__)

# Longest wait for a lease before it is looked at again.
BUSY_S = 30.0
RATE_LIMIT = "rate limit"
RUNS_ELSEWHERE = "runs elsewhere"
QUARANTINE = "quarantine"


def put_back(task: Task, wait_s: float, reason: str) -> None:
    """Send the current message once more, to come after a while. It is no retry, and a message
    that waits for its time takes no place among those a worker has reserved.

    It never waits so long that the broker would deliver it a second time meanwhile. Whoever
    watches learns of it by the event ``task-put-back``: ``eta`` in unix seconds, and ``reason``.

    Raises:
        Reject: the broker did not take it, so that this message itself goes back.
    """
    longest = settings.current().visibility_timeout_s / 2
    eta = datetime.now(UTC) + timedelta(seconds=min(wait_s, longest))
    try:
        task.signature_from_request(eta=eta).apply_async()
    except CONNECTION_ERRORS as error:
        raise Reject(error, requeue=True) from error
    try:
        task.send_event("task-put-back", retry=False, eta=eta.timestamp(), reason=reason)
    except (*CONNECTION_ERRORS, RedisError, OSError) as error:
        log.warning("That %s was put back was not announced: %s", task.request.id, error)


def quarantined(task: Task, answer: Answer) -> Exception:
    """Put the task into quarantine; what to raise then."""
    request, now = task.request, datetime.now(UTC)
    text = (
        f"Each of its last {answer.number} attempts ended with its worker process killed, so it "
        "was put into quarantine. Look at the worker's log and its memory, then release it: "
        f"afi quarantine release {request.id}"
    )
    queue = (request.delivery_info or {}).get("routing_key") or task.name.partition(".")[0]
    note = TaskNote(
        request.id,
        "quarantined",
        now,
        attempts=answer.number,
        retries=request.retries,
        error_type=Quarantined.__name__,
        error_message=text,
    )
    try:
        storage().tasks.quarantine(NewTask(request.id, task.name, queue, request.kwargs), note)
        ending = {"state": "quarantined", "at": now.timestamp(), "attempts": answer.number}
        insist(lambda: marks().guard.finish(request.id, "", ending | described(Quarantined(text))))
    except (StorageError, RedisError) as error:
        log.warning("The task %s could not be put into quarantine yet: %s", request.id, error)
        put_back(task, BUSY_S, QUARANTINE)
        later: Exception = Ignore(f"{request.id} is to be quarantined")
        return later
    return Quarantined(text)
