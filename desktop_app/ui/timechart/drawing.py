"""Where values stand in a picture, and shapes handed to Qt as arrays."""

from dataclasses import dataclass
from typing import cast

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPolygonF

from desktop_app.ui.tokens import Tokens

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class View:
    """The area of a chart in pixels, the places and values at its edges, and the colours. Above the
    area is a ``lane`` for marks, below it a ``foot`` with a scale of its own; either may have no
    height. With ``log`` equal ratios are equally high; then ``low`` is above 0."""

    area: QRectF
    lane: QRectF
    foot: QRectF
    start: float
    end: float
    low: float
    high: float
    log: bool
    tokens: Tokens

    @property
    def step(self) -> float:
        """The width of a session in pixels."""
        return self.area.width() / (self.end - self.start)

    def x(self, places: Floats) -> Floats:
        return np.asarray(self.area.left() + (places - self.start) * self.step)

    def y(self, values: Floats) -> Floats:
        low, high = self.low, self.high
        if self.log:
            values = np.log(np.maximum(values, low * 1e-6))
            low, high = float(np.log(low)), float(np.log(high))
        share = (values - low) / (high - low)
        # What is far outside would not fit the numbers that Qt paints with.
        return np.asarray(self.area.bottom() - np.clip(share, -4.0, 5.0) * self.area.height())

    def x_of(self, place: float) -> float:
        return self.area.left() + (place - self.start) * self.step

    def y_of(self, value: float) -> float:
        return float(self.y(np.array([value]))[0])


def mixed(ground: QColor, ink: QColor, share: float) -> QColor:
    """Ink on a ground as one solid colour: translucent paint costs several times as much."""

    def between(below: float, above: float) -> float:
        return below + (above - below) * share

    return QColor.fromRgbF(
        between(ground.redF(), ink.redF()),
        between(ground.greenF(), ink.greenF()),
        between(ground.blueF(), ink.blueF()),
    )


def fill_rects(painter: QPainter, rects: Floats, colour: QColor) -> None:
    """:param rects: (n, 4) left, top, width and height"""
    if len(rects):
        kept = np.ascontiguousarray(rects, dtype=np.float64)
        painter.setPen(QColor(0, 0, 0, 0))
        painter.setBrush(colour)
        # An array of QRectF is nothing but four doubles each.
        first = cast("QRectF", shiboken6.wrapInstance(kept.ctypes.data, QRectF))
        painter.drawRects(first, len(kept))


def draw_lines(painter: QPainter, lines: Floats) -> None:
    """:param lines: (n, 4) x and y of the one end, then of the other"""
    if len(lines):
        kept = np.ascontiguousarray(lines, dtype=np.float64)
        first = cast("QLineF", shiboken6.wrapInstance(kept.ctypes.data, QLineF))
        painter.drawLines(first, len(kept))


def joined(x: Floats, y: Floats) -> Floats:
    """The lines from each point to the next, as ``draw_lines`` takes them; none where a value is
    missing."""
    lines = np.column_stack((x[:-1], y[:-1], x[1:], y[1:]))
    return np.asarray(lines[np.isfinite(lines).all(axis=1)])


def polygon(x: Floats, y: Floats) -> QPolygonF:
    return QPolygonF([QPointF(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)])
