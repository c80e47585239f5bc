"""A document's text as the server hands it out, in parts, from any place of it on."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget

from desktop_app.ui import theme
from desktop_app.ui.controls import button
from desktop_app.ui.tokens import Space
from desktop_app.views.documents.reader import HARMLESS, units
from worker_core.operations.remote.answers import Text

_HEIGHT = 320
# Characters shown before a place that is gone to, and asked for at once before what is shown.
_BEFORE = 2_000
_PART = 100_000


class ServedText(QWidget):
    """What has been read of one text, between a way back and a way on."""

    wanted = Signal(int)
    """The character from which on a part is wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "plain")
        self._first = self._next = 0
        self._place: tuple[int, int] | None = None
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setAccessibleName("Text of the document")
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(_HEIGHT)
        self.earlier = button("Read what stands before", self._want_earlier)
        self.more = button("Read the text", self._want_more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self.earlier, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.text)
        column.addWidget(self.more, alignment=Qt.AlignmentFlag.AlignLeft)
        self.begin(None)

    def begin(self, place: tuple[int, int] | None) -> None:
        """Nothing of another text yet; ``place`` is where in it reading begins, in characters."""
        self._place = place
        self._first = self._next = max(0, place[0] - _BEFORE) if place else 0
        self.text.clear()
        self.text.setExtraSelections([])
        self.text.hide()
        self.earlier.hide()
        self.more.setText("Read the text")
        self.more.show()
        self.let_go()

    def go(self) -> None:
        """Ask for the place, where there is one to go to."""
        if self._place is not None:
            self._want_more()

    def let_go(self) -> None:
        """What was asked for has come, or does not."""
        self.more.setEnabled(True)
        self.earlier.setEnabled(True)

    def take(self, part: Text) -> bool:
        """A part has come: the next one, or the one before. Whether it has the place to go to."""
        if part.start == self._next:
            self._next += len(part.text)
            self._insert(part.text, QTextCursor.MoveOperation.End)
            self.more.setText("Read on")
            self.more.setVisible(part.more)
        elif part.start < self._first <= part.start + len(part.text):
            self._insert(part.text[: self._first - part.start], QTextCursor.MoveOperation.Start)
            self._first = part.start
        else:
            return False
        self.text.show()
        self.earlier.setVisible(self._first > 0)
        self.let_go()
        if self._place is None or not part.start <= self._place[0] < self._next:
            return False
        self._show_place(part, *self._place)
        self._place = None
        return True

    def _insert(self, words: str, where: QTextCursor.MoveOperation) -> None:
        cursor = self.text.textCursor()
        cursor.movePosition(where)
        cursor.insertText(words.translate(HARMLESS))

    def _show_place(self, part: Text, start: int, end: int) -> None:
        found = QTextEdit.ExtraSelection()
        cursor = self.text.textCursor()
        cursor.setPosition(units(part.text[: start - part.start]))
        cursor.setPosition(units(part.text[: end - part.start]), QTextCursor.MoveMode.KeepAnchor)
        found.cursor = cursor
        found.format.setBackground(theme.tokens().accent_soft)
        found.format.setForeground(theme.tokens().accent)
        self.text.setExtraSelections([found])
        at = self.text.textCursor()
        at.setPosition(cursor.selectionStart())
        self.text.setTextCursor(at)
        self.text.centerCursor()

    def _want_more(self) -> None:
        self.more.setEnabled(False)
        self.wanted.emit(self._next)

    def _want_earlier(self) -> None:
        self.earlier.setEnabled(False)
        self.wanted.emit(max(0, self._first - _PART))
