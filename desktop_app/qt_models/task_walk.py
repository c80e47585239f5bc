"""A look through many rows that nobody has to wait for."""

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

from desktop_app.monitor.rows import TaskRow
from desktop_app.qt_models.task_store import TaskStore

_SLICE_SECONDS: Final = 0.003
_SLICE_ROWS: Final = 256


class Walk(QObject):
    """Goes from the newest row to the oldest in slices of 3 ms, marks those that match, and tells
    their ``seq`` to ``found``; ``running_changed`` hears when it starts and ends."""

    def __init__(
        self,
        found: Callable[[list[int]], None],
        running_changed: Callable[[bool], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._found = found
        self._running_changed = running_changed
        self._store = TaskStore()
        self._matches: Callable[[TaskRow], bool] = bool
        # Rows below this ``seq`` are yet to be seen; their positions shift as others leave.
        self._below = 0
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._go_on)

    @property
    def running(self) -> bool:
        return self._timer.isActive()

    def start(self, store: TaskStore, matches: Callable[[TaskRow], bool]) -> None:
        """Begin with the newest row, and at once, so that the first hits are there."""
        self._store, self._matches = store, matches
        self._below = store.last_seq + 1
        if not len(store):
            self.stop()
            return
        if not self.running:
            self._timer.start()
            self._running_changed(True)
        self._go_on()

    def stop(self) -> None:
        if self.running:
            self._timer.stop()
            self._running_changed(False)

    def _go_on(self) -> None:
        store, matches = self._store, self._matches
        until = time.perf_counter() + _SLICE_SECONDS
        found = []
        place = store.first_from(self._below) - 1
        while place >= 0:
            end = max(place - _SLICE_ROWS, -1)
            for at in range(place, end, -1):
                if not store.marks[at] and matches(store.rows[at]):
                    store.marks[at] = 1
                    found.append(store.seqs[at])
            place = end
            if time.perf_counter() > until:
                break
        self._below = store.seqs[place + 1] if place >= 0 else 0
        if found:
            self._found(found)
        if place < 0:
            self.stop()
