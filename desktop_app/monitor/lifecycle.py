"""How events about one task combine into its row.

Events arrive late, twice and out of order: the publisher, each worker and each worker's child
processes send over connections of their own, and their clocks differ. So what a task has come to
is a function of the *set* of its events, built from merges that commute and repeat without
effect:

- An end is never undone, but for a revocation that its sender takes back. Among several ends of
  one task (it can run twice when a worker dies) success outranks failure, as in Celery's result
  backends, then revocation, then rejection; among equals the later one stands.
- Short of an end, times are compared only within one worker, whose clock is one clock. The worker
  that received the highest retry speaks for the task. That a retry puts the task back follows
  from the times of that worker.
- What the publisher says fills in fields and decides nothing.
"""

import sys
from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace

from desktop_app.monitor import events as e
from desktop_app.monitor.attempts import WAITING, Attempt, Changes, Task, recalled
from desktop_app.monitor.rows import FINISHED, TaskRow

_END_RANK: Final = {"REJECTED": 0, "REVOKED": 1, "FAILURE": 2, "SUCCESS": 3}
_NAME_LIMIT: Final = 512
_SHARED_LENGTH: Final = 8


def merge(task: Task, event: e.TaskEvent, received_at: float) -> None:
    """Take ``event``, which reached this computer at ``received_at``, into ``task``."""
    row = task.row
    if task.told_by_row:
        task.attempts, task.told_by_row = recalled(row), False
    changes = _MERGES[type(event)](task, event)
    if changes.get("state", row.state) in FINISHED:
        row = replace(row, **changes)
        changes = _around_the_end(task, row)
    elif task.attempts:
        changes |= max(task.attempts, key=Attempt.precedence).underway()
        if changes["state"] in WAITING:
            changes["reason"] = task.why_it_waits(changes.get("eta", row.eta)) or changes["reason"]
    changes["first_seen"] = min(row.first_seen, received_at)
    changes["last_seen"] = max(row.last_seen, received_at)
    row = task.row = replace(row, **changes)
    # Most tasks that are over had one attempt, which the row tells in full: among a hundred
    # thousand of them that is a tenth of the memory.
    if row.state in FINISHED and task.attempts and task.attempts == recalled(row):
        task.attempts, task.told_by_row = (), True


def _around_the_end(task: Task, row: TaskRow) -> Changes:
    """Fields of an ended task that its worker told before, as far as they belong to that run."""
    finished = row.finished or 0.0
    own = next((a for a in task.attempts if a.worker == row.worker), None) or Attempt("")
    changes: Changes = {
        "received": _not_after(own.received, finished),
        "started": _not_after(own.started, finished),
    }
    ran = own.progress_at is not None and own.progress_at >= (own.received or 0.0)
    changes["progress"] = own.progress if ran else None
    changes["stage"] = own.stage if ran else None
    if row.state == "SUCCESS":
        changes["exception"], changes["traceback"] = own.exception, own.traceback
        if changes["started"] is None and row.runtime is not None:
            changes["started"] = finished - row.runtime
    else:
        started = changes["started"]
        changes["runtime"] = None if started is None else finished - started
    return changes


def _sent(task: Task, event: e.TaskSent) -> Changes:
    row = task.row
    changes = _described(row, event)
    changes["sent"] = event.timestamp if row.sent is None else min(row.sent, event.timestamp)
    queue = e.text(event.queue, _NAME_LIMIT)
    retries = event.retries or 0
    if queue and retries >= task.queue_retries:
        agreed = queue if retries > task.queue_retries else _agree(row.queue, queue)
        changes["queue"] = sys.intern(agreed or "")
        task.queue_retries = retries
    return changes


def _received(task: Task, event: e.TaskReceived) -> Changes:
    attempt = task.attempt(event.hostname)
    retries = event.retries or 0
    if retries > attempt.retries:
        attempt.retries, attempt.received = retries, event.timestamp
    elif retries == attempt.retries:
        attempt.received = max(attempt.received or 0.0, event.timestamp)
    return _described(task.row, event)


def _described(row: TaskRow, event: e.TaskSent | e.TaskReceived) -> Changes:
    changes: Changes = {
        "name": sys.intern(_agree(row.name, e.text(event.name, _NAME_LIMIT)) or ""),
        "args": _agree(row.args, _shared(e.text(event.args))),
        "kwargs": _agree(row.kwargs, _shared(e.text(event.kwargs))),
        "root_id": _agree(row.root_id, _root(row, e.text(event.root_id, _NAME_LIMIT))),
        "parent_id": _agree(row.parent_id, e.text(event.parent_id, _NAME_LIMIT)),
    }
    retries = event.retries or 0
    if retries >= row.retries:
        # The ETA and the expiry belong to the retry, so the highest one's replace the others'.
        again = retries == row.retries
        changes["retries"] = retries
        changes["eta"] = _agree(row.eta if again else None, e.text(event.eta, _NAME_LIMIT))
        changes["expires"] = _agree(
            row.expires if again else None, e.text(event.expires, _NAME_LIMIT)
        )
    return changes


def _started(task: Task, event: e.TaskStarted) -> Changes:
    attempt = task.attempt(event.hostname)
    attempt.started = max(attempt.started or 0.0, event.timestamp)
    return {}


def _found(task: Task, event: e.TaskFound) -> Changes:
    row = task.row
    attempt = task.attempt(event.hostname)
    attempt.started = max(attempt.started or 0.0, event.timestamp)
    return {
        "name": row.name or sys.intern(e.text(event.name, _NAME_LIMIT) or ""),
        "queue": row.queue or sys.intern(e.text(event.queue, _NAME_LIMIT) or ""),
        "args": row.args or e.text(event.args),
        "kwargs": row.kwargs or e.text(event.kwargs),
        "redelivered": row.redelivered if event.redelivered is None else event.redelivered,
    }


def _progressed(task: Task, event: e.TaskProgress) -> Changes:
    attempt = task.attempt(event.hostname)
    fraction = None if event.fraction is None else min(max(event.fraction, 0.0), 1.0)
    stage = e.text(event.stage, _NAME_LIMIT)
    seen = (attempt.progress_at or -1.0, attempt.progress or -1.0, attempt.stage or "")
    if (event.timestamp, -1.0 if fraction is None else fraction, stage or "") > seen:
        attempt.progress_at, attempt.progress, attempt.stage = event.timestamp, fraction, stage
    return {}


def _retried(task: Task, event: e.TaskRetried) -> Changes:
    reason = e.text(event.exception), e.text(event.traceback, e.TRACEBACK_LIMIT)
    return _put_back(task, event, "RETRY", *reason)


def _cancelled(task: Task, event: e.TaskCancelled) -> Changes:
    return _put_back(task, event, "RETRY", "Cancelled: the worker lost its broker.", None)


def _rejected(task: Task, event: e.TaskRejected) -> Changes:
    if event.requeue:
        return _put_back(task, event, "PENDING", None, None)
    return _end(task.row, event, "REJECTED", reason="The task refused its message.")


def _waits(task: Task, event: e.TaskPutBack) -> Changes:
    if event.eta is not None:
        # The message that waits says its time as well, and so tells for how long this is true.
        task.waits = max(task.waits, (event.eta, e.text(event.reason, _NAME_LIMIT) or ""))
    return _put_back(task, event, "PENDING", None, None)


def _put_back(
    task: Task, event: e.TaskEvent, state: str, exception: str | None, traceback: str | None
) -> Changes:
    attempt = task.attempt(event.hostname)
    if (event.timestamp, state) > (attempt.back_at or -1.0, attempt.back_state):
        attempt.back_at, attempt.back_state = event.timestamp, state
        attempt.exception, attempt.traceback = exception, traceback
    return {}


def _succeeded(task: Task, event: e.TaskSucceeded) -> Changes:
    runtime = None if event.runtime is None else max(event.runtime, 0.0)
    return _end(task.row, event, "SUCCESS", result=e.text(event.result), runtime=runtime)


def _failed(task: Task, event: e.TaskFailed) -> Changes:
    exception, traceback = e.text(event.exception), e.text(event.traceback, e.TRACEBACK_LIMIT)
    return _end(task.row, event, "FAILURE", exception=exception, traceback=traceback)


def _reopened(task: Task, event: e.TaskReopened) -> Changes:
    task.reopened = max(task.reopened, event.timestamp)
    row = task.row
    if row.state != "REVOKED" or (row.finished or 0.0) > task.reopened:
        return {}
    untold = dict.fromkeys(("received", "started", "finished", "runtime", "worker", "reason"))
    return {"state": "PENDING", **untold}


def _revoked(task: Task, event: e.TaskRevoked) -> Changes:
    if event.timestamp <= task.reopened:
        return {}
    if event.expired:
        reason = "It expired before it ran."
    elif event.terminated:
        reason = "It was terminated while it ran."
    else:
        reason = "It was revoked before it ran."
    return _end(task.row, event, "REVOKED", reason=reason)


def _end(row: TaskRow, event: e.TaskEvent, state: str, **told: Any) -> Changes:
    key = _END_RANK[state], event.timestamp, event.hostname
    if row.state in FINISHED and _end_key(row) >= key:
        return {}
    ended: Changes = {
        "state": state,
        "finished": event.timestamp,
        "worker": sys.intern(event.hostname),
        "runtime": None,
        "result": None,
        "exception": None,
        "traceback": None,
        "reason": None,
    }
    return ended | told


def _end_key(row: TaskRow) -> tuple[int, float, str]:
    return _END_RANK[row.state], row.finished or 0.0, row.worker or ""


def _root(row: TaskRow, root_id: str | None) -> str | None:
    """Most tasks are their own root: a million of them need not hold each id twice."""
    return row.uuid if root_id == row.uuid else root_id


def _shared(text: str | None) -> str | None:
    """Most arguments are ``()``, most keyword arguments ``{}``."""
    return sys.intern(text) if text is not None and len(text) <= _SHARED_LENGTH else text


def _agree(old: str | None, new: str | None) -> str | None:
    """Two senders may contradict each other under one uuid; any choice will do as long as it does
    not depend on who was heard first."""
    if new is None or new == old:
        return old
    return new if not old else max(old, new)


def _not_after(at: float | None, latest: float) -> float | None:
    return None if at is None or at > latest else at


_MERGES: Final[dict[type, Callable[[Task, Any], Changes]]] = {
    e.TaskSent: _sent,
    e.TaskReceived: _received,
    e.TaskStarted: _started,
    e.TaskFound: _found,
    e.TaskProgress: _progressed,
    e.TaskSucceeded: _succeeded,
    e.TaskFailed: _failed,
    e.TaskRetried: _retried,
    e.TaskCancelled: _cancelled,
    e.TaskRevoked: _revoked,
    e.TaskRejected: _rejected,
    e.TaskPutBack: _waits,
    e.TaskReopened: _reopened,
}
