"""Files that the system hands to a program that runs, as macOS does for "Open with" and its Dock.

Elsewhere they are words of a second start (`single_instance`).
"""

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QFileOpenEvent, QGuiApplication


class OpenedFiles(QObject):
    """Keeps what comes before somebody has asked for it; tells of what comes after."""

    came = Signal(list)
    """Files, as a list of `Path`, once `take` was called."""

    def __init__(self, application: QGuiApplication) -> None:
        super().__init__(application)
        self._waiting: list[Path] | None = []
        application.installEventFilter(self)

    def take(self) -> list[Path]:
        """What came until now."""
        taken, self._waiting = self._waiting or [], None
        return taken

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        # An address that is no file says nothing here, and is left to Qt.
        if not isinstance(event, QFileOpenEvent) or not event.file():
            return False
        file = Path(event.file())
        if self._waiting is None:
            self.came.emit([file])
        else:
            self._waiting.append(file)
        return True
