"""The processes that read documents, as their parent sees them."""

import atexit
import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, cast

import msgspec

from worker_core.documents.confinement import MEMORY_IS_LIMITED, resident_bytes
from worker_core.documents.model import MIB, Limits
from worker_core.documents.problems import DocumentError, problem
from worker_core.documents.wire import ACCEPTED, LENGTH, Ending, Failure, Outcome, Request

_SIGNALS_OF_TIME = {getattr(signal, name, 0) for name in ("SIGALRM", "SIGXCPU")} - {0}
_SIGNALS_OF_BUDGET = {getattr(signal, "SIGPROF", 0)} - {0}
_SIGNALS_OF_FAILED_ALLOCATION = {
    getattr(signal, name, 0) for name in ("SIGABRT", "SIGBUS", "SIGILL", "SIGSEGV", "SIGTRAP")
} - {0}
_NEAR_THE_LIMIT = 0.4
"""Share of the memory limit in use at a crash from which the crash is put down to memory.

A library that dies of a failed allocation often asked for twice what it had.
"""

_ENVIRONMENT = {
    "APPDATA", "DYLD_LIBRARY_PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PATH",
    "PYTHONHOME", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR",
}  # fmt: skip
_START_SECONDS = 60.0
_GRACE_SECONDS = 5.0
_WATCH_SECONDS = 0.05


def command(mode: str) -> list[str]:
    """The command that starts a reading process; ``mode`` is ``host`` or ``once``."""
    if getattr(sys, "frozen", False):
        # The packaged program is no interpreter: it is told which of its parts to be.
        return [sys.executable, "--module", "worker_core.documents.sandbox", mode]
    return [sys.executable, "-P", "-X", "utf8", "-m", "worker_core.documents.sandbox", mode]


def _start(mode: str) -> subprocess.Popen[bytes]:
    # The package is found from wherever the caller found it, not from its working directory.
    root = str(Path(__file__).resolve().parents[2])
    # Passwords and addresses in the environment are nothing for a process that reads any file.
    environment = {key: value for key, value in os.environ.items() if key in _ENVIRONMENT}
    inherited = os.environ.get("PYTHONPATH")
    # A page of memory that is touched for the first time costs more than filling it, and a fork
    # touches all of it for the first time: large pages come to a tenth less for a long filing.
    environment["GLIBC_TUNABLES"] = "glibc.malloc.hugetlb=1"
    environment["PYTHONPATH"] = os.pathsep.join([root, inherited] if inherited else [root])
    return subprocess.Popen(
        command(mode),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        bufsize=0,
        # A group of their own: Ctrl+C is for the worker, and host and child end together.
        start_new_session=True,
    )


def verdict(ending: Ending, filename: str, limits: Limits) -> DocumentError:
    """Why a reading process ended without an answer."""
    detail = f"signal {ending.signal}, peak {ending.peak_mb} MB, stopped for {ending.stopped_for!r}"
    if ending.stopped_for == "time" or ending.signal in _SIGNALS_OF_TIME:
        return problem("timeout", filename, limit=f"{limits.wall_seconds:g}", detail=detail)
    if ending.signal in _SIGNALS_OF_BUDGET:
        why = "its markup is nested so deeply that reading it would not come to an end"
        return problem("bomb", filename, why=why, detail=detail)
    if ending.stopped_for == "memory" or (
        ending.signal in _SIGNALS_OF_FAILED_ALLOCATION
        and ending.peak_mb >= _NEAR_THE_LIMIT * limits.memory_mb
    ):
        return problem("memory", filename, limit=limits.memory_mb, detail=detail)
    return problem("crashed", filename, detail=detail)


def _outcome(answer: bytes, ending: Ending, request: Request) -> Outcome:
    if not ending.signal and not ending.stopped_for:
        with contextlib.suppress(msgspec.DecodeError):
            return msgspec.json.decode(answer, type=Outcome)
    return Outcome(failure=Failure.of(verdict(ending, request.filename, request.limits)))


class FreshInterpreters:
    """A new interpreter for every document: works everywhere, and costs its start each time."""

    def run(self, request: Request) -> Outcome:
        """See ``Runner.run``."""
        message = msgspec.json.encode(request)
        process = _start("once")
        answer: list[bytes] = []
        # A pipe cannot be waited for with a deadline on every system; a thread can.
        reader = threading.Thread(target=_read_all, args=(process, answer), daemon=True)
        reader.start()
        deadline = time.monotonic() + request.limits.wall_seconds + _GRACE_SECONDS
        stopped_for, peak = "", 0
        try:
            with contextlib.suppress(BrokenPipeError):
                _write(process, LENGTH.pack(len(message)) + message)
            while reader.is_alive():
                reader.join(_WATCH_SECONDS)
                peak = max(peak, resident_bytes(process.pid))
                if time.monotonic() > deadline:
                    stopped_for = "time"
                elif not MEMORY_IS_LIMITED and peak > request.limits.memory_mb * MIB:
                    stopped_for = "memory"
                if stopped_for:
                    break
        finally:
            _end(process, at_once=stopped_for != "" or reader.is_alive())
            reader.join()
        ended_by = -process.returncode if (process.returncode or 0) < 0 else 0
        ending = Ending(0 if stopped_for else ended_by, peak // MIB, stopped_for, 0)
        return _outcome(b"".join(answer), ending, request)

    def close(self) -> None:
        """See ``Runner.close``: nothing outlives ``run`` here."""


class Hosts:
    """Reading processes that stay, one for each thread that parses at the same time.

    A host belongs to the process that started it; after a fork the child starts its own.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[_Host] = []
        os.register_at_fork(after_in_child=self._forget)

    def run(self, request: Request) -> Outcome:
        """See ``Runner.run``."""
        for _ in range(2):
            host = self._take()
            try:
                outcome = host.exchange(request)
            except HostLostError:
                # It had gone idle or was ended between two documents: no fault of this one.
                host.end()
            except BaseException:
                host.end()
                raise
            else:
                self._give_back(host)
                return outcome
        error = problem("crashed", request.filename, detail="the reading process does not start")
        return Outcome(failure=Failure.of(error))

    def close(self) -> None:
        """See ``Runner.close``."""
        with self._lock:
            hosts, self._idle = self._idle, []
        for host in hosts:
            host.end()

    def _take(self) -> "_Host":
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return _Host()

    def _give_back(self, host: "_Host") -> None:
        if host.usable:
            with self._lock:
                self._idle.append(host)
        else:
            host.end()

    def _forget(self) -> None:
        self._lock = threading.Lock()
        hosts, self._idle = self._idle, []
        for host in hosts:
            host.abandon()


class HostLostError(Exception):
    """A host ended before it took on a document."""


class _Host:
    """One reading process; used by one thread at a time."""

    def __init__(self) -> None:
        self._process = _start("host")
        self._answers = _descriptor(self._process)
        self.usable = True

    def exchange(self, request: Request) -> Outcome:
        """Have a document read.

        Raises:
            HostLostError: the host was gone before it began.
        """
        message = msgspec.json.encode(request)
        try:
            _write(self._process, LENGTH.pack(len(message)) + message)
        except BrokenPipeError as error:
            raise HostLostError from error
        if self._receive(len(ACCEPTED), time.monotonic() + _START_SECONDS) != ACCEPTED:
            raise HostLostError
        deadline = time.monotonic() + request.limits.wall_seconds + _GRACE_SECONDS
        head = self._receive(LENGTH.size, deadline)
        header = head and self._receive(LENGTH.unpack(head)[0], deadline)
        if header:
            ending = msgspec.json.decode(header, type=Ending)
            answer = self._receive(ending.size, time.monotonic() + _GRACE_SECONDS)
            if answer is not None:
                return _outcome(answer, ending, request)
        self.usable = False
        late = time.monotonic() >= deadline
        return _outcome(b"", Ending(signal.SIGKILL, 0, "time" if late else "", 0), request)

    def end(self) -> None:
        """End the process and what it forked."""
        self.usable = False
        _end(self._process, at_once=True)

    def abandon(self) -> None:
        """Let go of a host that another process started, without touching it."""
        self.usable = False
        _close_pipes(self._process)
        self._process.returncode = 0

    def _receive(self, size: int, deadline: float) -> bytes | None:
        """So many bytes from the host; ``None`` if it ends or the deadline passes before."""
        waiting = select.poll()
        waiting.register(self._answers, select.POLLIN)
        data = bytearray()
        while len(data) < size:
            left = deadline - time.monotonic()
            if left <= 0 or not waiting.poll(left * 1000):
                return None
            piece = os.read(self._answers, min(size - len(data), MIB))
            if not piece:
                return None
            data += piece
        return bytes(data)


def lasting() -> Hosts | FreshInterpreters:
    """Readers as this system can have them, which end with this process."""
    runner = Hosts() if hasattr(os, "fork") else FreshInterpreters()
    atexit.register(runner.close)
    return runner


def _descriptor(process: subprocess.Popen[bytes]) -> int:
    return cast("IO[bytes]", process.stdout).fileno()


def _write(process: subprocess.Popen[bytes], data: bytes) -> None:
    target = cast("IO[bytes]", process.stdin)
    view = memoryview(data)
    while view:
        view = view[target.write(view) :]


def _read_all(process: subprocess.Popen[bytes], answer: list[bytes]) -> None:
    answer.append(cast("IO[bytes]", process.stdout).read())


def _close_pipes(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def _end(process: subprocess.Popen[bytes], *, at_once: bool) -> None:
    if at_once:
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
    _close_pipes(process)
