"""How far a command to many messages has come."""

import threading


class Course:
    """Written by the thread that works and read by the one that shows it, which may ask it to stop.

    ``done`` of ``total`` messages are through; ``total`` is 0 until that is known.
    """

    def __init__(self) -> None:
        self.done = 0
        self.total = 0
        self._stopped = threading.Event()

    def begin(self, total: int) -> None:
        self.done, self.total = 0, total

    def advance(self, by: int) -> None:
        self.done += by

    def stop(self) -> None:
        """Ask for an end after the part that is under way."""
        self._stopped.set()

    def is_stopped(self) -> bool:
        return self._stopped.is_set()
