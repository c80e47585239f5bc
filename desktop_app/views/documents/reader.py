"""A stretch of a document's text, loaded piece by piece as it is read."""

import math

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit, QWidget

from desktop_app.ui import fonts, theme
from desktop_app.ui.tokens import Space
from desktop_app.views.documents.aligning import align_tables

PIECE = 16_000
BEFORE = 2_000
"""Characters shown before a place that was asked for, so that it is read in its context."""

_LINE_HEIGHT = 140.0
_LAID_OUT_AT_ONCE = 4 * PIECE
_SETTLED_MS = 150
"""After the last change of width, before tables are laid out anew for it."""

# Qt begins a new paragraph at these, or lets them turn the order of what follows. Each is shown as
# one other character, so that places in the text stay true.
HARMLESS = {
    **dict.fromkeys(map(ord, "\r\x0b\x0c\x85\u2028\u2029\ufdd0\ufdd1\ufffc"), " "),
    **dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"), "\u200b"),
}


def units(text: str) -> int:
    """The length of a text as Qt counts it: a character beyond U+FFFF counts as two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def selection(cursor: QTextCursor, look: QTextCharFormat) -> QTextEdit.ExtraSelection:
    """A look that lies over the text without being a part of it."""
    result = QTextEdit.ExtraSelection()
    result.cursor = cursor
    result.format = look
    return result


class Reader(QTextEdit):
    """Shows characters ``start`` to ``end`` of a text that someone else holds.

    Offsets are code points in the whole text. :attr:`wanted` asks for a piece, :meth:`add` brings
    it; one piece at a time.
    """

    wanted = Signal(int, int, int)
    """The number of the stretch, and the start and end of the piece."""
    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setAccessibleName("Text of the document")
        self.setFont(fonts.sans())
        self.setStyleSheet("QTextEdit { border: none; }")
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        # A bar that comes and goes would wrap the lines anew each time, and they bring it back.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setAcceptDrops(False)
        self.document().setDocumentMargin(Space.L)
        self.setTabStopDistance(6 * self.fontMetrics().averageCharWidth())
        self._realign = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._realign.timeout.connect(self._align_all)
        self._stretch = 0
        self._start = self._end = 0
        self._from = self._to = 0
        self._text = ""
        self._wide = False  # whether a character is there that Qt counts twice
        self._asked = False
        self._mark: tuple[int, int] | None = None
        self._show_mark = False
        self._check = QTimer(self, singleShot=True, interval=0)
        self._check.timeout.connect(self._ask)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.verticalScrollBar().rangeChanged.connect(self._check.start)
        theme.follow(self, self._highlight)

    @property
    def loaded(self) -> tuple[int, int]:
        """The characters that are here."""
        return self._from, self._to

    def show_stretch(self, start: int, end: int, mark: tuple[int, int] | None = None) -> None:
        """Begin a stretch, at its start or, with ``mark``, where that passage stands."""
        self._stretch += 1
        self._start, self._end, self._mark = start, end, mark
        at = start if mark is None else max(start, mark[0] - BEFORE)
        self._from = self._to = at
        self._text = ""
        self._wide = False
        self._asked = False
        self._show_mark = mark is not None
        self.clear()
        self._ask()

    def add(self, stretch: int, start: int, text: str) -> None:
        """Take in a piece; one of an earlier stretch is dropped."""
        if stretch != self._stretch:
            return
        self._asked = False
        if not text:
            self._end = min(self._end, max(self._to, start))
            return
        shown = text.translate(HARMLESS)
        self._wide = self._wide or max(shown) > "\uffff"
        if start == self._to:
            self._insert(QTextCursor.MoveOperation.End, shown)
            self._text += shown
            self._to += len(shown)
        elif start + len(shown) == self._from:
            self._insert_before(shown)
        self.dress(start, start + len(shown))
        self._highlight()
        if self._show_mark:
            self._scroll_to_mark()
        self._check.start()
        self.moved.emit()

    def dress(self, start: int, end: int) -> None:
        """Give the characters from ``start`` to ``end``, which are here, their looks."""

    def mark_passage(self, mark: tuple[int, int] | None) -> None:
        """Mark a passage where one reads, without going there."""
        self._show_mark = self._show_mark and mark == self._mark
        self._mark = mark
        self._highlight()

    def shown_range(self) -> tuple[int, int]:
        """The first and last character in sight, as code points of the whole text."""
        first = self.cursorForPosition(QPoint(0, 0)).position()
        corner = QPoint(self.viewport().width() - 1, self.viewport().height() - 1)
        last = self.cursorForPosition(corner).position()
        return self._offset(first), self._offset(last)

    def _insert(self, where: QTextCursor.MoveOperation, text: str) -> None:
        cursor = QTextCursor(self.document())
        cursor.movePosition(where)
        begun = cursor.position()
        cursor.beginEditBlock()
        cursor.insertText(text)
        cursor.setPosition(begun, QTextCursor.MoveMode.KeepAnchor)
        layout = QTextBlockFormat()
        layout.setBottomMargin(Space.XS + 2)
        layout.setLineHeight(
            _LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
        )
        cursor.mergeBlockFormat(layout)
        align_tables(cursor, self._line_width())
        cursor.endEditBlock()

    def _line_width(self) -> float:
        return self.viewport().width() - 2 * self.document().documentMargin()

    def _align_all(self) -> None:
        """The width is another now, and with it the room that the tables have."""
        place = self._in_sight()
        height = self.cursorRect(place).top()
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.beginEditBlock()
        align_tables(cursor, self._line_width())
        cursor.endEditBlock()
        self._hold(place, height)

    def _insert_before(self, text: str) -> None:
        """Puts a piece on top and keeps what is read where it is."""
        top = self.cursorForPosition(QPoint(0, 0))
        before = self.cursorRect(top).top()
        self._insert(QTextCursor.MoveOperation.Start, text)
        self._text = text + self._text
        self._from -= len(text)
        self._hold(top, before)

    def _hold(self, cursor: QTextCursor, height: int) -> None:
        """Scrolls so that a place in the text stands where it stood in the viewport."""
        bar = self.verticalScrollBar()
        value = bar.value() + self.cursorRect(cursor).top() - height
        if self._to >= self._end and self._to - self._from <= _LAID_OUT_AT_ONCE:
            # Of so little the end is known, and nothing is scrolled past it.
            end = math.ceil(self.document().size().height()) - self.viewport().height()
            value = min(value, max(end, 0))
        # The rest is laid out later; the length of what is there by now must not be the end.
        bar.setMaximum(max(bar.maximum(), value))
        bar.setValue(value)

    def _in_sight(self) -> QTextCursor:
        """The place that a reader looks at: the marked passage, else the top."""
        mark = self._marked()
        if mark is not None:
            mark.setPosition(mark.selectionStart())
            if self.viewport().rect().contains(self.cursorRect(mark).center()):
                return mark
        return self.cursorForPosition(QPoint(0, 0))

    def _scrolled(self) -> None:
        self._ask()
        self.moved.emit()

    def _ask(self) -> None:
        """Ask for what is about to be seen."""
        if self._asked or self._start >= self._end:
            return
        bar = self.verticalScrollBar()
        if self._to < self._end and bar.value() >= bar.maximum() - bar.pageStep():
            self._asked = True
            self.wanted.emit(self._stretch, self._to, min(self._to + PIECE, self._end))
        elif self._from > self._start and bar.value() <= bar.pageStep() // 2:
            self._asked = True
            self.wanted.emit(self._stretch, max(self._start, self._from - PIECE), self._from)

    def _position(self, offset: int) -> int:
        place = min(max(offset - self._from, 0), len(self._text))
        return units(self._text[:place]) if self._wide else place

    def _offset(self, position: int) -> int:
        if not self._wide:
            return self._from + min(position, len(self._text))
        head = self._text.encode("utf-16-le", "surrogatepass")[: 2 * position]
        return self._from + len(head.decode("utf-16-le", "ignore"))

    def _over(self, passage: tuple[int, int]) -> QTextCursor | None:
        """A cursor over what is here of a passage."""
        if passage[1] <= self._from or passage[0] >= self._to:
            return None
        cursor = QTextCursor(self.document())
        cursor.setPosition(self._position(passage[0]))
        cursor.setPosition(self._position(passage[1]), QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _marked(self) -> QTextCursor | None:
        return None if self._mark is None else self._over(self._mark)

    def _highlight(self) -> None:
        self.setExtraSelections(self._selections())

    def _selections(self) -> list[QTextEdit.ExtraSelection]:
        cursor = self._marked()
        if cursor is None:
            return []
        look = QTextCharFormat()
        # No sentence has this ground for its tone.
        look.setBackground(theme.tokens().warning_soft)
        return [selection(cursor, look)]

    def _scroll_to_mark(self) -> None:
        cursor = self._marked()
        if cursor is None or (self._mark is not None and self._mark[1] > self._to < self._end):
            return
        self._show_mark = False
        cursor.setPosition(cursor.selectionStart())
        self._hold(cursor, self.viewport().height() // 4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        # Another width wraps all lines anew.
        place = self._in_sight()
        height = self.cursorRect(place).top()
        super().resizeEvent(event)
        if self._text:
            self._hold(place, height)
            if event.size().width() != event.oldSize().width():
                self._realign.start()
        self._check.start()
