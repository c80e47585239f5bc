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

        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.created) < TOLERANCE_S
            return same and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False
        except psutil.AccessDenied:
            return True


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
