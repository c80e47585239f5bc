"""What the marks in the text mean."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.ui import fonts, theme
from desktop_app.ui.tokens import Radius, Space
from desktop_app.views.documents import tone
from desktop_app.views.documents.sentence_marks import SIGNS

_HEIGHT = 22
_SAMPLE = 16
_PARTS = (("positive", "Positive", False), ("negative", "Negative", False), ("", "Labelled", True))


class Legend(QWidget):
    """Each sign with its colour, its line and its word. What has none is neutral or not scored."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Legend")
        meaning = (
            "Plus with a solid line: positive. Minus with a dashed line: negative. A sign on a "
            "filled ground: labelled by a person. Without a mark: neutral, or not scored."
        )
        self.setAccessibleDescription(meaning)
        self.setToolTip(meaning)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(fonts.sans(12))
        wide = sum(
            _SAMPLE + Space.XS + metrics.horizontalAdvance(word) + Space.M for _, word, _ in _PARTS
        )
        return QSize(wide, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = 0.0
        for label, word, filled in _PARTS:
            ink = t.ink(tone.INKS[label]) if label else t.text_muted
            box = QRectF(left, (_HEIGHT - 14) / 2 - 1, 14, 14)
            if filled:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(ink)
                painter.drawRoundedRect(box, Radius.SMALL, Radius.SMALL)
            painter.setFont(fonts.strong(12))
            painter.setPen(t.surface if filled else ink)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), SIGNS.get(label, "±"))
            left += _SAMPLE + Space.XS
            painter.setFont(fonts.sans(12))
            wide = painter.fontMetrics().horizontalAdvance(word)
            painter.setPen(t.text_muted)
            words = QRectF(left, 0, wide + 1, _HEIGHT - 2)
            painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), word)
            if label:
                line = Qt.PenStyle.SolidLine if label == "positive" else Qt.PenStyle.DashLine
                painter.setPen(QPen(ink, 1.5, line))
                painter.drawLine(int(left), _HEIGHT - 4, int(left) + wide, _HEIGHT - 4)
            left += wide + Space.M
