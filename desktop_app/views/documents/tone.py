"""Pictures of tone: the shares of positive, neutral and negative, and a mean about zero.

The colours are those of series, not of states: a negative sentence is no alarm.
"""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.ui import fonts, formats, theme
from desktop_app.ui.tokens import Space, Tokens
from worker_core.storage import SentimentScore

POSITIVE: Final = "series:0"
NEUTRAL: Final = "border"
NEGATIVE: Final = "series:4"

INKS: Final = {"positive": POSITIVE, "neutral": NEUTRAL, "negative": NEGATIVE}

# Means of filings are small. A scale that ended at ±1 would show every one of them as nothing.
LEAST_SCALE: Final = 0.2


def ink_of(score: float) -> str:
    """The token that goes with the side of a score."""
    return POSITIVE if score >= 0 else NEGATIVE


def scale_of(scores: list[SentimentScore]) -> float:
    """The mean at which a bar is full, the same for all that are compared."""
    return max([LEAST_SCALE, *(abs(score.mean) for score in scores)])


def paint_mean(painter: QPainter, rect: QRectF, mean: float, scale: float, t: Tokens) -> None:
    """Draws a bar from the middle, zero, to the right for positive and to the left for negative."""
    middle = rect.center().x()
    reach = min(abs(mean) / scale, 1.0) * rect.width() / 2
    top = rect.center().y() - 3
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(t.hairline)
    painter.drawRect(QRectF(rect.left(), rect.center().y() - 0.5, rect.width(), 1))
    painter.setBrush(t.ink(ink_of(mean)))
    painter.drawRect(QRectF(middle if mean >= 0 else middle - reach, top, reach, 6))
    painter.setBrush(t.text_muted)
    painter.drawRect(QRectF(middle - 0.5, top - 2, 1, 10))
    painter.restore()


class ShareBar(QWidget):
    """The shares of a document's sentences as one bar, each with its word and its numbers."""

    _BAR = 10
    _ROW = 20

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shares: list[tuple[str, str, float, int]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Shares of sentences by tone")

    def set_score(self, score: SentimentScore) -> None:
        self._shares = [
            (word, ink, share, round(share * score.sentences))
            for word, ink, share in (
                ("Positive", POSITIVE, score.positive),
                ("Neutral", NEUTRAL, score.neutral),
                ("Negative", NEGATIVE, score.negative),
            )
        ]
        spoken = (f"{word} {formats.percent(share)}" for word, _, share, _ in self._shares)
        self.setAccessibleDescription(", ".join(spoken))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, self._BAR + Space.S + self._ROW * 3)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = 0.0
        top = self._BAR + Space.S
        for word, ink, share, sentences in self._shares:
            wide = share * self.width()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(t.ink(ink))
            painter.drawRect(QRectF(left, 0, max(wide - 1, 0), self._BAR))
            left += wide
            painter.drawRoundedRect(QRectF(0, top + 6, 8, 8), 2, 2)
            self._paint_words(painter, top, word, share, sentences, t)
            top += self._ROW

    def _paint_words(
        self, painter: QPainter, top: int, word: str, share: float, sentences: int, t: Tokens
    ) -> None:
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        right = middle | int(Qt.AlignmentFlag.AlignRight)
        painter.setFont(fonts.sans())
        painter.setPen(t.text_muted)
        painter.drawText(QRectF(Space.L, top, 120, self._ROW), middle, word)
        painter.setPen(t.text)
        painter.drawText(QRectF(0, top, 170, self._ROW), right, formats.percent(share))
        painter.setPen(t.text_muted)
        painter.drawText(
            QRectF(0, top, min(self.width(), 300), self._ROW),
            right,
            formats.plural(sentences, "sentence"),
        )


class Means:
    """Draws a column of means as bars about zero, all on one scale."""

    def __init__(self) -> None:
        self.scale = LEAST_SCALE

    def draw(self, painter: QPainter, rect: QRectF, mean: object) -> None:
        if isinstance(mean, int | float):
            paint_mean(painter, rect, float(mean), self.scale, theme.tokens())
