"""The tasks of one tree, each a way to its own details."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.ui import fonts, formats, icons, states, texts, theme
from desktop_app.ui.controls import muted
from desktop_app.ui.tokens import Radius, Size, Space
from desktop_app.views.tasks import wording
from desktop_app.views.tasks.wording import Relative

SHOWN = 40

_INDENT = 14
_DEEPEST = 6


class RelativeButton(QAbstractButton):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.relative: Relative | None = None
        self._current = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_relative(self, relative: Relative, *, current: bool) -> None:
        self.relative, self._current = relative, current
        row = relative.row
        word = states.of(row.state).word
        where = ", the one shown" if current else ""
        self.setAccessibleName(f"{wording.label(row)}, {word}{where}")
        self.setToolTip(texts.tip(row.uuid))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, Size.CONTROL)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.relative is None:
            return
        t = theme.tokens()
        row, depth = self.relative.row, min(self.relative.depth, _DEEPEST)
        state = states.of(row.state)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(t.focus if self.hasFocus() else Qt.PenStyle.NoPen)
        if self._current:
            painter.setBrush(t.selected)
        elif self.underMouse():
            painter.setBrush(t.hover)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), Radius.SMALL, Radius.SMALL)
        left = Space.S + depth * _INDENT
        shape = icons.pixmap(
            state.icon, t.ink(state.tone), Size.STATE_ICON, self.devicePixelRatioF()
        )
        painter.drawPixmap(left, (self.height() - Size.STATE_ICON) // 2, shape)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        words = QRect(left + Size.STATE_ICON + Space.S, 0, 0, self.height())
        words.setRight(self.width() - 96)
        painter.setPen(t.text)
        painter.setFont(fonts.medium() if self._current else fonts.sans())
        name = painter.fontMetrics().elidedText(
            wording.label(row), Qt.TextElideMode.ElideMiddle, words.width()
        )
        painter.drawText(words, middle, name)
        painter.setPen(t.text_muted)
        painter.setFont(fonts.sans(12))
        said = formats.duration(row.runtime) if row.runtime is not None else state.word
        painter.drawText(
            self.rect().adjusted(0, 0, -Space.S, 0),
            middle | int(Qt.AlignmentFlag.AlignRight),
            said,
        )


class FamilyList(QWidget):
    """Keeps its buttons, so that the keyboard's place is not lost while the tree changes."""

    chosen = Signal(str)
    """The id of a relative."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: list[RelativeButton] = []
        self._more = muted(wrap=True)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self._more)

    def show_family(self, family: Sequence[Relative], current: str) -> None:
        shown = family[:SHOWN]
        while len(self._buttons) < len(shown):
            self._add()
        for button, relative in zip(self._buttons, shown, strict=False):
            button.show_relative(relative, current=relative.row.uuid == current)
        for place, button in enumerate(self._buttons):
            button.setVisible(place < len(shown))
        more = len(family) - len(shown)
        self._more.setVisible(more > 0)
        self._more.setText(f"and {formats.plural(more, 'more task')}")

    def _add(self) -> None:
        button = RelativeButton()
        button.clicked.connect(lambda: self._clicked(button))
        self._buttons.append(button)
        self._layout.insertWidget(self._layout.count() - 1, button)

    def _clicked(self, button: RelativeButton) -> None:
        if button.relative is not None:
            self.chosen.emit(button.relative.row.uuid)
