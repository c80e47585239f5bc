"""Local processes, each under a watchdog that ends it when its owner is gone."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from worker_core.operations.errors import MemberFailed
from worker_core.operations.identity import Identity, identity, myself
from worker_core.operations.logs import rotate, tail
from worker_core.operations.runtime import watchdog_command

POLL_S = 0.05
AFTER_KILL_S = 5.0


@dataclass(frozen=True, slots=True)
class Running:
    """A process that was started, with its watchdog and the process that asked for it."""

    process: Identity
    watchdog: Identity
    owner: Identity
    since: float

    @property
    def mine(self) -> bool:
        return self.owner == myself()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: object) -> Self | None:
        """The counterpart of ``as_json``; None for anything else."""
        if not isinstance(value, dict):
            return None
        try:
            who = {
                role: Identity(int(value[role]["pid"]), float(value[role]["created"]))
                for role in ("process", "watchdog", "owner")
            }
            return cls(**who, since=float(value["since"]))
        except (KeyError, TypeError, ValueError):
            return None


@dataclass(frozen=True, slots=True)
class _Child:
    watchdog: "subprocess.Popen[bytes]"
    lifeline: int


# The lifeline of a child must stay open until this process ends, whoever forgets the child.
_children: dict[int, _Child] = {}
# How those ended that were forgotten: whoever asks for a member's end may come after that.
_codes: dict[int, int] = {}
_children_lock = threading.Lock()


def start(
    command: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    delay: float = 0.0,
    grace: float = 10.0,
) -> Running:
    """Run ``command`` in ``folder``, writing to ``log``, until it ends, is ended, or this process
    is gone: ``delay`` seconds after that it gets SIGTERM, and SIGKILL ``grace`` seconds later.

    Raises:
        MemberFailed: it cannot be run.
    """
    _forget_ended()
    rotate(log)
    watchdog = [*watchdog_command(), "--delay", str(delay), "--grace", str(grace), "--", *command]
    end, lifeline = os.pipe()
    try:
        with log.open("ab") as output:
            started = subprocess.Popen(
                watchdog,
                stdin=end,
                stdout=subprocess.PIPE,
                stderr=output,
                cwd=folder,
                env={**os.environ, **(environment or {})},
                start_new_session=True,  # out of reach of the terminal's Ctrl+C
            )
    except OSError as error:
        os.close(lifeline)
        raise MemberFailed(
            f"{command[0]} could not be started: {error.strerror or error}.",
            f"Look at {log.parent} and at the free memory and disk of this computer.",
        ) from error
    finally:
        os.close(end)
    with _children_lock:
        _children[started.pid] = _Child(started, lifeline)
        _codes.pop(started.pid, None)
    return _identify(started, log)


def _identify(watchdog: "subprocess.Popen[bytes]", log: Path) -> Running:
    assert watchdog.stdout is not None  # noqa: S101 - it is a pipe
    with watchdog.stdout as report:
        line = report.readline().strip()
    process = identity(int(line)) if line.isdigit() else None
    itself = identity(watchdog.pid)
    if process is None or itself is None:
        watchdog.wait()
        forget(watchdog.pid)
        raise MemberFailed(
            "A local process ended as soon as it was started: "
            f"{tail(log, 3).strip() or f'exit code {watchdog.returncode}'}",
            f"Its log is {log}.",
        )
    return Running(process, itself, myself(), time.time())


def exit_code(running: Running) -> int | None:
    """The exit code of a process that this process started; 128 + n stands for signal n.

    None while it runs, or where another process started it.
    """
    if not running.mine:
        return None
    with _children_lock:
        child = _children.get(running.watchdog.pid)
        known = _codes.get(running.watchdog.pid)
    if child is None:
        return known
    if child.watchdog.poll() is None and not running.watchdog.alive():
        # A process of several threads looks dead a moment before it can be waited for.
        child.watchdog.wait()
    code: int | None = child.watchdog.returncode
    return None if code is None else _told(code)


def _told(code: int) -> int:
    return code if code >= 0 else 128 - code


def alive(running: Running) -> bool:
    """Whether the process or its watchdog runs."""
    if exit_code(running) is not None:
        return running.process.alive()
    return running.watchdog.alive() or running.process.alive()


def forget(watchdog_pid: int) -> None:
    """Give up the lifeline of a watchdog that has ended."""
    with _children_lock:
        child = _children.pop(watchdog_pid, None)
    if child is not None:
        os.close(child.lifeline)
        code = child.watchdog.wait()
        with _children_lock:
            _codes[watchdog_pid] = _told(code)


def _forget_ended() -> None:
    """Let go of children that another process has stopped."""
    with _children_lock:
        ended = [pid for pid, child in _children.items() if child.watchdog.poll() is not None]
    for pid in ended:
        forget(pid)


def ask(running: Running, name: str) -> None:
    """Send the signal ``name``, such as "TERM", if the process still runs."""
    number = getattr(signal, f"SIG{name}", signal.SIGTERM)
    # Not through the watchdog, which may be gone.
    if running.process.alive():
        with suppress(ProcessLookupError):
            os.kill(running.process.pid, number)


def wait(running: Running, timeout: float) -> bool:
    """Whether the process and its watchdog were gone within ``timeout`` seconds."""
    deadline = time.monotonic() + timeout
    while alive(running):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
    return True


def kill(running: Running) -> None:
    """End the process, all that is left of its group, and its watchdog at once.

    Raises:
        MemberFailed: something of it is still there, as a process can be that waits for a disk.
    """
    _kill_group(running.process)
    if not wait(running, AFTER_KILL_S) and running.watchdog.alive():
        with suppress(ProcessLookupError):
            os.kill(running.watchdog.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        _kill_group(running.process)
    if not wait(running, AFTER_KILL_S):
        raise MemberFailed(
            f"Process {running.process.pid} cannot be ended.",
            "It may wait for a disk or a network share. End it in the system's process manager.",
        )


def _kill_group(leader: Identity) -> None:
    if sys.platform == "win32":
        import psutil

        if leader.alive():
            process = psutil.Process(leader.pid)
            for one in (*process.children(recursive=True), process):
                one.kill()
    # A group outlives its leader, and keeps its id from being given away.
    elif leader.owns_its_id():
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(leader.pid, signal.SIGKILL)
