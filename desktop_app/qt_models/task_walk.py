"""A look through many rows that nobody has to wait for."""

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.qt_models.task_store import TaskStore

_SLICE_SECONDS: Final = 0.003
_SLICE_ROWS: Final = 256


class Walk(QObject):
    """Goes from the newest row to the oldest in slices of 3 ms.

    :param select: is given the falling positions of some rows, and gives the ``seq`` of those that
        are wanted
    :param take: is given what was wanted of a slice
    :param pause: milliseconds between slices
    """

    running_changed = Signal(bool)

    def __init__(
        self,
        select: Callable[[range], list[int]],
        take: Callable[[list[int]], None],
        parent: QObject,
        *,
        pause: int = 0,
    ) -> None:
        super().__init__(parent)
        self._select = select
        self._take = take
        self._store = TaskStore()
        # Rows below this ``seq`` are yet to be seen; their positions shift as others leave.
        self._below = 0
        self._timer = QTimer(self)
        self._timer.setInterval(pause)
        self._timer.timeout.connect(self._go_on)

    @property
    def running(self) -> bool:
        return self._timer.isActive()

    def start(self, store: TaskStore) -> None:
        """Begin with the newest row, and at once, so that the first hits are there."""
        self._store = store
        self._below = store.last_seq + 1
        if not len(store):
            self.stop()
            return
        if not self.running:
            self._timer.start()
            self.running_changed.emit(True)
        self._go_on()

    def stop(self) -> None:
        if self.running:
            self._timer.stop()
            self.running_changed.emit(False)

    def _go_on(self) -> None:
        store = self._store
        until = time.perf_counter() + _SLICE_SECONDS
        wanted: list[int] = []
        place = store.first_from(self._below) - 1
        while place >= 0:
            end = max(place - _SLICE_ROWS, -1)
            wanted += self._select(range(place, end, -1))
            place = end
            if time.perf_counter() > until:
                break
        self._below = store.seqs[place + 1] if place >= 0 else 0
        if wanted:
            self._take(wanted)
        if place < 0:
            self.stop()
