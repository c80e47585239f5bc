"""What each worker has said about one task."""

import sys
from datetime import datetime
from typing import Any, Final

import msgspec

from desktop_app.monitor.rows import TaskRow

# A task is handed from worker to worker a few times at most; only forged events name more.
_ATTEMPTS_KEPT: Final = 8

WAITING: Final = frozenset({"PENDING", "RECEIVED"})
_REASONS: Final = {
    "rate limit": "It waits for its turn under its rate limit.",
    "runs elsewhere": "Another run of it is under way; what came of that is looked at next.",
    "quarantine": "It waits to be put into quarantine, as the database could not be used.",
}
_OTHER_REASON: Final = "A worker put it back until its time has come."
# A time loses its last digits on the way through a message's text.
_SAME_S: Final = 0.001

Changes = dict[str, Any]


class Attempt(msgspec.Struct, gc=False):
    """What one worker has said about a task, by that worker's clock.

    ``back_at`` is when it last put the task back (retry, cancellation, requeue), ``exception``
    and ``traceback`` why.
    """

    worker: str
    retries: int = -1
    received: float | None = None
    started: float | None = None
    progress_at: float | None = None
    progress: float | None = None
    stage: str | None = None
    back_at: float | None = None
    back_state: str = "RETRY"
    exception: str | None = None
    traceback: str | None = None

    def precedence(self) -> tuple[int, float, str]:
        times = (self.received, self.started, self.progress_at, self.back_at)
        return self.retries, max((at for at in times if at is not None), default=0.0), self.worker

    def underway(self) -> Changes:
        """The task's fields, if this attempt is its current one and it has not ended."""
        received = self.received or 0.0
        back = self.back_at or 0.0
        idle_since = max(received, back)
        started: float | None = None
        told = False
        if (self.progress_at or -1.0) >= idle_since:
            # Progress travels past the worker's main process: the first report may bear an
            # earlier time than the start, and may be all there is.
            state, started, told = "PROGRESS", _not_before(self.started, idle_since), True
        elif (self.started or -1.0) >= idle_since:
            state, started = "STARTED", self.started
        elif self.back_at is not None and back >= received:
            state = self.back_state
            # What waits in its queue has not begun, even if a worker had looked at it.
            started = None if state == "PENDING" else _not_before(self.started, received)
        else:
            state = "RECEIVED"
        return {
            "state": state,
            "worker": self.worker,
            "received": self.received,
            "started": started,
            "progress": self.progress if told else None,
            "stage": self.stage if told else None,
            "exception": self.exception,
            "traceback": self.traceback,
            "reason": "A worker put it back into its queue." if state == "PENDING" else None,
        }


class Task(msgspec.Struct, gc=False):
    """A task's row and what is needed to go on merging into it. ``queue_retries`` is the retry
    whose publication named the queue; ``waits`` until when it was put back, as Unix seconds, and
    why; ``reopened`` up to when its revocations are void. ``told_by_row``, the attempts are those
    that are ``recalled`` from it."""

    row: TaskRow
    attempts: tuple[Attempt, ...] = ()
    queue_retries: int = -1
    told_by_row: bool = False
    waits: tuple[float, str] = (0.0, "")
    reopened: float = -1.0

    def why_it_waits(self, eta: str | None) -> str | None:
        """In plain words, if it was put back until ``eta``, the time its message says."""
        until, reason = self.waits
        try:
            told = datetime.fromisoformat(eta).timestamp() if eta and until else None
        except (ValueError, OverflowError, OSError):
            return None
        if told is None or abs(told - until) > _SAME_S:
            return None
        return _REASONS.get(reason, _OTHER_REASON)

    def attempt(self, worker: str) -> Attempt:
        for attempt in self.attempts:
            if attempt.worker == worker:
                return attempt
        kept = self.attempts
        if len(kept) >= _ATTEMPTS_KEPT:
            kept = tuple(sorted(kept, key=Attempt.precedence)[1:])
        attempt = Attempt(sys.intern(worker))
        self.attempts = (*kept, attempt)
        return attempt


def recalled(row: TaskRow) -> tuple[Attempt, ...]:
    """What the row's worker had said, as far as the row tells it."""
    if row.worker is None:
        return ()
    attempt = Attempt(row.worker, row.retries, row.received, row.started)
    if row.progress is not None or row.stage is not None:
        attempt.progress_at = row.started or row.received or 0.0
        attempt.progress, attempt.stage = row.progress, row.stage
    if row.state in {"RETRY", "PENDING"}:
        attempt.back_at, attempt.back_state = row.last_seen, row.state
    if row.state == "RETRY":
        attempt.exception, attempt.traceback = row.exception, row.traceback
    return (attempt,)


def remembered(row: TaskRow) -> Task:
    """A task of which the row alone is left. An event that is heard once more changes nothing."""
    return Task(row, (), row.retries if row.queue else -1, told_by_row=True)


def _not_before(at: float | None, earliest: float) -> float | None:
    return None if at is None or at < earliest else at
