"""Combinations of keys as pictures of their caps."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.ui import fonts, theme
from desktop_app.ui.tokens import Radius, Space, Type

_CAP = 20
_GAP = 3


def caps(keys: str) -> list[str]:
    """The caps of a combination such as ``Ctrl+K``, as this computer's keyboard names them."""
    native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText) or keys
    return native.split("+") if native != "+" else [native]


def _cap_width(cap: str) -> int:
    return max(QFontMetrics(fonts.mono(Type.CAPTION)).horizontalAdvance(cap) + 10, _CAP)


def width(keys: str) -> int:
    return sum(_cap_width(cap) + _GAP for cap in caps(keys)) - _GAP


def paint(painter: QPainter, rect: QRect, keys: str) -> None:
    """Draws the caps at the right of a rectangle, in the middle of its height."""
    t = theme.tokens()
    left = rect.right() + 1 - width(keys)
    top = rect.top() + (rect.height() - _CAP) // 2
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(fonts.mono(Type.CAPTION))
    for cap in caps(keys):
        box = QRect(left, top, _cap_width(cap), _CAP)
        painter.setPen(t.border)
        painter.setBrush(t.surface)
        painter.drawRoundedRect(box.adjusted(0, 0, -1, -1), Radius.SMALL, Radius.SMALL)
        painter.setPen(t.text_muted)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), cap)
        left += box.width() + _GAP
    painter.restore()


class Caps(QWidget):
    """One or several combinations beside each other; each does the same."""

    def __init__(self, *alternatives: str) -> None:
        super().__init__()
        self._alternatives = alternatives
        self.setAccessibleName(" or ".join(" ".join(caps(keys)) for keys in alternatives))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        wide = sum(width(keys) + Space.S for keys in self._alternatives) - Space.S
        return QSize(wide, _CAP)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        rest = self.rect()
        for keys in reversed(self._alternatives):
            paint(painter, rest, keys)
            rest.setRight(rest.right() - width(keys) - Space.S)
