"""Tasks that take effect once, keep to their rate limit and are tried again when it may help."""

import logging
import os
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson
from celery import Task, states
from celery.exceptions import Ignore, Reject, Retry
from redis.exceptions import RedisError

from worker_core import settings
from worker_core.operations.guard import NO_LIMIT, Limit, cancelled
from worker_core.storage import TaskNote
from worker_core.tasks import cancelling, endings
from worker_core.tasks.aside import BUSY_S, RATE_LIMIT, RUNS_ELSEWHERE, put_back, quarantined
from worker_core.tasks.failures import (
    PermanentFailure,
    Quarantined,
    TransientFailure,
    as_fields,
    described,
    transient,
)
from worker_core.tasks.marks import insist, marks
from worker_core.tasks.outcomes import outcome

log = logging.getLogger(__name__)

Result = dict[str, Any]


class GuardedTask(Task):  # type: ignore[misc]  # celery carries no types
    """Base of every task. ``limit`` holds over all workers together."""

    abstract = True
    Request = "worker_core.tasks.requests:GuardedRequest"
    # Said by the run that has the lease, or a second message would say it of a task that ended.
    track_started = False
    limit: Limit = NO_LIMIT


def once(task: GuardedTask, body: Callable[[], Result]) -> Result:
    """Run the body of a task's current request, unless it ran already, runs elsewhere or must
    wait; what a worker does between taking a message and acknowledging it.

    Raises:
        Ignore: not now, or not again.
        Retry: it failed, and a message for the next attempt is sent.
        Reject: neither Redis nor the broker can be reached; the message goes back.
        Quarantined: it has ended too many workers.
    """
    request = task.request
    if request.called_directly:
        return body()
    token = f"{holder(request.hostname, os.getpid())}{uuid4().hex}"
    limit = task.limit if settings.current().rate_limits else NO_LIMIT
    guard = marks().guard
    try:
        answer = insist(
            lambda: guard.begin(
                request.id, token, name=task.name, retries=request.retries, limit=limit
            )
        )
    except RedisError as error:
        raise Reject(error, requeue=True) from error
    match answer.word:
        case "run":
            attempt = _Attempt(task, token, answer.number)
            # An earlier one may have ended while Redis took no mark.
            if answer.number > 1 and (ending := endings.kept(str(request.id))) is not None:
                attempt.settle(ending)
                return _ended_before(task, ending)
            return attempt.make(body)
        case "done":
            return _ended_before(task, answer.ending)
        case "poison":
            raise quarantined(task, answer)
        case "stale":
            raise Ignore(f"a retry of {request.id} is on its way")
        case "busy":
            put_back(task, min(max(answer.number / 1000, 1.0), BUSY_S), RUNS_ELSEWHERE)
        case "wait":
            put_back(task, answer.number / 1000, RATE_LIMIT)
    raise Ignore(f"{request.id} was put back: {answer.word}")


def holder(node: str, pid: int) -> str:
    """How the tokens of leases begin that a process of a node holds."""
    return f"{node}:{pid}:"


class _Attempt:
    """A start of a body, under a lease."""

    def __init__(self, task: GuardedTask, token: str, number: int) -> None:
        self._task = task
        self._id = str(task.request.id)
        self._token = token
        self._number = number
        self._began = datetime.now(UTC)
        self._marks = marks()

    def make(self, body: Callable[[], Result]) -> Result:
        self._marks.leases.hold(self._id, self._token)
        try:
            self._marks.notes.put(TaskNote(self._id, "running", self._began, self._number))
            self._say_started()
            # As JSON here, since what cannot be stored has failed.
            result, told = outcome(self._task, body)
            ending = {"state": "succeeded", "result": orjson.Fragment(told)}
        except cancelling.Cancelled:
            self._end(cancelled())
            self._say_cancelled()
            raise Ignore(f"{self._id} was cancelled while it ran") from None
        except (Ignore, Reject, Retry):
            self._again(self._task.request.retries)
            raise
        except Exception as error:
            if transient(error) and self._task.request.retries < settings.current().max_retries:
                raise self._retry(error) from error
            self._end({"state": "failed", **described(error)})
            raise
        except BaseException:
            # The worker is told to stop at once: no fault of the task.
            self._again(self._task.request.retries)
            raise
        else:
            self._end(ending)
            return result
        finally:
            self._marks.leases.drop(self._id)
            cancelling.forget(self._id)

    def settle(self, ending: dict[str, Any]) -> None:
        """Mark the end of an earlier attempt, instead of making this one."""
        try:
            endings.mark(self._marks.guard, self._id, self._token, ending)
        except RedisError as error:
            raise Reject(error, requeue=True) from error
        self._note_end(ending, datetime.fromtimestamp(ending["at"], UTC))

    def _say_started(self) -> None:
        if self._task.app.conf.task_track_started:
            request = self._task.request
            meta = {"pid": os.getpid(), "hostname": request.hostname}
            self._task.backend.store_result(self._id, meta, states.STARTED, request=request)

    def _say_cancelled(self) -> None:
        """As Celery's main process does for a task whose process it has ended."""
        request = self._task.request
        self._task.backend.mark_as_revoked(self._id, "terminated", request=request)
        self._task.send_event(
            "task-revoked", retry=False, terminated=True, signum=None, expired=False
        )

    def _end(self, ending: dict[str, Any]) -> None:
        now = datetime.now(UTC)
        ending |= {"at": now.timestamp(), "attempts": self._number}
        try:
            endings.mark(self._marks.guard, self._id, self._token, ending)
        except RedisError as error:
            log.warning("The end of the task %s was not marked: %s", self._id, error)
        self._note_end(ending, now)

    def _note_end(self, ending: dict[str, Any], at: datetime) -> None:
        self._marks.notes.put(
            TaskNote(
                self._id,
                ending["state"],
                at,
                attempts=ending["attempts"],
                retries=self._task.request.retries,
                error_type=ending.get("type"),
                error_message=ending.get("message"),
                began_at=self._began,
            )
        )

    def _retry(self, error: Exception) -> Exception:
        """Send the message of the next attempt; what to raise then."""
        values, request = settings.current(), self._task.request
        attempt = request.retries + 1
        delay = values.retry_delay_s * 2**request.retries * random.uniform(0.75, 1.25)  # noqa: S311
        at = datetime.now(UTC) + timedelta(seconds=delay)
        told = TransientFailure(
            f"{type(error).__name__}: {error} Attempt {attempt} of {values.max_retries + 1}; "
            f"the next at {at:%Y-%m-%d %H:%M:%SZ}."
        )
        try:
            retry: Exception = self._task.retry(
                exc=told, eta=at, max_retries=values.max_retries, throw=False
            )
        except Reject as refused:
            self._again(request.retries)
            back: Exception = Reject(refused.reason, requeue=True)
            return back
        # The message first: a worker that is killed here leaves two, of which one is stale later.
        self._again(attempt)
        self._marks.notes.put(
            TaskNote(
                self._id,
                "retrying",
                datetime.now(UTC),
                attempts=self._number,
                retries=attempt,
                next_at=at,
                began_at=self._began,
                **as_fields(error),
            )
        )
        return retry

    def _again(self, retries: int) -> None:
        try:
            insist(lambda: self._marks.guard.again(self._id, self._token, retries))
        except RedisError as error:
            log.warning("The lease of the task %s was left to expire: %s", self._id, error)


def _ended_before(task: GuardedTask, ending: dict[str, Any]) -> Result:
    """The answer of a run that ended while its worker could no longer store it; as a rule the
    result is stored, and there is nothing to do.

    Raises:
        Ignore: all is stored.
        PermanentFailure, Quarantined: it had failed, or had been quarantined.
    """
    task_id = task.request.id
    stored = task.backend.get_task_meta(task_id, cache=False)["status"]
    if stored in states.READY_STATES or ending["state"] == "cancelled":
        raise Ignore(f"{task_id} ended before: {ending['state']}")
    if ending["state"] == "quarantined":
        raise Quarantined(ending["message"])
    if ending["state"] == "failed":
        raise PermanentFailure(f"{ending.get('type')}: {ending.get('message')}")
    log.info("The task %s ended before; its result is stored now.", task_id)
    result: Result = ending["result"]
    return result
