"""The charts of a report: columns, rows, and lines with bands over time.

Each is a drawing of ReportLab's, in points. A value that is not known is a gap, never a zero.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from worker_core.reports.axes import Axes, time_ticks, whole

if TYPE_CHECKING:
    from reportlab.graphics.shapes import Drawing

WIDTH: Final = 520.0
HEIGHT: Final = 180.0

ROW_HEIGHT: Final = 17.0


@dataclass(frozen=True, slots=True)
class Series:
    """Values in one colour of the palette."""

    name: str
    values: Sequence[float | None]
    colour: str = "accent"
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch between two lines, each as long as the moments of the chart."""

    name: str
    low: Sequence[float | None]
    high: Sequence[float | None]
    colour: str = "fan_wide"


def columns(labels: Sequence[str], series: Sequence[Series], *, unit: str = "") -> "Drawing":
    """Columns upon each other, one pile a label. A negative one hangs below the line."""
    piles = list(zip(*(one.values for one in series), strict=True))
    tops = [sum(v for v in pile if v and v > 0) for pile in piles]
    bottoms = [sum(v for v in pile if v and v < 0) for pile in piles]
    axes = Axes(
        (0.0, float(max(1, len(labels)))),
        whole(min([0.0, *bottoms]), max([0.0, *tops]) or 1.0),
        width=WIDTH,
        height=HEIGHT,
        legend=_legend(series, ()),
    )
    axes.grid(unit=unit)
    room = 0.72
    for place, pile in enumerate(piles):
        up = down = 0.0
        left = place + (1 - room) / 2
        for one, value in zip(series, pile, strict=True):
            if not value or not math.isfinite(value):
                continue
            base = up if value > 0 else down
            axes.box(left, base, left + room, base + value, one.colour)
            if value > 0:
                up += value
            else:
                down += value
    axes.zero()
    axes.names(labels)
    return axes.drawing


def rows(
    labels: Sequence[str],
    values: Sequence[float],
    texts: Sequence[str],
    *,
    colour: str = "accent",
) -> "Drawing":
    """One bar a label, the values as texts behind them."""
    height = ROW_HEIGHT * max(1, len(labels)) + 6
    axes = Axes(
        (0.0, max([*values, 0.0]) or 1.0),
        (0.0, float(max(1, len(labels)))),
        width=WIDTH,
        height=height,
        margins=(190.0, 70.0, 3.0, 3.0),
    )
    for place, (label, value, text) in enumerate(zip(labels, values, texts, strict=True)):
        row = len(labels) - 1 - place
        axes.box(0.0, row + 0.18, max(value, 0.0), row + 0.82, colour)
        middle = axes.y(row + 0.5) - 3
        axes.write(184.0, middle, label, anchor="end", most=178.0)
        axes.write(axes.x(max(value, 0.0)) + 5, middle, text, colour="text_muted")
    return axes.drawing


def lines(
    moments: Sequence[datetime],
    series: Sequence[Series],
    bands: Sequence[Band] = (),
    *,
    unit: str = "",
    marks: Sequence[tuple[datetime, float]] = (),
    from_zero: bool = False,
    today: datetime | None = None,
) -> "Drawing":
    """Lines over time, before bands; ``marks`` are points to look at, ``today`` a line across."""
    times = [_stamp(moment) for moment in moments]
    known = [*_known(one.values for one in series), *(value for _, value in marks)]
    known += _known(part for band in bands for part in (band.low, band.high))
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    low = min(low, 0.0) if from_zero else low
    room = (high - low) * 0.05 or abs(high) * 0.05 or 1.0
    first, last = (times[0], times[-1]) if times else (0.0, 1.0)
    axes = Axes(
        (first, last if last > first else first + 1.0),
        (low if from_zero and low == 0 else low - room, high + room),
        width=WIDTH,
        height=HEIGHT,
        legend=_legend(series, bands),
    )
    axes.grid(unit=unit)
    for band in bands:
        for part in _stretches(list(zip(times, band.low, band.high, strict=True))):
            there = [(at, lower) for at, lower, _ in part]
            back = [(at, upper) for at, _, upper in reversed(part)]
            axes.area([*there, *back], band.colour)
    if today is not None and first < _stamp(today) < last:
        axes.upright(_stamp(today))
    for one in series:
        for stretch in _stretches(list(zip(times, one.values, strict=True))):
            axes.line(stretch, one.colour, dashed=one.dashed)
    for moment, value in marks:
        axes.mark(_stamp(moment), value, "danger")
    axes.times(time_ticks(first, last))
    return axes.drawing


def _stamp(moment: datetime) -> float:
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _known(columns: Any) -> list[float]:
    return [v for column in columns for v in column if v is not None and math.isfinite(v)]


def _stretches(rows: Sequence[tuple[Any, ...]]) -> list[list[tuple[Any, ...]]]:
    """The parts in which every value is known."""
    found: list[list[tuple[Any, ...]]] = [[]]
    for row in rows:
        if all(value is not None and math.isfinite(value) for value in row):
            found[-1].append(row)
        elif found[-1]:
            found.append([])
    return [part for part in found if part]


def _legend(series: Sequence[Series], bands: Sequence[Band]) -> list[tuple[str, str]]:
    """Names and colours, where there is more than one thing to tell apart."""
    things = [(one.name, one.colour) for one in series] + [(one.name, one.colour) for one in bands]
    named = [thing for thing in things if thing[0]]
    return named if len(named) > 1 else []
