"""What the worker's main process does when a task ends without its own last word."""

import time
from typing import Any

from billiard.einfo import ExceptionInfo, ExceptionWithTraceback
from billiard.exceptions import Terminated, TimeLimitExceeded, WorkerLostError
from celery.concurrency.base import BasePool
from celery.worker.request import Request
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from worker_core.operations.guard import cancelled
from worker_core.operations.settle import SETTLE
from worker_core.tasks import cancelling
from worker_core.tasks.guarded import holder, log
from worker_core.tasks.marks import marks

CHILD_IS_GONE = (WorkerLostError, Terminated, SystemExit, KeyboardInterrupt)
# One that nobody takes for so long is not needed: the sweep was faster.
SETTLED_BY_S = 300


class GuardedRequest(Request):  # type: ignore[misc]  # celery carries no types
    """A message in the worker's main process.

    A child that was killed leaves its lease behind. The main process knows that it is gone, so
    that nobody needs to wait for the lease to expire.
    """

    def on_failure(
        self, exc_info: Any, send_failed_event: bool = True, return_ok: bool = False
    ) -> Any:
        error = exc_info.exception
        if isinstance(error, ExceptionWithTraceback):
            # What was raised in this process has a wrapper, which its event would name instead.
            error = exc_info.exception = error.exc
        if isinstance(error, CHILD_IS_GONE):
            self._free()
        elif isinstance(error, TimeLimitExceeded):
            words = _words(error.args[0])
            # Before its message is acknowledged: whoever looks for the task finds its end.
            told = {"type": TimeLimitExceeded.__name__, "message": words}
            self._end({"state": "failed", "at": time.time(), **told})
            exc_info = _raised(TimeLimitExceeded(words))
        return super().on_failure(exc_info, send_failed_event, return_ok)

    def terminate(self, pool: Any, signal: Any = None) -> None:
        """End it where it runs; where the pool cannot, have it stop at its next word of progress,
        which then says how it ended."""
        # The prefork pool gets its way to do it only when it is started.
        can = "terminate_job" in vars(pool)
        if can or type(pool).terminate_job is not BasePool.terminate_job:
            super().terminate(pool, signal)
        else:
            cancelling.ask(self.id)

    def cancel(self, pool: Any, signal: Any = None, emit_retry: bool = True) -> None:
        """Stop it in its tracks, as a soft stop does; where the pool cannot, it runs to its end."""
        try:
            super().cancel(pool, signal, emit_retry)
        except NotImplementedError:
            log.warning("The task %s cannot be stopped in this pool; it is finished.", self.id)

    def on_timeout(self, soft: bool, timeout: float) -> None:
        # At the hard limit ``on_failure`` came before and has said all; Celery would store and
        # announce the failure a second time, as a bare number.
        if soft:
            super().on_timeout(soft, timeout)

    def _announce_revoked(self, reason: str, terminated: bool, signum: Any, expired: bool) -> None:
        super()._announce_revoked(reason, terminated, signum, expired)
        self._end(cancelled())

    def _free(self) -> None:
        if self.worker_pid is None:
            return
        try:
            marks().guard.abandon(self.id, holder(self.hostname, self.worker_pid))
        except RedisError as error:
            log.warning("The lease of the task %s was left to expire: %s", self.id, error)

    def _end(self, ending: dict[str, Any]) -> None:
        """Mark how the task ended, and have a child write it into the ledger: a main process does
        not wait for a database, and the sweep would come to it only after a while."""
        try:
            marks().guard.finish(self.id, "", ending)
        except RedisError as error:
            log.error("The end of the task %s was not marked: %s", self.id, error)
            return
        self._free()
        try:
            self.app.send_task(SETTLE, [self.id], expires=SETTLED_BY_S, retry=False)
        except (OperationalError, RedisError, OSError) as error:
            log.warning("The end of the task %s is left to the sweep: %s", self.id, error)


def _words(seconds: float) -> str:
    return (
        f"It took longer than {seconds:g} s, its hard time limit, and did not stop at the soft "
        "one, so its worker process was ended. Give it less to do at once, or see whether the "
        "worker's computer is too busy."
    )


def _raised(error: Exception) -> ExceptionInfo:
    """``error`` as if it had been raised, alone."""
    try:
        raise error from None
    except type(error):
        told = ExceptionInfo()
    told.exception = error
    return told
