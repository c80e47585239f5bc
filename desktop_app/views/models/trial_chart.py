"""How a search goes: each trial as a point, and the best so far as a stair. Painted directly."""

import math
from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.ui import fonts, formats, theme
from desktop_app.ui.axis import tick_words
from desktop_app.ui.timechart.ticks import value_ticks
from desktop_app.ui.tokens import Space, Type
from desktop_app.views.models import wording
from worker_core.storage import TrialRecord

_LEFT: Final = 56
_BOTTOM: Final = 20
_TOP: Final = 22
_DOT: Final = 2.5
_MARGIN: Final = 0.08
_TICK_HEIGHT: Final = 40
_SPREAD: Final = 0.9
"""Share of the trials that the axis is made for; one very bad try would flatten all others."""


class TrialChart(QWidget):
    """The loss by trial; lower is better. ``simple`` is the line that has to be beaten."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tried: list[tuple[int, float]] = []
        self._stair: list[tuple[int, float]] = []
        self._last = 1
        self._simple: tuple[str, float] | None = None
        self.setAccessibleName("Best loss by trial")
        self.setMinimumHeight(150)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(360, 190)

    @property
    def stair(self) -> Sequence[tuple[int, float]]:
        """Number of a trial, from 1, and the best loss so far, where it became better."""
        return self._stair

    def show_trials(
        self, trials: Sequence[TrialRecord], wanted: int, simple: tuple[str, float] | None
    ) -> None:
        self._tried = [(one.number + 1, one.value) for one in trials if one.value is not None]
        self._stair = []
        for number, value in self._tried:
            if not self._stair or value < self._stair[-1][1]:
                self._stair.append((number, value))
        self._last = max([wanted, *(one.number + 1 for one in trials), 2])
        self._simple = simple
        self.setAccessibleDescription(self._spoken())
        self.update()

    def _spoken(self) -> str:
        if not self._stair:
            return "No trial has come to its end."
        number, value = self._stair[-1]
        said = f"Best {wording.figure(value)} at trial {number} of {len(self._tried)}."
        if self._simple is not None:
            said += f" {self._simple[0]}: {wording.figure(self._simple[1])}."
        return said

    def _span(self) -> tuple[float, float]:
        values = sorted(value for _, value in self._tried)
        values = values[: max(1, math.ceil(len(values) * _SPREAD))]
        if self._simple is not None:
            values.append(self._simple[1])
        low, high = min(values), max(values)
        room = (high - low) * _MARGIN or abs(high) * _MARGIN or 1.0
        return low - room, high + room

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(fonts.sans(Type.CAPTION))
        if not self._tried:
            painter.setPen(t.text_faint)
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), "No trial has ended")
            return
        box = QRectF(self.rect()).adjusted(_LEFT, _TOP, -Space.M, -_BOTTOM)
        low, high = self._span()

        def place(number: float, value: float) -> QPointF:
            x = box.left() + (number - 1) / max(self._last - 1, 1) * box.width()
            share = min(max((value - low) / (high - low), 0.0), 1.0)
            return QPointF(x, box.bottom() - share * box.height())

        self._paint_axes(painter, box, low, high)
        if self._simple is not None:
            y = place(1, self._simple[1]).y()
            painter.setPen(QPen(t.text_faint, 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.series[1])
        for number, value in self._tried:
            painter.drawEllipse(place(number, value), _DOT, _DOT)
        self._paint_stair(painter, place)
        self._paint_legend(painter)

    def _paint_axes(self, painter: QPainter, box: QRectF, low: float, high: float) -> None:
        t = theme.tokens()
        ticks = value_ticks(low, high, max(int(box.height() / _TICK_HEIGHT), 2))
        for value, said in zip(ticks, tick_words(ticks, "{:.4f}".format), strict=True):
            y = box.bottom() - box.height() * (value - low) / (high - low)
            painter.setPen(t.hairline)
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            painter.setPen(t.text_muted)
            words = QRectF(0, y - 8, _LEFT - Space.S, 16)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(words, int(right), said)
        foot = QRectF(box.left(), box.bottom() + Space.XXS, box.width(), _BOTTOM - Space.XXS)
        painter.setPen(t.text_muted)
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignLeft), "Trial 1")
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignRight), formats.count(self._last))

    def _paint_stair(self, painter: QPainter, place: Callable[[float, float], QPointF]) -> None:
        line = QPolygonF()
        for (number, value), after in zip(
            self._stair, [*(one for one, _ in self._stair[1:]), self._tried[-1][0]], strict=True
        ):
            line.append(place(number, value))
            line.append(place(after, value))
        painter.setPen(QPen(theme.tokens().accent, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(line)

    def _paint_legend(self, painter: QPainter) -> None:
        t = theme.tokens()
        left = float(_LEFT)
        entries = [("Best so far", t.accent), ("Trial", t.series[1])]
        if self._simple is not None:
            entries.append((f"{self._simple[0]}", t.text_faint))
        for words, colour in entries:
            painter.fillRect(QRectF(left, 8, 10, 2), colour)
            painter.setPen(t.text_muted)
            room = painter.fontMetrics().horizontalAdvance(words)
            painter.drawText(
                QRectF(left + 14, 0, room + 4, 18), int(Qt.AlignmentFlag.AlignVCenter), words
            )
            left += 14 + room + Space.L
