"""What decided about a sentence, in words, with how strongly each part spoke."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.ui import fonts, formats, texts, theme
from desktop_app.ui.tokens import Space
from desktop_app.views.documents import tone
from desktop_app.views.documents.sentence_marks import SIGNS
from worker_core.storage import SentimentEvidence

# The rules of worker_core.sentiment.findings, as a reader of filings would put them.
RULES: Final = {
    "good_move": "it moved the right way",
    "bad_move": "it moved the wrong way",
    "up": "something rose",
    "down": "something fell",
    "more_than_before": "the number is above the earlier one",
    "less_than_before": "the number is below the earlier one",
    "to_profit": "from loss to profit",
    "to_loss": "from profit to loss",
    "above_expected": "above what was expected",
    "below_expected": "below what was expected",
    "good_event": "a welcome event",
    "bad_event": "an unwelcome event",
    "denied_good": "something good is denied",
    "denied_bad": "something bad is denied",
    "plus": "a gain in numbers",
    "minus": "a fall in numbers",
    "undecided": "it could go either way",
    "question": "a question",
    "order_won": "an order won",
    "signed": "something was signed",
    "job_cuts": "jobs are cut",
    "at_a_loss": "at a loss",
    "level": "a level, not a change",
    "growth_step": "a step to grow",
    "chosen": "chosen by a customer",
    "together": "an alliance",
    "benefit": "a benefit",
    "novelty": "something new",
}
_LONGEST = 48
_ROW = 20
_BAR = 72
_LEAST_WORDS = 72


@dataclass(frozen=True, slots=True)
class Reason:
    """``words`` are those of the sentence, ``rule`` what a rule made of them."""

    words: str
    rule: str
    toward: str
    weight: float


def reasons_of(evidence: Sequence[SentimentEvidence], sentence: str) -> list[Reason]:
    """The parts with a say, the strongest first."""
    return [
        Reason(
            formats.shorten(sentence[one.start : one.end], _LONGEST),
            RULES.get(one.name, one.name.replace("_", " ")) if one.kind == "rule" else "",
            one.toward if one.toward in SIGNS else "neutral",
            one.weight,
        )
        for one in evidence
    ]


def spoken(reason: Reason) -> str:
    said = f"“{reason.words}”" + (f", {reason.rule}" if reason.rule else "")
    return f"{said}: {reason.toward}, {reason.weight:.2f}"


class Reasons(QWidget):
    """A row for each part: the sign of what it spoke for, how strongly, and the words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reasons: Sequence[Reason] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("What decided")

    @property
    def shown(self) -> Sequence[Reason]:
        return self._reasons

    def set_reasons(self, reasons: Sequence[Reason]) -> None:
        self._reasons = reasons
        self.setAccessibleDescription("; ".join(map(spoken, reasons)))
        self.setToolTip(texts.tip("\n".join(map(spoken, reasons))))
        self.setVisible(bool(reasons))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, _ROW * len(self._reasons))

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        most = max((abs(one.weight) for one in self._reasons), default=1.0) or 1.0
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        for row, one in enumerate(self._reasons):
            top = row * _ROW
            ink = t.ink(tone.INKS[one.toward]) if one.toward != "neutral" else t.text_muted
            painter.setFont(fonts.strong(12))
            painter.setPen(ink)
            painter.drawText(QRectF(0, top, Space.L, _ROW), middle, SIGNS[one.toward])
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            reach = _BAR * min(abs(one.weight) / most, 1.0)
            painter.drawRect(QRectF(Space.L, top + _ROW / 2 - 2, reach, 4))
            painter.setFont(fonts.sans(12))
            painter.setPen(t.text_muted)
            left = Space.L + _BAR + Space.S
            right = middle | int(Qt.AlignmentFlag.AlignRight)
            painter.drawText(QRectF(left, top, 34, _ROW), right, f"{one.weight:.2f}")
            left += 34 + Space.M
            painter.setPen(t.text)
            metrics = painter.fontMetrics()
            rule = f"  {one.rule}" if one.rule else ""
            # The words are marked in the text above; the rule stands here alone.
            room = max(self.width() - left - metrics.horizontalAdvance(rule), _LEAST_WORDS)
            cut = metrics.elidedText(f"“{one.words}”", Qt.TextElideMode.ElideMiddle, room)
            said = metrics.elidedText(cut + rule, Qt.TextElideMode.ElideRight, self.width() - left)
            painter.drawText(QRectF(left, top, self.width() - left, _ROW), middle, said)
