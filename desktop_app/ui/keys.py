"""Keys: how they are written, painted, and listed when someone asks for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.ui import fonts, theme
from desktop_app.ui.controls import Label, caption, heading
from desktop_app.ui.overlay import Overlay
from desktop_app.ui.tokens import Radius, Space

_CAP = 20
_GAP = 3


@dataclass(frozen=True, slots=True)
class Key:
    """A key and what it does. ``keys`` is written as :class:`QKeySequence` reads it."""

    keys: str
    does: str
    group: str = "Everywhere"


def caps(keys: str) -> list[str]:
    """The caps of a combination, as this computer's keyboard names them."""
    native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText) or keys
    if native == "+":
        return ["+"]
    return [cap or "+" for cap in native.replace("++", "+\0").replace("\0", "").split("+")]


def _cap_width(cap: str) -> int:
    return max(QFontMetrics(fonts.medium(11)).horizontalAdvance(cap) + 10, _CAP)


def paint_caps(painter: QPainter, rect: QRect, keys: str) -> int:
    """Draws the caps at the right of a rectangle and returns where they begin."""
    t = theme.tokens()
    right = rect.right() + 1
    painter.setFont(fonts.medium(11))
    for cap in reversed(caps(keys)):
        wide = _cap_width(cap)
        box = QRect(right - wide, rect.center().y() - _CAP // 2 + 1, wide, _CAP)
        painter.setPen(t.border)
        painter.setBrush(t.surface)
        painter.drawRoundedRect(box.adjusted(0, 0, -1, -1), Radius.SMALL, Radius.SMALL)
        painter.setPen(t.text_muted)
        painter.drawText(box.adjusted(0, 0, -1, -1), int(Qt.AlignmentFlag.AlignCenter), cap)
        right -= wide + _GAP
    return right + _GAP


class Caps(QWidget):
    """A combination of keys as a picture."""

    def __init__(self, keys: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = keys
        self.setAccessibleName(" ".join(caps(keys)))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        wide = sum(_cap_width(cap) + _GAP for cap in caps(self._keys)) - _GAP
        return QSize(wide, _CAP)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_caps(painter, self.rect(), self._keys)


class KeyHelp(Overlay):
    """Every key that does something here and now."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, "Keys")
        self._body = QWidget()
        self._layout = QVBoxLayout(self.panel)
        self._layout.setContentsMargins(Space.XL, Space.L, Space.XL, Space.XL)
        self._layout.setSpacing(Space.M)
        self._layout.addWidget(heading("Keys"))
        self._layout.addWidget(self._body)

    def open_with(self, known: Iterable[Key]) -> None:
        """Shows keys in their groups, in the order they are given."""
        self._body.hide()
        self._body.deleteLater()
        self._body = QWidget()
        columns = QGridLayout(self._body)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setHorizontalSpacing(Space.XXL)
        columns.setVerticalSpacing(Space.L)
        in_order = list(known)
        names = list(dict.fromkeys(key.group for key in in_order))
        in_order.sort(key=lambda key: names.index(key.group))
        for place, (name, group) in enumerate(groupby(in_order, key=lambda key: key.group)):
            top = Qt.AlignmentFlag.AlignTop
            columns.addWidget(self._group(name, list(group)), place // 2, place % 2, top)
        self._layout.addWidget(self._body)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.open()
        self.setFocus()

    @staticmethod
    def _group(name: str, group: Sequence[Key]) -> QWidget:
        widget = QWidget()
        grid = QGridLayout(widget)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(Space.XS + 2)
        grid.setHorizontalSpacing(Space.XL)
        grid.setColumnStretch(0, 1)
        grid.addWidget(caption(name), 0, 0)
        for row, key in enumerate(group, start=1):
            does = Label(key.does)
            does.setMinimumWidth(220)
            grid.addWidget(does, row, 0)
            grid.addWidget(Caps(key.keys), row, 1, Qt.AlignmentFlag.AlignRight)
        return widget
