"""Which process is meant: a process id alone may have been given to another one since."""

import os
from dataclasses import dataclass
from functools import cache

# The creation time is reckoned from the system's clock, which may be adjusted a little.
TOLERANCE_S = 2.0


@dataclass(frozen=True, slots=True)
class Identity:
    """A process by its id and creation time (unix seconds)."""

    pid: int
    created: float

    def alive(self) -> bool:
        """Whether this very process still runs; one that awaits its parent does not."""
        import psutil

        return self._status() not in {None, psutil.STATUS_ZOMBIE}

    def owns_its_id(self) -> bool:
        """Whether no other process has the id now."""
        import psutil

        return self._status() is not None or not psutil.pid_exists(self.pid)

    def _status(self) -> str | None:
        """The system's word for its state, or None where it is no more."""
        import psutil

        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.created) < TOLERANCE_S
            return process.status() if same else None
        except psutil.NoSuchProcess:
            return None
        except psutil.AccessDenied:
            return psutil.STATUS_RUNNING


def identity(pid: int) -> Identity | None:
    """The process that has ``pid`` now, or None where there is none."""
    import psutil

    try:
        return Identity(pid, psutil.Process(pid).create_time())
    except psutil.Error:
        return None


def myself() -> Identity:
    """This process."""
    return _identity_of_self(os.getpid())


@cache
def _identity_of_self(pid: int) -> Identity:
    import psutil

    return Identity(pid, psutil.Process(pid).create_time())
