"""The one way from the monitor's threads into the window."""

from typing import Final, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.monitor.rows import Batch

INTERVAL_MS: Final = 100


class Source(Protocol):
    """Where batches come from: a ``Monitor``."""

    def take(self) -> Batch | None: ...

    def snapshot(self) -> Batch: ...


class Bridge(QObject):
    """Takes what has changed ten times a second and emits it as one ``batch``, in the window's
    thread. While paused nothing is taken; the source keeps the latest version of everything, so
    the batch after ``resume`` brings it all."""

    batch = Signal(object)
    """A ``Batch``; not emitted when nothing changed."""

    paused_changed = Signal(bool)

    def __init__(
        self, source: Source, parent: QObject | None = None, interval_ms: int = INTERVAL_MS
    ) -> None:
        super().__init__(parent)
        self._source = source
        self._paused = False
        self._running = False
        self._timer = QTimer(self)
        self._timer.setInterval(interval_ms)
        self._timer.timeout.connect(self._pass_on)

    @property
    def paused(self) -> bool:
        return self._paused

    def start(self) -> None:
        self._running = True
        if not self._paused:
            self._timer.start()

    def stop(self) -> None:
        self._running = False
        self._timer.stop()

    def pause(self) -> None:
        if not self._paused:
            self._paused = True
            self._timer.stop()
            self.paused_changed.emit(True)

    def resume(self) -> None:
        if self._paused:
            self._paused = False
            if self._running:
                self._timer.start()
                self._pass_on()
            self.paused_changed.emit(False)

    def snapshot(self) -> Batch:
        """All there is, for a page that is built late: apply this, then connect to ``batch``."""
        return self._source.snapshot()

    def _pass_on(self) -> None:
        batch = self._source.take()
        if batch is not None:
            self.batch.emit(batch)
