"""A line without axes, painted directly: cheap enough for every row of a table."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.ui import theme
from desktop_app.ui.tokens import Tone


def paint(painter: QPainter, rect: QRectF, values: Sequence[float], colour: QColor) -> None:
    """Draws values, oldest at the left, from the rectangle's bottom (zero, or the lowest when it
    is negative) to its top (the highest). Fewer than two values draw nothing."""
    if len(values) < 2:
        return
    low, high = min(0.0, *values), max(values)
    span = (high - low) or 1.0
    step = rect.width() / (len(values) - 1)
    line = QPolygonF(
        [
            QPointF(rect.left() + i * step, rect.bottom() - (value - low) / span * rect.height())
            for i, value in enumerate(values)
        ]
    )
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.25))
    painter.drawPolyline(line)
    painter.restore()


class Sparkline(QWidget):
    """A small line of recent values."""

    def __init__(self, tone: Tone | str = Tone.ACCENT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: Sequence[float] = ()
        self._tone = tone
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(96, 24)

    def set_values(self, values: Sequence[float]) -> None:
        """Shows values, oldest first; all must be finite."""
        self._values = values
        self.update()

    def set_tone(self, tone: Tone | str) -> None:
        self._tone = tone
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(self.rect()).adjusted(1, 2, -1, -2)
        paint(painter, rect, self._values, theme.tokens().ink(self._tone))
