"""The drawing of a live line chart over pyqtgraph, which is imported when a plot is first made.

What keeps it cheap: ranges are set and never searched, there is no menu and no mouse handling,
curves are kept and given new data, nothing translucent is painted, and no more points than two a
pixel column are handed over.
"""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetrics, QPen
from PySide6.QtWidgets import QWidget

from desktop_app.ui import fonts, formats, theme
from desktop_app.ui.axis import fitting, tick_words, upward
from desktop_app.ui.decimate import Floats, min_max, nice_top, time_ticks

_TICKS = 4
_AXIS_WIDTH = 46
_BESIDE_WORDS = 8
_DAY_S = 86_400.0
_AXIS_HEIGHT = 22
_ABOVE = 7
"""Half a line of the axis' words: the topmost stands beside the top of the lines."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How values are written at the axis, and the lowest and the highest top it may have."""

    format: Callable[[float], str]
    least_top: float
    most_top: float = math.inf


class Plot:
    """Lines over the last seconds; owns one pyqtgraph widget."""

    def __init__(self, inks: Mapping[str, str], scale: Scale) -> None:
        import pyqtgraph as pg

        self._pg = pg
        self._inks = inks
        self._scale = scale
        self._top = 0.0
        self._words: list[str] = []
        self._fits = partial(_fits, QFontMetrics(fonts.sans(11)))
        self._span = (0.0, 1.0)
        self._drawn: dict[str, tuple[Floats, Floats]] = {}
        widget = pg.PlotWidget(enableMenu=False)
        widget.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.widget: QWidget = widget
        self._item = widget.plotItem
        self._prepare()
        self._gaps: list[Any] = []
        self._grid = self._curve()
        self._curves = {key: self._curve() for key in inks}
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._cursor.hide()
        self._item.addItem(self._cursor, ignoreBounds=True)
        theme.follow(self.widget, self._recolour)

    def _prepare(self) -> None:
        # The chart around it handles the mouse; a wheel must reach the page that scrolls.
        self.widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        item = self._item
        item.hideButtons()
        item.setMouseEnabled(x=False, y=False)
        item.disableAutoRange()
        item.getViewBox().setDefaultPadding(0)
        for side in ("left", "bottom"):
            axis = item.getAxis(side)
            axis.setStyle(tickLength=0, tickAlpha=0, tickFont=fonts.sans(11), tickTextOffset=6)
            axis.enableAutoSIPrefix(enable=False)
        item.getAxis("left").setWidth(_AXIS_WIDTH)
        item.getAxis("bottom").setHeight(_AXIS_HEIGHT)
        item.layout.setContentsMargins(1, _ABOVE, 1, 1)

    def _curve(self) -> Any:
        curve = self._pg.PlotCurveItem(skipFiniteCheck=True, antialias=True)
        self._item.addItem(curve, ignoreBounds=True)
        return curve

    def _recolour(self) -> None:
        t = theme.tokens()
        self._item.getViewWidget().setBackground(t.surface)
        self._cursor.setPen(QPen(t.border, 0))
        self._grid.setPen(QPen(t.hairline, 0))
        for key, ink in self._inks.items():
            self._curves[key].setPen(self._pen(ink))
        for side in ("left", "bottom"):
            axis = self._item.getAxis(side)
            axis.setPen(QPen(Qt.PenStyle.NoPen))
            axis.setTextPen(t.text_muted)
        for gap in self._gaps:
            gap.setBrush(t.sunken)

    @staticmethod
    def _pen(ink: str) -> QPen:
        return QPen(theme.tokens().ink(ink), 0)

    def draw(
        self,
        data: Mapping[str, tuple[Floats, Floats]],
        start: float,
        end: float,
        gaps: Sequence[tuple[float, float]],
    ) -> None:
        """Shows each line between two moments. Times are seconds since 1970, ascending; values are
        finite."""
        columns = max(int(self._item.getViewBox().width()), 1)
        highest = 0.0
        self._drawn.clear()
        for key, curve in self._curves.items():
            times, values = data.get(key, (np.empty(0), np.empty(0)))
            # One point before the edge, so that the line reaches it.
            first = max(int(np.searchsorted(times, start)) - 1, 0)
            times, values = times[first:], values[first:]
            self._drawn[key] = (times, values)
            if len(values):
                highest = max(highest, float(values.max()))
            if len(times) == 1:
                # One value alone has no line: it is a stroke of six pixels.
                half = 3 * (end - start) / columns
                times, values = np.array([times[0] - half, times[0] + half]), np.repeat(values, 2)
            curve.setData(*min_max(times, values, columns))
        self._set_span(start, end)
        self._set_top(highest)
        self._show_gaps(gaps)

    def _set_span(self, start: float, end: float) -> None:
        self._span = (start, end)
        self._item.setXRange(start, end, padding=0)
        most = max(int(self.widget.width() / 110), 2)
        offset = time.localtime(end).tm_gmtoff
        ticks = time_ticks(start, end, most, offset)
        close = end - start <= 600
        days = len(ticks) > 1 and ticks[1] - ticks[0] >= _DAY_S
        digits = None if close else 5
        # By its noon: on the other side of a change of the clock a midnight is an hour off.
        words = [
            _day(tick + _DAY_S / 2) if days else formats.clock(tick)[:digits] for tick in ticks
        ]
        self._item.getAxis("bottom").setTicks([list(zip(ticks, words, strict=True))])

    def _set_top(self, highest: float) -> None:
        """Grows at once, shrinks only when the line has become small: a top that follows every
        value makes the chart jump."""
        # The step is round, and with it every tick.
        wanted = _TICKS * nice_top(highest * 1.05 / _TICKS, self._scale.least_top / _TICKS)
        wanted = min(wanted, self._scale.most_top)
        if not (wanted > self._top or highest < self._top * 0.4):
            wanted = self._top
        ticks = upward(wanted)
        if wanted != self._top:
            self._top = wanted
            self._item.setYRange(0.0, wanted, padding=0.02)
        words = fitting(tick_words(ticks, self._scale.format), self._fits)
        if words != self._words:
            self._words = words
            self._item.getAxis("left").setTicks([list(zip(ticks, words, strict=True))])
        start, end = self._span
        self._grid.setData(np.tile([start, end], len(ticks)), np.repeat(ticks, 2), connect="pairs")

    def _show_gaps(self, gaps: Sequence[tuple[float, float]]) -> None:
        while len(self._gaps) > len(gaps):
            self._item.removeItem(self._gaps.pop())
        while len(self._gaps) < len(gaps):
            region = self._pg.LinearRegionItem(movable=False, brush=theme.tokens().sunken)
            region.setZValue(-10)
            for line in region.lines:
                line.hide()
            self._item.addItem(region, ignoreBounds=True)
            self._gaps.append(region)
        for region, gap in zip(self._gaps, gaps, strict=True):
            region.setRegion(gap)

    def time_at(self, x: float) -> float | None:
        """The moment under a pixel of the widget, or None beside the lines."""
        start, end = self._span
        box = self._item.getViewBox()
        moment = float(box.mapSceneToView(QPointF(x, 0)).x())
        return moment if start <= moment <= end else None

    def show_cursor(self, moment: float | None) -> None:
        self._cursor.setVisible(moment is not None)
        if moment is not None:
            self._cursor.setPos(moment)

    def values_at(self, moment: float) -> dict[str, float]:
        """The last value of each line at or before a moment."""
        result = {}
        for key, (times, values) in self._drawn.items():
            place = int(np.searchsorted(times, moment, side="right")) - 1
            if place >= 0:
                result[key] = float(values[place])
        return result

    def points_drawn(self, key: str) -> int:
        """How many points the line was handed after decimation."""
        return len(self._curves[key].xData)


def _day(at: float) -> str:
    then = datetime.fromtimestamp(at).astimezone()
    return f"{then.day} {then:%b}"


def _fits(metrics: QFontMetrics, words: str) -> bool:
    return metrics.horizontalAdvance(words) <= _AXIS_WIDTH - _BESIDE_WORDS
