"""The list of connections, one of them chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QScrollArea, QVBoxLayout, QWidget

from desktop_app.ui import fonts, texts, theme
from desktop_app.ui.tokens import Radius, Space, Type

_HEIGHT = 52
_MARK = 18


@dataclass(frozen=True, slots=True)
class Choice:
    """A connection as the list shows it. ``profile`` is its name as a profile, None for what the
    settings name."""

    profile: str | None
    title: str
    detail: str
    in_use: bool = False
    production: bool = False
    read_only: bool = False

    @property
    def marks(self) -> tuple[str, ...]:
        """What is to be known of it, in words."""
        words = (
            ("in use", self.in_use),
            ("production", self.production),
            ("read-only", self.read_only),
        )
        return tuple(word for word, holds in words if holds)


class ChoiceButton(QAbstractButton):
    """Two lines, and at the right what is to be known."""

    def __init__(self, choice: Choice) -> None:
        super().__init__()
        self.choice = choice
        self.setText(choice.title)
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(", ".join((choice.title, *choice.marks)))
        self.setAccessibleDescription(choice.detail)
        self.setToolTip(texts.tip(choice.detail))

    def sizeHint(self) -> QSize:
        return QSize(240, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.rect().adjusted(0, 1, -1, -1)
        painter.setPen(t.accent if self.hasFocus() else Qt.PenStyle.NoPen)
        if self.isChecked() or self.underMouse():
            painter.setBrush(t.selected if self.isChecked() else t.hover)
        painter.drawRoundedRect(box, Radius.MEDIUM, Radius.MEDIUM)
        inner = box.adjusted(Space.M, Space.S, -Space.M, -Space.S)
        upper = QRect(inner.left(), inner.top(), inner.width(), _MARK)
        left = self._paint_marks(painter, upper)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        cut = Qt.TextElideMode.ElideRight
        painter.setFont(fonts.medium())
        painter.setPen(t.text)
        room = upper.adjusted(0, 0, left - upper.right() - Space.S, 0)
        words = painter.fontMetrics().elidedText(self.choice.title, cut, room.width())
        painter.drawText(room, middle, words)
        painter.setFont(fonts.sans(Type.SMALL))
        painter.setPen(t.text_muted)
        lower = QRect(inner.left(), inner.bottom() - _MARK, inner.width(), _MARK)
        words = painter.fontMetrics().elidedText(self.choice.detail, cut, lower.width())
        painter.drawText(lower, middle, words)

    def _paint_marks(self, painter: QPainter, line: QRect) -> int:
        """Paint them from the right; returns where they begin."""
        t = theme.tokens()
        font = fonts.strong(Type.CAPTION)
        painter.setFont(font)
        right = line.right()
        for word in reversed(self.choice.marks):
            width = QFontMetrics(font).horizontalAdvance(word) + Space.S
            mark = QRect(right - width, line.top(), width, _MARK - 2)
            serious = word == "production"
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(t.danger if serious else t.accent_soft)
            painter.drawRoundedRect(mark, Radius.SMALL, Radius.SMALL)
            painter.setPen(t.on_solid if serious else t.accent)
            painter.drawText(mark, int(Qt.AlignmentFlag.AlignCenter), word)
            right -= width + Space.XS
        return right


class ChoiceList(QScrollArea):
    """``chosen`` carries a Choice."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Connections")
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._group = QButtonGroup(self)
        self._content = QWidget()
        self._rows = QVBoxLayout(self._content)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(Space.XXS)
        self._rows.addStretch(1)
        self.setWidget(self._content)
        # The surface below shows through.
        self.viewport().setAutoFillBackground(False)
        self._content.setAutoFillBackground(False)
        self.buttons: list[ChoiceButton] = []

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Show these instead; none is chosen."""
        for old in self.buttons:
            self._group.removeButton(old)
            old.hide()
            old.deleteLater()
        self.buttons = [ChoiceButton(choice) for choice in choices]
        for place, button in enumerate(self.buttons):
            self._group.addButton(button)
            button.clicked.connect(lambda _=False, button=button: self.chosen.emit(button.choice))
            self._rows.insertWidget(place, button)

    def choose(self, profile: str | None) -> None:
        """Mark one as chosen, without a signal; a name that is not there leaves none."""
        self._group.setExclusive(False)
        for button in self.buttons:
            button.setChecked(button.choice.profile == profile)
        self._group.setExclusive(True)

    def choose_none(self) -> None:
        self._group.setExclusive(False)
        for button in self.buttons:
            button.setChecked(False)
        self._group.setExclusive(True)
