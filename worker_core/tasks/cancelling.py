"""Cancelling a running task in a pool that cannot end one: the task is asked, and stops itself.

The threads of a pool share this module with the worker's main thread, which hears the command. A
task looks each time that it reports its progress, so that one that reports none runs to its end.
"""

import threading


class Cancelled(BaseException):
    """Somebody has cancelled the task that runs. Not an `Exception`: a body that goes on after the
    failure of one of its parts must not go on after this."""


_asked: set[str] = set()
_lock = threading.Lock()


def ask(task_id: str) -> None:
    """Have the task stop at its next word of progress."""
    with _lock:
        _asked.add(task_id)


def look(task_id: str) -> None:
    """Return if the task may go on.

    Raises:
        Cancelled: it was asked to stop.
    """
    # Reading a set needs no lock, and nearly always it is empty.
    if task_id in _asked:
        raise Cancelled(task_id)


def forget(task_id: str) -> None:
    """The task has ended, in whatever way."""
    with _lock:
        _asked.discard(task_id)
