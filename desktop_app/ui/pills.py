"""A state as shape and word on its soft ground: the same picture in tables, drawers and cards."""

from functools import lru_cache

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.ui import fonts, icons, states, theme
from desktop_app.ui.states import State
from desktop_app.ui.tokens import Radius, Size, Space

HEIGHT = 20
_GAP = 5


@lru_cache(maxsize=256)
def width(state: State) -> int:
    metrics = QFontMetrics(fonts.medium(12))
    return Space.S * 2 + Size.STATE_ICON + _GAP + metrics.horizontalAdvance(state.word)


def paint(painter: QPainter, rect: QRect, state: State, ratio: float) -> None:
    """Draws the pill at the left of a rectangle, in the middle of its height."""
    wide = min(width(state), rect.width())
    if wide > 0:
        top = rect.top() + (rect.height() - HEIGHT) // 2
        painter.drawPixmap(rect.left(), top, _picture(state, wide, ratio, theme.current().name))


@lru_cache(maxsize=256)
def _picture(state: State, wide: int, ratio: float, _theme: str) -> QPixmap:
    """A pill is the same in every row: it is drawn once for each theme."""
    picture = QPixmap(round(wide * ratio), round(HEIGHT * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    t = theme.tokens()
    box = QRect(0, 0, wide, HEIGHT)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(t.soft(state.tone))
    painter.drawRoundedRect(box, Radius.SMALL, Radius.SMALL)
    ink = t.ink(state.tone)
    size = Size.STATE_ICON
    shape = icons.pixmap(state.icon, ink, size, ratio)
    painter.drawPixmap(Space.S - 2, (HEIGHT - size) // 2, shape)
    painter.setPen(ink)
    painter.setFont(fonts.medium(12))
    words = box.adjusted(Space.S - 2 + size + _GAP, 0, -Space.XS, 0)
    painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), state.word)
    painter.end()
    return picture


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
