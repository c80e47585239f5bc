"""A check box whose outline can be seen on every ground."""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox

from desktop_app.ui import fonts, icons, theme
from desktop_app.ui.tokens import Radius, Size, Space

_FRAME = 2


class CheckBox(QCheckBox):
    """A box with a tick, in the theme's colours: the style's own cannot be seen on dark."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setFont(fonts.medium())

    def sizeHint(self) -> QSize:
        wide = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(Size.ICON + Space.S + wide + Space.XS, Size.CONTROL)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        enabled, size = self.isEnabled(), Size.ICON
        box = QRect(0, (self.height() - size) // 2, size, size)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = t.focus if self.hasFocus() else t.border
        if self.isChecked():
            edge = edge if self.hasFocus() else (t.accent if enabled else t.text_disabled)
            painter.setBrush(t.accent if enabled else t.text_disabled)
        else:
            painter.setBrush(t.surface)
        painter.setPen(QPen(edge, _FRAME if self.hasFocus() else 1))
        painter.drawRoundedRect(QRectF(box).adjusted(1, 1, -1, -1), Radius.SMALL, Radius.SMALL)
        if self.isChecked():
            tick = icons.pixmap("check", t.on_accent, size - _FRAME * 2, self.devicePixelRatioF())
            painter.drawPixmap(box.left() + _FRAME, box.top() + _FRAME, tick)
        painter.setPen(t.text if enabled else t.text_disabled)
        words = self.rect().adjusted(size + Space.S, 0, 0, 0)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), self.text())
