"""Files that are let go anywhere in the window."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QRect, Qt, QTimer, Signal
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
BOX = (440, 176)


def local_files(data: QMimeData) -> list[Path]:
    """The files and folders of this computer among what is held, in its order. Links and text are
    left alone."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


class DropOverlay(QWidget):
    """Covers its window while files are held above it, and takes them.

    It watches the native window, so that it lies above every widget before any of them is asked: a
    text field would take the names of the files for text.
    """

    dropped = Signal(list)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._over = window
        self._words = ""
        self.setAcceptDrops(True)
        self.hide()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent):
            self._cover(local_files(event.mimeData()))
        return False

    def _cover(self, files: Sequence[Path]) -> None:
        if not files:
            return
        self._words = f"Drop to process {formats.plural(len(files), 'file')}"
        self.setAccessibleName(self._words)
        self.fit()
        self.show()
        self.raise_()

    def fit(self) -> None:
        """Be as large as the window."""
        self.setGeometry(self._over.rect())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        files = local_files(event.mimeData())
        self._cover(files)
        _answer(event, files)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        _answer(event, local_files(event.mimeData()))

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self.hide()
        files = local_files(event.mimeData())
        _answer(event, files)
        if files:
            # The program that the files come from waits until this returns.
            QTimer.singleShot(0, self, lambda: self.dropped.emit(files))

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


def _answer(event: QDropEvent, files: Sequence[Path]) -> None:
    """Takes files as copies: a move would allow the program that they come from to delete them."""
    if files:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
    else:
        event.ignore()
