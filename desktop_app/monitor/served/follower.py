"""The thread that follows one task by its stream, as long as that lets it."""

import threading
from collections.abc import Callable
from typing import Final

from worker_core.operations.errors import OperationError
from worker_core.operations.remote.answers import Task
from worker_core.operations.remote.api import Api
from worker_core.operations.remote.errors import (
    NotTheServer,
    NotYours,
    SignInAgain,
    TooLarge,
    TooMany,
)
from worker_core.operations.remote.stream import TaskStream

PAUSES_S: Final = (0.5, 1.0, 2.0, 4.0)
# What is not mended by asking again: the task is looked at in lists from then on.
_NO_STREAM: Final = (NotTheServer, NotYours, SignInAgain, TooLarge, TooMany)


class Follower:
    """Begins at once. ``heard`` is given each state, in this thread; after a break it goes on
    behind the last event (Last-Event-ID). ``gave_up`` where there is no stream to be had."""

    def __init__(self, api: Api, task_id: str, heard: Callable[[Task], object]) -> None:
        self._api, self._task_id, self._heard = api, task_id, heard
        self.gave_up = False
        self._stopping = threading.Event()
        self._stream: TaskStream | None = None
        self._thread = threading.Thread(target=self._run, name="afi-served-task", daemon=True)
        self._thread.start()

    @property
    def over(self) -> bool:
        return not self._thread.is_alive()

    def stop(self) -> None:
        """Ask the thread to end; returns at once."""
        self._stopping.set()
        if (stream := self._stream) is not None:
            stream.close()

    def join(self, timeout: float) -> bool:
        self._thread.join(timeout)
        return self.over

    def _run(self) -> None:
        last, breaks = "", 0
        while not self._stopping.is_set():
            stream = self._stream = self._api.stream(self._task_id, last)
            if self._stopping.is_set():
                return
            try:
                for task in stream:
                    breaks = 0
                    self._heard(task)
            except _NO_STREAM:
                self.gave_up = True
                return
            except OperationError:
                breaks += 1  # the server is away, or the way to it: it is tried again
            last = stream.last_event_id
            if stream.ended:
                return
            self._stopping.wait(PAUSES_S[min(breaks, len(PAUSES_S) - 1)])
