"""The text with the tone of its sentences: a colour on them, a line under them and a sign beside
them, so that none of the three has to be seen for the others to be understood."""

from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QTextEdit, QWidget

from desktop_app.ui import fonts, theme
from desktop_app.ui.tokens import Radius, Space, Tokens
from desktop_app.views.documents import tone
from desktop_app.views.documents.reader import Reader, selection, units
from desktop_app.views.documents.sentence_marks import LABELS, SIGNS, Marked, SentenceMarks
from worker_core.storage import SentimentEvidence

_MARGIN = 28
_SIGN = 14
_SOFT, _CHOSEN, _STRONG = 34, 64, 110
"""Of 255: how much of its colour lies under a sentence, the chosen one, and a word that decided."""
_STEPS: Final = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
LABEL_KEYS: Final = dict(zip((Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3), LABELS, strict=True))


class MarkedReader(Reader):
    """Left and Right go from sentence to sentence, with Ctrl from one with a tone to the next."""

    picked = Signal(int)
    """A click on a sentence; carries its place among the marks, or -1 beside all of them."""
    step_wanted = Signal(int, bool)
    """To the next or the one before; whether only to one that has a tone."""
    label_wanted = Signal(str)
    undo_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document().setDocumentMargin(_MARGIN)
        self.setAccessibleDescription(
            "Left and Right go from sentence to sentence, with Ctrl from tone to tone; "
            "1, 2 and 3 label one as positive, neutral or negative."
        )
        self._marks = SentenceMarks()
        self._evidence: tuple[SentimentEvidence, ...] = ()
        self._tone = ""
        self._pressed_at: QPoint | None = None
        theme.follow(self, self.dress_all)

    # What is marked

    def set_marks(self, marks: SentenceMarks) -> None:
        """Take these for the text that is here, and for what is added from now on."""
        self._marks = marks
        self.dress_all()

    def dress_all(self) -> None:
        self.dress(self._from, self._to)
        self.viewport().update()

    def choose(self, mark: Marked | None) -> None:
        """Mark one sentence, and in it what decided about it."""
        self._evidence = mark.sentence.evidence if mark is not None else ()
        self._tone = mark.tone if mark is not None else ""
        self.mark_passage(mark.span if mark is not None else None)

    def words(self, start: int, end: int) -> str | None:
        """A passage of the text, where all of it is here."""
        if not self._from <= start <= end <= self._to:
            return None
        return self._text[start - self._from : end - self._from]

    def within_loaded(self, start: int, end: int) -> tuple[int, int]:
        """What is here of a passage."""
        return max(start, self._from), min(end, self._to)

    def bring_into_sight(self, start: int, end: int) -> None:
        """Scroll to a passage that is here, if it is not in sight."""
        cursor = self._over((start, end))
        if cursor is None:
            return
        box = self.viewport().rect()
        last = self.cursorRect(cursor)
        cursor.setPosition(cursor.selectionStart())
        first = self.cursorRect(cursor)
        if first.top() < box.top() or last.bottom() > box.bottom():
            self._hold(cursor, box.height() // 4)

    def show_stretch(self, start: int, end: int, mark: tuple[int, int] | None = None) -> None:
        self._evidence, self._tone = (), ""
        super().show_stretch(start, end, mark)

    def dress(self, start: int, end: int) -> None:
        if start >= end:
            return
        t = theme.tokens()
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        base = self._position(start)
        # Counted from the piece on: its beginning may stand far down in a long text.
        piece = self._text[start - self._from : end - self._from]
        for mark in self._marks.within(start, end):
            first = max(mark.sentence.start, start) - start
            last = min(mark.sentence.end, end) - start
            if self._wide:
                first, last = units(piece[:first]), units(piece[:last])
            cursor.setPosition(base + first)
            cursor.setPosition(base + last, QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(_look(mark, t))
        cursor.endEditBlock()

    def _selections(self) -> list[QTextEdit.ExtraSelection]:
        found = super()._selections()
        if self._mark is None:
            return found
        if self._tone in {"positive", "negative"}:
            # The ground of what is selected would be taken for that of a tone.
            for passage in found:
                passage.format.setBackground(_ground(self._tone, _CHOSEN, theme.tokens()))
        for one in self._evidence:
            cursor = self._over((self._mark[0] + one.start, self._mark[0] + one.end))
            if cursor is not None and one.toward != "neutral":
                look = QTextCharFormat()
                look.setBackground(_ground(one.toward, _STRONG, theme.tokens()))
                found.append(selection(cursor, look))
        return found

    # The signs in the margin

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        t = theme.tokens()
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(fonts.strong(12))
        first, last = self.shown_range()
        taken = -_SIGN
        for mark in self._marks.within(first, last + 1):
            if not mark.is_told or not self._from <= mark.sentence.start < self._to:
                continue
            cursor = QTextCursor(self.document())
            cursor.setPosition(self._position(mark.sentence.start))
            top = self.cursorRect(cursor).top()
            # Several sentences of one line have their signs below each other.
            top = max(top, taken + _SIGN)
            taken = top
            _paint_sign(painter, QPointF(Space.S - 1, top + 1), mark, t)

    # Mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.position().toPoint()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        pressed, self._pressed_at = self._pressed_at, None
        where = event.position().toPoint()
        # A drag selects words to be copied, and chooses nothing.
        if pressed is None or self.textCursor().hasSelection():
            return
        if (pressed - where).manhattanLength() <= _SIGN:
            place = self._marks.at(self._offset(self.cursorForPosition(where).position()))
            self.picked.emit(-1 if place is None else place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        key = Qt.Key(event.key())
        if key in _STEPS and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.step_wanted.emit(_STEPS[key], control)
        elif key in LABEL_KEYS and not control:
            self.label_wanted.emit(LABEL_KEYS[key])
        elif (key == Qt.Key.Key_Z and control) or key == Qt.Key.Key_Backspace:
            self.undo_wanted.emit()
        elif key == Qt.Key.Key_Escape:
            event.ignore()  # it is the page's: it closes what is open
        else:
            super().keyPressEvent(event)


def _ground(label: str, strength: int, t: Tokens) -> QColor:
    colour = QColor(t.ink(tone.INKS[label]))
    colour.setAlpha(strength)
    return colour


def _look(mark: Marked, t: Tokens) -> QTextCharFormat:
    look = QTextCharFormat()
    if mark.tone == "neutral":
        return look
    look.setBackground(_ground(mark.tone, _SOFT, t))
    look.setUnderlineStyle(
        QTextCharFormat.UnderlineStyle.SingleUnderline
        if mark.tone == "positive"
        else QTextCharFormat.UnderlineStyle.DashUnderline
    )
    look.setUnderlineColor(t.ink(tone.INKS[mark.tone]))
    return look


def _paint_sign(painter: QPainter, at: QPointF, mark: Marked, t: Tokens) -> None:
    """The sign of the tone; on a ground of its colour where a person gave it."""
    box = QRectF(at.x(), at.y(), _SIGN, _SIGN)
    ink = t.ink(tone.INKS[mark.tone] if mark.tone != "neutral" else "text_muted")
    if mark.label is not None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawRoundedRect(box, Radius.SMALL, Radius.SMALL)
    painter.setPen(t.surface if mark.label is not None else ink)
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), SIGNS[mark.tone])
