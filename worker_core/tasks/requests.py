"""What the worker's main process does when a task ends without its own last word."""

from typing import Any

from billiard.einfo import ExceptionWithTraceback
from billiard.exceptions import Terminated, TimeLimitExceeded, WorkerLostError
from celery.worker.request import Request
from redis.exceptions import RedisError

from worker_core.operations.guard import cancelled
from worker_core.tasks.guarded import holder, log
from worker_core.tasks.marks import marks

CHILD_IS_GONE = (WorkerLostError, Terminated, SystemExit, KeyboardInterrupt)


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
            error = error.exc
        if isinstance(error, CHILD_IS_GONE):
            self._free()
        return super().on_failure(exc_info, send_failed_event, return_ok)

    def cancel(self, pool: Any, signal: Any = None, emit_retry: bool = True) -> None:
        """Stop it in its tracks, as a soft stop does; where the pool cannot, it runs to its end."""
        try:
            super().cancel(pool, signal, emit_retry)
        except NotImplementedError:
            log.warning("The task %s cannot be stopped in this pool; it is finished.", self.id)

    def on_timeout(self, soft: bool, timeout: float) -> None:
        super().on_timeout(soft, timeout)
        if not soft:
            error = TimeLimitExceeded(timeout)
            failed = {"state": "failed", "type": type(error).__name__, "message": str(error)}
            self._end(cancelled() | failed)

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
        # The ledger learns of it from the mark, by the sweep: a main process does not wait for
        # a database.
        try:
            marks().guard.finish(self.id, "", ending)
        except RedisError as error:
            log.error("The end of the task %s was not marked: %s", self.id, error)
        self._free()
