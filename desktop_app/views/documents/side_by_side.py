"""The changed lines of a section of two filings: the earlier at the left, the later beside it."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QKeyEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
    QTextTableFormat,
)
from PySide6.QtWidgets import QTextEdit, QVBoxLayout, QWidget

from desktop_app.ui import fonts, formats, theme
from desktop_app.ui.controls import button
from desktop_app.ui.tokens import Space
from desktop_app.views.documents import compare_words, tone
from desktop_app.views.documents.reader import HARMLESS

if TYPE_CHECKING:
    from worker_core.operations.comparison import LineChange, SectionChange, Side

AT_ONCE: Final = 80
"""Changed lines that are laid out at a time; a button brings more."""
_GROUND = 44
_LONGEST = 6000
_BETWEEN_CELLS = "\u2003"


class SideBySide(QWidget):
    """Words that came are underlined, those that went are struck through; each has its colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._change: SectionChange | None = None
        self._shown = 0
        self.text = _Pages()
        self.text.setAccessibleName("Changes, side by side")
        self.more = button("Show more", self._show_more)
        self.more.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.XS)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.more, alignment=Qt.AlignmentFlag.AlignHCenter)
        theme.follow(self, self._again)

    def show_change(self, change: "SectionChange | None", nothing: str = "") -> None:
        """Show a section's changes from their beginning, or why there are none."""
        self._change, self._shown = change, 0
        self.text.clear()
        if change is None or not change.changes:
            self.text.setPlainText(nothing)
            self.more.hide()
        else:
            self._show_more()
            self.text.verticalScrollBar().setValue(0)

    def _again(self) -> None:
        change, shown = self._change, self._shown
        if change is not None and shown:
            self._shown = 0
            self.text.clear()
            self._lay_out(shown)

    def _show_more(self) -> None:
        self._lay_out(AT_ONCE)

    def _lay_out(self, count: int) -> None:
        change = self._change
        if change is None:
            return
        part = change.changes[self._shown : self._shown + count]
        self._shown += len(part)
        cursor = QTextCursor(self.text.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        rows = sum(2 if one.unchanged else 1 for one in part)
        table = cursor.insertTable(rows, 2, _table_look())
        row = 0
        for one in part:
            row = self._add(table, row, one)
        cursor.endEditBlock()
        left = len(change.changes) - self._shown
        self.more.setText(f"Show more ({formats.count(left)} left)")
        self.more.setVisible(left > 0)
        if not left and change.untold:
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(compare_words.untold(change), _muted())

    def _add(self, table: QTextTable, row: int, change: "LineChange") -> int:
        if change.unchanged:
            table.mergeCells(row, 0, 1, 2)
            cursor = table.cellAt(row, 0).firstCursorPosition()
            middle = QTextBlockFormat()
            middle.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            cursor.mergeBlockFormat(middle)
            cursor.insertText(compare_words.unchanged(change.unchanged), _muted())
            row += 1
        _write(table.cellAt(row, 0).firstCursorPosition(), change.before, came=False)
        _write(table.cellAt(row, 1).firstCursorPosition(), change.after, came=True)
        return row + 1


class _Pages(QTextEdit):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setFont(fonts.sans())
        self.setStyleSheet("QTextEdit { border: none; }")
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setAcceptDrops(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()  # it is the page's: it closes what is open
        else:
            super().keyPressEvent(event)


def _table_look() -> QTextTableFormat:
    look = QTextTableFormat()
    half = QTextLength(QTextLength.Type.PercentageLength, 50)
    look.setColumnWidthConstraints([half, half])
    look.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    look.setCellPadding(Space.S)
    look.setCellSpacing(0)
    look.setBorder(0)
    look.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_None)
    return look


def _muted() -> QTextCharFormat:
    look = QTextCharFormat()
    look.setForeground(theme.tokens().text_muted)
    return look


def _write(cursor: QTextCursor, side: "Side | None", *, came: bool) -> None:
    """A line with the words that the other one does not have."""
    if side is None:
        return
    usual, marked = QTextCharFormat(), _mark(came=came)
    place = 0
    # A tab may be as narrow as nothing, and then cells of a table touch.
    text = side.text[:_LONGEST].replace("\t", _BETWEEN_CELLS)
    for start, end in side.marks:
        cursor.insertText(text[place:start].translate(HARMLESS), usual)
        cursor.insertText(text[start:end].translate(HARMLESS), marked)
        place = end
    rest = "…" if len(side.text) > _LONGEST else ""
    cursor.insertText(text[place:].translate(HARMLESS) + rest, usual)


def _mark(*, came: bool) -> QTextCharFormat:
    t = theme.tokens()
    ink = t.ink(tone.POSITIVE if came else tone.NEGATIVE)
    ground = QColor(ink)
    ground.setAlpha(_GROUND)
    look = QTextCharFormat()
    look.setBackground(ground)
    look.setForeground(t.text)
    if came:
        look.setFontUnderline(True)
        look.setUnderlineColor(ink)
        look.setFontWeight(QFont.Weight.Medium)
    else:
        look.setFontStrikeOut(True)
    return look
