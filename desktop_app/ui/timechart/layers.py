"""What can be drawn in a chart over days, one on top of the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPen

from desktop_app.ui.decimate import min_max
from desktop_app.ui.timechart.drawing import (
    Floats,
    View,
    draw_lines,
    fill_rects,
    joined,
    mixed,
    polygon,
)
from desktop_app.ui.timechart.sessions import DAY, Days, Sessions

Extent = tuple[float, float]
Column = tuple[str, Days, Sequence[Any] | Floats]
"""Of a table: its title, its days and a value for each of them."""

_ROOM_OF_DOT = 8.0
"""Pixels, below which dots would cover the line."""

SHARES_OF_INK = {95.0: 0.16, 80.0: 0.34}
"""How much of its colour an interval has, by its level in per cent."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A value under the pointer, with its name and the colour of what it is read from."""

    name: str
    value: float | str
    ink: str = "text_muted"


class Layer:
    """``places`` are those of the layer's days on the axis of the chart that it was put into;
    ``known``, its values are what is known, and not what may come or what is said of it."""

    known = True

    def __init__(self, days: Days) -> None:
        self.days = np.asarray(days, dtype=DAY)
        self.places: Floats = np.empty(0)

    def put_on(self, sessions: Sessions) -> None:
        self.places = sessions.places(self.days)

    def within(self, start: float, end: float, beyond: int = 0) -> slice:
        """The rows between two places, and so many more at either side."""
        first = int(np.searchsorted(self.places, start)) - beyond
        last = int(np.searchsorted(self.places, end, side="right")) + beyond
        return slice(max(first, 0), last)

    def row_at(self, place: float) -> int | None:
        """The row that stands on a session, None where there is none."""
        row = int(np.searchsorted(self.places, place - 0.5))
        return row if row < len(self.places) and self.places[row] < place + 0.5 else None

    def extent(self, start: float, end: float) -> Extent | None:  # noqa: ARG002  for who has one
        """The lowest and highest value between two places; None where that does not matter."""
        return None

    def shows(self, start: float, end: float) -> bool:
        """Whether there is a value between two places."""
        return self.extent(start, end) is not None

    def paint(self, painter: QPainter, view: View) -> None:
        raise NotImplementedError

    def readings(self, place: float) -> list[Reading]:  # noqa: ARG002  for who has some
        """The values on a session."""
        return []

    def note(self, view: View) -> str:  # noqa: ARG002  for who has one
        """What a reader must know of how it is drawn."""
        return ""

    def columns(self) -> list[Column]:
        """What is drawn, as columns of a table."""
        return []


def _extent(*values: Floats) -> Extent | None:
    every = np.concatenate(values)
    every = every[np.isfinite(every)]
    return (float(every.min()), float(every.max())) if len(every) else None


class Curve(Layer):
    """A line through values, broken where one is missing, with a dot at each if wanted.

    :param longest: days from one value to the next, beyond which no line joins them
    """

    def __init__(
        self,
        name: str,
        days: Days,
        values: Floats,
        ink: str,
        *,
        width: int = 1,
        dots: bool = False,
        longest: int | None = None,
    ) -> None:
        super().__init__(days)
        self.name, self.ink = name, ink
        self.values = np.asarray(values, dtype=np.float64)
        self._width, self._dots, self._longest = width, dots, longest

    def extent(self, start: float, end: float) -> Extent | None:
        return _extent(self.values[self.within(start, end)])

    def paint(self, painter: QPainter, view: View) -> None:
        shown = self.within(view.start, view.end, beyond=1)
        places, values = self._broken(shown)
        columns = max(int(view.area.width()), 1)
        if len(places) > 2 * columns and np.isfinite(values).all():
            places, values = min_max(places, values, columns)
        x, y = view.x(places), view.y(values)
        pen = QPen(view.tokens.ink(self.ink), self._width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen)
        draw_lines(painter, joined(x, y))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        there = np.isfinite(y)
        x, y = x[there], y[there]
        roomy = len(x) > 1 and x[-1] - x[0] >= len(x) * _ROOM_OF_DOT
        if len(x) == 1 or (self._dots and roomy):
            rects = np.column_stack((x - 2, y - 2, np.full(len(x), 4), np.full(len(x), 4)))
            fill_rects(painter, rects, view.tokens.ink(self.ink))

    def _broken(self, shown: slice) -> tuple[Floats, Floats]:
        """Places and values, and a missing one in each gap that is too long."""
        places, values = self.places[shown], self.values[shown]
        if self._longest is None or len(places) < 2:
            return places, values
        gaps = np.diff(self.days[shown]) > np.timedelta64(self._longest, "D")
        after = np.flatnonzero(gaps) + 1
        return np.insert(places, after, places[after]), np.insert(values, after, np.nan)

    def readings(self, place: float) -> list[Reading]:
        row = self.row_at(place)
        value = self.values[row] if row is not None else np.nan
        return [Reading(self.name, float(value), self.ink)] if np.isfinite(value) else []

    def columns(self) -> list[Column]:
        return [(self.name, self.days, self.values)]


class Bars(Layer):
    """Bars from zero, those below it in a colour of their own.

    :param width: of a bar, in sessions
    """

    def __init__(
        self, name: str, days: Days, values: Floats, inks: tuple[str, str], width: float
    ) -> None:
        super().__init__(days)
        self.name, self._inks, self._width = name, inks, width
        self.values = np.asarray(values, dtype=np.float64)

    def extent(self, start: float, end: float) -> Extent | None:
        found = _extent(self.values[self.within(start - self._width, end + self._width)])
        return None if found is None else (min(found[0], 0.0), max(found[1], 0.0))

    def paint(self, painter: QPainter, view: View) -> None:
        shown = self.within(view.start - self._width, view.end + self._width)
        values = self.values[shown]
        wide = max(self._width * view.step, 2.0)
        x, y, base = view.x(self.places[shown]), view.y(values), view.y_of(0.0)
        for above, ink in zip((True, False), self._inks, strict=True):
            some = np.isfinite(values) & ((values >= 0) == above)
            top, tall = np.minimum(y[some], base), np.maximum(np.abs(y[some] - base), 1.0)
            left = x[some] - wide / 2
            rects = np.column_stack((left, top, np.full(len(left), wide), tall))
            fill_rects(painter, rects, view.tokens.ink(ink))

    def readings(self, place: float) -> list[Reading]:
        if not len(self.places):
            return []
        row = int(np.abs(self.places - place).argmin())
        near = abs(self.places[row] - place) <= max(self._width / 2, 0.5)
        value = self.values[row]
        ink = self._inks[0 if value >= 0 else 1]
        return [Reading(self.name, float(value), ink)] if near and np.isfinite(value) else []

    def columns(self) -> list[Column]:
        return [(self.name, self.days, self.values)]


class Fan(Layer):
    """Intervals that widen from what is known.

    :param days: (n,) of the steps, the day that the forecast was made from before them
    :param middle: (n,) the median or mean
    :param intervals: by level in per cent, (n,) lower and upper ends; where nothing is forecast
        yet, at the first day, both are what is known
    """

    known = False

    def __init__(
        self,
        name: str,
        days: Days,
        middle: Floats,
        intervals: dict[float, tuple[Floats, Floats]],
        ink: str,
    ) -> None:
        super().__init__(days)
        self.name, self.ink = name, ink
        self.middle = np.asarray(middle, dtype=np.float64)
        self.intervals = dict(sorted(intervals.items(), reverse=True))

    def extent(self, start: float, end: float) -> Extent | None:
        shown = self.within(start, end, beyond=1)
        if not len(self.places) or self.places[0] > end or self.places[-1] < start:
            return None
        return _extent(
            self.middle[shown], *(ends[shown] for both in self.intervals.values() for ends in both)
        )

    def paint(self, painter: QPainter, view: View) -> None:
        if not len(self.places) or self.places[0] > view.end or self.places[-1] < view.start:
            return
        x, ink = view.x(self.places), view.tokens.ink(self.ink)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for level, (low, high) in self.intervals.items():
            painter.setBrush(mixed(view.tokens.surface, ink, SHARES_OF_INK.get(level, 0.2)))
            around = polygon(
                np.concatenate((x, x[::-1])), view.y(np.concatenate((low, high[::-1])))
            )
            painter.drawPolygon(around)
        pen = QPen(ink, 1)
        pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawPolyline(polygon(x, view.y(self.middle)))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def readings(self, place: float) -> list[Reading]:
        row = self.row_at(place)
        if row is None or row == 0:
            return []
        found = [Reading(self.name, float(self.middle[row]), self.ink)]
        for level, (low, high) in reversed(self.intervals.items()):
            found.append(Reading(f"{level:g} %", float(low[row]), self.ink))
            found.append(Reading("to", float(high[row]), self.ink))
        return found

    def columns(self) -> list[Column]:
        found: list[Column] = [(self.name, self.days, self.middle)]
        for level, (low, high) in self.intervals.items():
            found.append((f"{self.name} {level:g} % low", self.days, low))
            found.append((f"{self.name} {level:g} % high", self.days, high))
        return found
