"""What happened on single days: marks to be opened, and rules with a few words."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from desktop_app.ui import fonts
from desktop_app.ui.timechart.drawing import Floats, View
from desktop_app.ui.timechart.layers import Column, Extent, Layer, Reading
from desktop_app.ui.timechart.sessions import DAY, Sessions

Shape = Literal["triangle", "diamond", "square", "bracket"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened on a day, to be looked at. ``since`` is where it began, if it took
    longer."""

    key: Hashable
    day: date
    words: str
    shape: Shape = "triangle"
    ink: str = "warning"
    since: date | None = None


class Marks(Layer):
    """Marks in the lane above the values, where they hide none of them."""

    known = False
    REACH = 9.0
    """How near to a mark, in pixels, one need come."""

    def __init__(self, name: str, marks: Sequence[Mark]) -> None:
        self.marks = sorted(marks, key=lambda mark: mark.day)
        super().__init__(np.array([mark.day for mark in self.marks], dtype=DAY))
        self.name = name
        self.chosen: Hashable | None = None
        self._since: Floats = np.empty(0)

    def put_on(self, sessions: Sessions) -> None:
        super().put_on(sessions)
        begun = [mark.since or mark.day for mark in self.marks]
        self._since = sessions.places(np.array(begun, dtype=DAY))

    def paint(self, painter: QPainter, view: View) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = view.lane.center().y()
        for row in range(len(self.marks))[self.within(view.start, view.end)]:
            mark, x = self.marks[row], view.x_of(float(self.places[row]))
            ink = view.tokens.ink(mark.ink)
            if mark.key == self.chosen:
                painter.setPen(QPen(ink, 1))
                painter.drawLine(QPointF(x, view.lane.top()), QPointF(x, view.foot.bottom()))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            if mark.shape == "bracket":
                left = min(view.x_of(float(self._since[row])), x - 6)
                painter.drawRect(QRectF(left, middle - 1, x - left, 2))
            _draw_mark(painter, mark.shape, x, middle, 5.5 if mark.key == self.chosen else 4.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def hit(self, view: View, x: float, y: float) -> Mark | None:
        """The mark at a pixel."""
        if not view.lane.top() - 2 <= y <= view.lane.bottom() + 2 or not len(self.marks):
            return None
        away = np.abs(view.x(self.places) - x)
        row = int(away.argmin())
        return self.marks[row] if away[row] <= self.REACH else None

    def next(self, place: float | None, direction: int) -> Mark | None:
        """The next mark after a place, or before it with ``direction`` -1; of several on one day
        the one after the chosen one."""
        if not self.marks:
            return None
        keys = [mark.key for mark in self.marks]
        if self.chosen in keys:
            row = keys.index(self.chosen) + direction
        elif place is None:
            row = 0 if direction > 0 else len(self.marks) - 1
        elif direction > 0:
            row = int(np.searchsorted(self.places, place))
        else:
            row = int(np.searchsorted(self.places, place, side="right")) - 1
        return self.marks[row] if 0 <= row < len(self.marks) else None

    def columns(self) -> list[Column]:
        return [(self.name, self.days, [mark.words for mark in self.marks])]


def _draw_mark(painter: QPainter, shape: Shape, x: float, y: float, size: float) -> None:
    if shape == "square":
        painter.drawRect(QRectF(x - size, y - size, 2 * size, 2 * size))
        return
    corners = {
        "triangle": [(-size, -size), (size, -size), (0, size)],
        "diamond": [(0, -size * 1.3), (size * 1.3, 0), (0, size * 1.3), (-size * 1.3, 0)],
        "bracket": [(-size, -size), (0, -size), (0, size), (-size, size)],
    }[shape]
    painter.drawPolygon([QPointF(x + dx, y + dy) for dx, dy in corners])


class Rules(Layer):
    """Upright lines at days, each with a few words, and a level one at ``zero`` if wanted."""

    known = False

    def __init__(
        self, days: Sequence[date], words: Sequence[str], ink: str, *, zero: bool = False
    ) -> None:
        super().__init__(np.array(list(days), dtype=DAY))
        self.words, self.ink, self._zero = list(words), ink, zero

    def extent(self, start: float, end: float) -> Extent | None:  # noqa: ARG002  always the same
        return (0.0, 0.0) if self._zero else None

    def shows(self, start: float, end: float) -> bool:  # noqa: ARG002  a rule is no value
        return False

    def paint(self, painter: QPainter, view: View) -> None:
        pen = QPen(view.tokens.ink(self.ink), 1)
        if self._zero:
            painter.setPen(QPen(view.tokens.border, 1))
            y = round(view.y_of(0.0))
            painter.drawLine(QPointF(view.area.left(), y), QPointF(view.area.right(), y))
        pen.setStyle(Qt.PenStyle.DotLine)
        painter.setFont(fonts.sans(11))
        last = -np.inf
        for row in range(len(self.words))[self.within(view.start, view.end)]:
            x = round(view.x_of(float(self.places[row])))
            painter.setPen(pen)
            painter.drawLine(QPointF(x, view.area.top()), QPointF(x, view.foot.bottom()))
            wide = painter.fontMetrics().horizontalAdvance(self.words[row])
            if x > last and x + 4 + wide < view.area.right():
                metrics = painter.fontMetrics()
                ground = QRectF(x + 2, view.area.top(), wide + 4, metrics.height())
                painter.fillRect(ground, view.tokens.surface)
                painter.setPen(view.tokens.text_muted)
                place = QPointF(x + 4, view.area.top() + metrics.ascent())
                painter.drawText(place, self.words[row])
                last = x + 8 + wide

    def readings(self, place: float) -> list[Reading]:
        row = self.row_at(place)
        return [] if row is None else [Reading("", self.words[row], self.ink)]
