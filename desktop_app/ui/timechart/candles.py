"""Prices as candles, and volumes in the foot of the chart."""

from typing import Final

import numpy as np
from PySide6.QtGui import QPainter

from desktop_app.ui import formats
from desktop_app.ui.timechart.drawing import Floats, View, fill_rects, mixed
from desktop_app.ui.timechart.layers import Column, Extent, Layer, Reading
from desktop_app.ui.timechart.sessions import Days, Sessions

RISING: Final = "series:0"
FALLING: Final = "series:4"
"""Of series, not of states: a price that falls is no alarm."""
LEAST_STEP: Final = 3.0
"""Pixels that a candle needs; where there are fewer, several sessions become one."""
GROUPS: Final = ("day", "week", "month", "quarter", "year")


def grouped(days: Days, group: str) -> np.ndarray:
    """(n,) a number for each day, equal for days of the same week, month, quarter or year."""
    if group == "day":
        return np.arange(len(days))
    if group == "week":
        return (days.astype(np.int64) + 3) // 7
    months = days.astype("datetime64[M]").astype(np.int64)
    return months // {"month": 1, "quarter": 3, "year": 12}[group]


class Candles(Layer):
    """:param days: (n,) rising
    :param closes: (n,) finite; the others may be NaN, and then there is only a tick at the close
    :param least_step: pixels that a candle needs
    """

    def __init__(
        self,
        days: Days,
        opens: Floats,
        highs: Floats,
        lows: Floats,
        closes: Floats,
        *,
        least_step: float = LEAST_STEP,
    ) -> None:
        super().__init__(days)
        self.opens, self.highs, self.lows, self.closes = opens, highs, lows, closes
        self.least_step = least_step
        self._groups: dict[str, tuple[Floats, ...]] = {}

    def put_on(self, sessions: Sessions) -> None:
        super().put_on(sessions)
        self._groups.clear()

    def group(self, view: View) -> str:
        """How many sessions one candle is of, as they are drawn."""
        for name, sessions in zip(GROUPS, (1, 5, 21, 63, 252), strict=True):
            if view.step * sessions >= self.least_step:
                return name
        return GROUPS[-1]

    def note(self, view: View) -> str:
        group = self.group(view)
        return "" if group == "day" else f"a candle a {group}"

    def extent(self, start: float, end: float) -> Extent | None:
        shown = self.within(start - 0.5, end + 0.5)
        closes = self.closes[shown]
        if not len(closes):
            return None
        # A missing low or high is no bound; the close is always there.
        low = np.fmin(self.lows[shown], closes).min()
        high = np.fmax(self.highs[shown], closes).max()
        return float(low), float(high)

    def paint(self, painter: QPainter, view: View) -> None:
        left, right, opens, highs, lows, closes = self._of(self.group(view))
        first = max(int(np.searchsorted(right, view.start - 1)), 0)
        last = int(np.searchsorted(left, view.end + 1, side="right"))
        shown = slice(first, last)
        left, right, closes = left[shown], right[shown], closes[shown]
        if not len(left):
            return
        opens = np.where(np.isnan(opens[shown]), closes, opens[shown])
        lows, highs = np.fmin(lows[shown], closes), np.fmax(highs[shown], closes)
        wide = np.maximum((right - left + 1) * view.step * 0.7, 1.0)
        middle = view.x((left + right) / 2)
        o, h, low, c = (view.y(values) for values in (opens, highs, lows, closes))
        top, tall = np.minimum(o, c), np.maximum(np.abs(o - c), 1.0)
        wicks = np.column_stack(
            (np.round(middle - 0.5), h, np.ones(len(middle)), np.maximum(low - h, 1.0))
        )
        bodies = np.column_stack((middle - wide / 2, top, wide, tall))
        rising = closes >= opens
        thin = float(wide.max()) < 2.0
        for some, ink in ((rising, RISING), (~rising, FALLING)):
            colour = view.tokens.ink(ink)
            if thin:  # nothing of a body could be seen
                fill_rects(painter, wicks[some], colour)
            else:
                fill_rects(painter, np.concatenate((wicks[some], bodies[some])), colour)

    def _of(self, group: str) -> tuple[Floats, ...]:
        """First and last place, open, high, low and close of each group of sessions."""
        if group not in self._groups:
            self._groups[group] = self._made(group)
        return self._groups[group]

    def _made(self, group: str) -> tuple[Floats, ...]:
        if group == "day" or not len(self.days):
            return (self.places, self.places, self.opens, self.highs, self.lows, self.closes)
        numbers = grouped(self.days, group)
        starts = np.flatnonzero(np.diff(numbers, prepend=numbers[0] - 1))
        ends = np.append(starts[1:], len(numbers)) - 1
        return (
            self.places[starts],
            self.places[ends],
            self.opens[starts],
            np.fmax.reduceat(np.fmax(self.highs, self.closes), starts),
            np.fmin.reduceat(np.fmin(self.lows, self.closes), starts),
            self.closes[ends],
        )

    def readings(self, place: float) -> list[Reading]:
        row = self.row_at(place)
        if row is None:
            return []
        close = float(self.closes[row])
        ink = RISING if not self.opens[row] > close else FALLING
        found = [Reading("C", close, ink)]
        if row and self.closes[row - 1] > 0:
            found.append(
                Reading(
                    "",
                    formats.signed(f"{(close / float(self.closes[row - 1]) - 1) * 100:+.1f} %"),
                    ink,
                )
            )
        found += [
            Reading(name, float(column[row]), ink)
            for name, column in (("O", self.opens), ("H", self.highs), ("L", self.lows))
            if np.isfinite(column[row])
        ]
        return found

    def columns(self) -> list[Column]:
        columns = (self.opens, self.highs, self.lows, self.closes)
        names = ("Open", "High", "Low", "Close")
        return [(name, self.days, values) for name, values in zip(names, columns, strict=True)]


class Volume(Layer):
    """Shares traded, in the foot, on a scale of their own.

    :param volumes: (n,) NaN where not known
    """

    def __init__(self, days: Days, volumes: Floats) -> None:
        super().__init__(days)
        self.volumes = np.asarray(volumes, dtype=np.float64)

    def paint(self, painter: QPainter, view: View) -> None:
        shown = self.within(view.start - 0.5, view.end + 0.5)
        places, volumes = self.places[shown], np.nan_to_num(self.volumes[shown], nan=0.0)
        if not len(volumes) or (highest := float(volumes.max())) <= 0:
            return
        columns = max(int(view.area.width()), 1)
        if len(places) > columns:
            # The highest of those that share a pixel.
            size = -(-len(places) // columns)
            starts = np.arange(0, len(places), size)
            places, volumes = places[starts], np.maximum.reduceat(volumes, starts)
        tall = volumes / highest * view.foot.height()
        # Whole pixels, or neighbours would differ in width.
        wide = max(float(int(view.step * 0.7)), 1.0)
        x = np.round(view.x(places) - wide / 2)
        top = view.foot.bottom() - tall
        rects = np.column_stack((x, top, np.full(len(x), wide), tall))
        ground, ink = view.tokens.surface, view.tokens.text_faint
        fill_rects(painter, rects, mixed(ground, ink, 0.45))

    def readings(self, place: float) -> list[Reading]:
        row = self.row_at(place)
        value = np.nan if row is None else float(self.volumes[row])
        return [Reading("Vol", formats.compact(value))] if np.isfinite(value) else []

    def columns(self) -> list[Column]:
        return [("Volume", self.days, self.volumes)]
