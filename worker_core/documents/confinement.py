"""What the operating system holds a reading process to. Imports nothing of weight."""

import contextlib
import math
import os
import signal
import sys
from collections.abc import Iterator

from worker_core.documents.model import MIB, Limits

try:
    import resource
except ImportError:  # Windows has neither these limits nor the signals that report them.
    HAS_LIMITS = False
else:
    HAS_LIMITS = True

MEMORY_IS_LIMITED = sys.platform == "linux"
"""Elsewhere the system does not enforce a limit on memory, so whoever waits has to watch."""

_OPEN_FILES = 128
_CHARACTER_BYTES = 6
_LARGEST_SIZE_OF_FACTS = 64 * MIB

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096

_confined = False


def confine(limits: Limits) -> None:
    """Hold this process to ``limits``, for good.

    Afterwards the system ends it with SIGALRM (wall time), SIGXCPU (processor time) or, within
    ``processor_budget``, SIGPROF; memory beyond the limit fails to be allocated.
    """
    global _confined  # noqa: PLW0603 - confinement is a fact about the whole process
    if not HAS_LIMITS:
        return
    for number in (signal.SIGALRM, signal.SIGPROF, signal.SIGXCPU, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    signal.setitimer(signal.ITIMER_REAL, limits.wall_seconds)
    _lower(resource.RLIMIT_CPU, math.ceil(_processor_seconds() + limits.wall_seconds) + 1)
    _lower(
        resource.RLIMIT_FSIZE,
        _CHARACTER_BYTES * limits.max_characters + _LARGEST_SIZE_OF_FACTS,
    )
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NOFILE, _OPEN_FILES)
    _lower(resource.RLIMIT_NPROC, 0)
    if MEMORY_IS_LIMITED:
        # A limit of the process that asked is not this one's.
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))
        # What the interpreter and its libraries have mapped already does not count.
        _lower(resource.RLIMIT_AS, _mapped_bytes() + limits.memory_mb * MIB)
    _confined = True


@contextlib.contextmanager
def processor_budget(seconds: float) -> Iterator[None]:
    """End a confined process with SIGPROF if the block takes more processor time than this.

    For work whose time is known from the size of its input, so that input made to be slow is
    given up long before the limit for the whole document.
    """
    if not _confined:
        yield
        return
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def resident_bytes(pid: int) -> int:
    """The physical memory of a process; 0 when it has ended."""
    import psutil

    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0


def _lower(limit: int, value: int) -> None:
    """Set a limit, unless a stricter one holds already."""
    _, hard = resource.getrlimit(limit)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(limit, (value, value))


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _mapped_bytes() -> int:
    with open("/proc/self/statm", "rb", buffering=0) as file:  # noqa: PTH123 - runs in every child
        return int(file.read(64).split()[0]) * _PAGE_BYTES
