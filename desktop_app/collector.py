"""Python's garbage collector, in the main thread alone.

It runs in whichever thread happens to allocate. When that is a thread of the monitor and what it
finds is a widget in a cycle, Qt's object ends in a thread that it does not belong to: its timers
cannot be stopped there, and the process may end with it.
"""

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 1000


class MainThreadCollector(QObject):
    """Collects on a timer of the main thread, by the interpreter's own thresholds, from its
    making until ``stop``."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        gc.disable()
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    def stop(self) -> None:
        """Collect once more, and let the interpreter do it again."""
        self._timer.stop()
        gc.collect()
        gc.enable()

    def _collect(self) -> None:
        counts = gc.get_count()
        due = [
            generation
            for generation, (count, limit) in enumerate(zip(counts, self._thresholds, strict=True))
            if limit and count > limit
        ]
        if due:
            gc.collect(max(due))
