"""A state as shape and word on its soft ground: the same picture in tables, drawers and cards."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.ui import fonts, icons, states, theme
from desktop_app.ui.states import State
from desktop_app.ui.tokens import Radius, Size, Space

HEIGHT = 20
_GAP = 5


def width(state: State) -> int:
    metrics = QFontMetrics(fonts.medium(12))
    return Space.S * 2 + Size.STATE_ICON + _GAP + metrics.horizontalAdvance(state.word)


def paint(painter: QPainter, rect: QRect, state: State, ratio: float) -> None:
    """Draws the pill at the left of a rectangle, in the middle of its height."""
    t = theme.tokens()
    box = QRect(rect.left(), 0, min(width(state), rect.width()), HEIGHT)
    box.moveTop(rect.top() + (rect.height() - HEIGHT) // 2)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(t.soft(state.tone))
    painter.drawRoundedRect(box, Radius.SMALL, Radius.SMALL)
    ink = t.ink(state.tone)
    size = Size.STATE_ICON
    top = box.top() + (HEIGHT - size) // 2
    shape = icons.pixmap(state.icon, ink, size, ratio)
    painter.drawPixmap(box.left() + Space.S - 2, top, shape)
    painter.setPen(ink)
    painter.setFont(fonts.medium(12))
    words = box.adjusted(Space.S - 2 + size + _GAP, 0, -Space.XS, 0)
    painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), state.word)
    painter.restore()


class Pill(QWidget):
    """A state that stands by itself."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._state = states.of(name)
        self.set_state(name)

    def set_state(self, name: str) -> None:
        """Shows the state of that name; see :mod:`desktop_app.ui.states`."""
        self._state = states.of(name)
        self.setAccessibleName(self._state.word)
        self.setToolTip(self._state.meaning)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(width(self._state), HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint(QPainter(self), self.rect(), self._state, self.devicePixelRatioF())
