"""Where files go in: the place to drop them, and a button for those who do not drag."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.ui import fonts, icons, theme
from desktop_app.ui.controls import Label, button
from desktop_app.ui.tokens import Radius, Space

_ENDINGS = "htm html xhtml txt pdf docx xlsx xls csv tsv json zip"
FILTERS = (
    f"Filings and reports ({' '.join(f'*.{ending}' for ending in _ENDINGS.split())})",
    "All files (*)",
)
_HINT_FROM = 460


class DropZone(QWidget):
    """The whole window takes drops; this says so."""

    files_chosen = Signal(list)
    """Paths that were chosen in the dialog."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = QLabel()
        sentence = Label("Drop filings anywhere in this window", font=fonts.medium())
        self._hint = Label(
            "10-K, 10-Q, 8-K, releases, reports and workbooks. "
            "A folder or a zip archive brings its files.",
            font=fonts.sans(12),
            ink="text_muted",
            elide=Qt.TextElideMode.ElideRight,
        )
        self.button = button("Choose files…", self.choose, icon="folder")
        words = QVBoxLayout()
        words.setSpacing(Space.XXS)
        words.addWidget(sentence)
        words.addWidget(self._hint)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        layout.setSpacing(Space.M)
        layout.addWidget(self._picture)
        layout.addLayout(words, 1)
        layout.addWidget(self.button)
        theme.follow(self, self._redraw)

    def choose(self) -> None:
        """Ask for files. Nothing waits for the answer."""
        dialog = QFileDialog(self.window(), "Choose filings to process")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(FILTERS)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self._chosen)
        dialog.open()

    def _chosen(self, names: Sequence[str]) -> None:
        self.files_chosen.emit([Path(name) for name in names])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._hint.setVisible(self.width() >= _HINT_FROM)

    def _redraw(self) -> None:
        self._picture.setPixmap(icons.pixmap("drop", size=24))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(t.border, 1)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.setBrush(t.surface)
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(rect, Radius.MEDIUM, Radius.MEDIUM)
