"""Files that are let go anywhere in the window."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from desktop_app.ui import fonts, formats, icons, theme
from desktop_app.ui.tokens import Radius, Space, Type

PICTURE = 48
BOX = (440, 196)


def local_files(data: QMimeData) -> list[Path]:
    """The files and folders of this computer among what is held, in its order. Links and text are
    left alone."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


class DropOverlay(QWidget):
    """Covers the window while files are held above it, and takes them.

    It takes them itself so that no text field below takes their names for text.
    """

    dropped = Signal(list)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._over = window
        self._words = ""
        self._entered = False
        self.setAcceptDrops(True)
        self.hide()

    def offer(self, event: QDragEnterEvent) -> None:
        """Something has come over the window: cover it if it is files."""
        files = local_files(event.mimeData())
        if not files:
            event.ignore()
            return
        self._words = f"Drop to process {formats.plural(len(files), 'file')}"
        self.setAccessibleName(self._words)
        self._entered = False
        _take(event)
        self.cover()
        self.show()
        self.raise_()

    def cover(self) -> None:
        self.setGeometry(self._over.rect())

    def withdraw(self) -> None:
        """The window has been left: for another, or because this now lies over it, in which case
        it is entered at once."""
        QTimer.singleShot(0, self, self._hide_unless_entered)

    def take(self, event: QDropEvent) -> None:
        self.hide()
        if files := local_files(event.mimeData()):
            _take(event)
            # The program that the files come from waits until this returns.
            QTimer.singleShot(0, self, lambda: self.dropped.emit(files))
        else:
            event.ignore()

    def _hide_unless_entered(self) -> None:
        if not self._entered:
            self.hide()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._entered = True
        _take(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        _take(event)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self.take(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), t.scrim)
        box = QRect(0, 0, *BOX)
        box.moveCenter(self.rect().center())
        painter.setPen(QPen(t.accent, 2, Qt.PenStyle.DashLine))
        painter.setBrush(t.raised)
        painter.drawRoundedRect(box, Radius.LARGE, Radius.LARGE)
        shape = icons.pixmap("drop", t.accent, PICTURE, self.devicePixelRatioF())
        top = box.top() + Space.XXL
        painter.drawPixmap(box.center().x() - PICTURE // 2, top, shape)
        centre = int(Qt.AlignmentFlag.AlignHCenter)
        words = box.adjusted(0, Space.XXL + PICTURE + Space.L, 0, 0)
        painter.setPen(t.text)
        painter.setFont(fonts.strong(Type.HEADING))
        painter.drawText(words, centre, self._words)
        painter.setPen(t.text_muted)
        painter.setFont(fonts.sans())
        hint = "Filings, releases and reports as HTML, PDF, Word or text"
        painter.drawText(words.adjusted(0, Space.XL + Space.XS, 0, 0), centre, hint)


def _take(event: QDropEvent) -> None:
    """A move would allow the program that the files come from to delete them."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()
