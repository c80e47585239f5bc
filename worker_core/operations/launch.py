"""Runs one command that must not outlive the process that asked for it.

Standard input is a pipe whose other end the asking process holds and never writes to: its end of
file means that this process is gone, however it died. Standard output gets one line with the
command's process id; the command's own output goes to standard error.

Imports little of the standard library and nothing else, since one of these runs beside every
local process.
"""

import argparse
import os
import signal
import subprocess
import sys
import threading
import time
from types import FrameType

# Forked copies of the asking process may hold the pipe open; its process id tells too.
PARENT_CHECK_S = 2.0
FORWARDED = ("SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1")
STANDARD_ERROR = 2
CANNOT_RUN = 127


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="launch")
    parser.add_argument("--signal", default="TERM", help="sent when the asking process is gone")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before that signal")
    parser.add_argument("--grace", type=float, default=10.0, help="seconds from it to SIGKILL")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args(arguments)
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    stop_signal = getattr(signal, f"SIG{options.signal}")
    return run(command, stop_signal, options.delay, options.grace)


def run(command: list[str], stop_signal: int, delay: float, grace: float) -> int:
    """Run ``command`` and return its exit code, or 128 + n where signal n ended it."""
    early: list[int] = []
    child: subprocess.Popen[bytes] | None = None

    def forward(number: int, _frame: FrameType | None) -> None:
        if child is None:
            early.append(number)
        else:
            child.send_signal(number)

    us = os.getpid()

    def die_with_us() -> None:
        die_with_parent(parent=us)

    for name in FORWARDED:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), forward)
    try:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=STANDARD_ERROR,
            # A group of its own, so that what the command leaves behind can be ended with it.
            process_group=0,
            preexec_fn=die_with_us if sys.platform == "linux" else None,  # noqa: PLW1509 - no thread runs yet
        )
    except OSError as error:
        text = f"Cannot run {command[0]}: {error.strerror or error}\n"
        os.write(STANDARD_ERROR, text.encode(errors="replace"))
        return CANNOT_RUN
    for number in early:
        child.send_signal(number)
    _report(child.pid)
    threading.Thread(
        target=_end_with_parent, args=(child, stop_signal, delay, grace), daemon=True
    ).start()
    code = child.wait()
    _kill_group(child.pid)
    return code if code >= 0 else 128 - code


def die_with_parent(number: int = signal.SIGKILL, parent: int | None = None) -> None:
    """Have the kernel send this process ``number`` when the thread that forked it ends.

    ``parent`` is the id of the process that forked, where it is known for certain: should it be
    gone already, the signal comes at once. Linux alone has this; elsewhere nothing happens.
    """
    if sys.platform == "linux":
        import ctypes

        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, number)
        if parent is not None and os.getppid() != parent:
            os.kill(os.getpid(), number)


def _report(pid: int) -> None:
    """Tell the command's process id, and close the pipe so that nothing can block on it."""
    line = f"{pid}\n".encode()
    try:
        os.write(1, line)
    except OSError:
        return  # nobody listens any more: the parent's end is noticed elsewhere
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)


def _end_with_parent(
    child: "subprocess.Popen[bytes]", stop_signal: int, delay: float, grace: float
) -> None:
    _wait_for_parents_end()
    time.sleep(delay)
    child.send_signal(stop_signal)
    # The whole process ends as soon as the command does, and this thread with it.
    time.sleep(grace)
    _kill_group(child.pid)
    child.kill()


def _wait_for_parents_end() -> None:
    if sys.platform == "win32":
        while os.read(0, 1):
            pass
        return
    import select

    parent = os.getppid()
    while os.getppid() == parent:
        ready, _, _ = select.select([0], [], [], PARENT_CHECK_S)
        if ready and not os.read(0, 1):
            return


def _kill_group(group: int) -> None:
    if sys.platform != "win32":
        try:
            os.killpg(group, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return  # nobody is left; macOS says "not permitted" of a group of zombies


if __name__ == "__main__":
    sys.exit(main())
