"""Text that wraps inside what paints itself. Words from outside have no say in how they look: they
are laid out as plain text, and one without a space breaks where it must."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QTextLayout, QTextOption


class Wrapped:
    """A paragraph laid out to a width. ``height`` is in device-independent pixels."""

    def __init__(self, text: str, font: QFont, width: float) -> None:
        option = QTextOption(Qt.AlignmentFlag.AlignLeft)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._layout = QTextLayout(" ".join(text.split()), font)
        self._layout.setTextOption(option)
        self.height = 0.0
        self._layout.beginLayout()
        while (line := self._layout.createLine()).isValid():
            line.setLineWidth(max(width, 1.0))
            line.setPosition(QPointF(0.0, self.height))
            self.height += line.height()
        self._layout.endLayout()

    def draw(self, painter: QPainter, left: float, top: float, ink: QColor) -> None:
        painter.setPen(ink)
        self._layout.draw(painter, QPointF(left, top))
