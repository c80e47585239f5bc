"""A page that follows what the bridge hands over while it is in sight."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from desktop_app.monitor.rows import Batch
from desktop_app.qt_models.bridge import Bridge

STALE_AFTER = 5.0
"""Seconds without a connection after which rows are greyed."""

_SECOND_MS = 1000


class LivePage(QWidget):
    """Whoever inherits overrides ``take`` for each batch and ``tick`` for each second. A page that
    is not in sight is told nothing, and catches up with the next one that it is shown."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._live = False
        self._second = QTimer(self, interval=_SECOND_MS)
        self._second.timeout.connect(self.tick)

    def take(self, batch: Batch) -> None:
        raise NotImplementedError

    def tick(self) -> None:
        raise NotImplementedError

    def came_into_sight(self) -> None:
        """The page has caught up, and begins to follow."""

    def went_out_of_sight(self) -> None:
        """From now on nothing is followed, and no timer may run."""

    def shown(self) -> None:
        if self._live:
            return
        self._live = True
        self.take(self._bridge.snapshot())
        self._bridge.batch.connect(self.take)
        self._second.start()
        self.came_into_sight()
        self.tick()

    def hidden(self) -> None:
        if not self._live:
            return
        self._live = False
        self._bridge.batch.disconnect(self.take)
        self._second.stop()
        self.went_out_of_sight()
