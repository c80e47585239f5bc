"""A drawing with a pair of axes: places on it, marks, ticks and words."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from worker_core.reports import fonts
from worker_core.reports.colours import palette
from worker_core.reports.content import number, plain

SIZE: Final = 7.5
MARGINS: Final = (46.0, 10.0, 8.0, 18.0)
LEGEND: Final = 15.0
TICKS: Final = 5
_HOUR, _DAY = 3600.0, 86_400.0
_STEPS: Final = (
    *(60.0 * n for n in (5, 15, 30)),
    *(_HOUR * n for n in (1, 2, 3, 6, 12)),
    *(_DAY * n for n in (1, 2, 4, 7, 14)),
)
_MONTHS: Final = (1, 2, 3, 6, 12, 24, 60, 120)


class Axes:
    """``across`` and ``up`` are the values at the ends of the axes; ``margins`` in points: left,
    right, top, bottom."""

    def __init__(
        self,
        across: tuple[float, float],
        up: tuple[float, float],
        *,
        width: float,
        height: float,
        margins: tuple[float, float, float, float] = MARGINS,
        legend: Sequence[tuple[str, str]] = (),
    ) -> None:
        from reportlab.graphics.shapes import Drawing

        fonts.register()
        left, right, top, bottom = margins
        self.across, self.up = across, up
        self.drawing = Drawing(width, height)
        self._left, self._right = left, width - right
        self._bottom, self._top = bottom, height - top - (LEGEND if legend else 0.0)
        self._legend(legend, height - top - 7.0)

    def x(self, value: float) -> float:
        low, high = self.across
        return self._left + (value - low) / (high - low) * (self._right - self._left)

    def y(self, value: float) -> float:
        low, high = self.up
        return self._bottom + (value - low) / (high - low) * (self._top - self._bottom)

    def box(self, left: float, bottom: float, right: float, top: float, colour: str) -> None:
        from reportlab.graphics.shapes import Rect

        low, high = sorted((self.y(bottom), self.y(top)))
        width = self.x(right) - self.x(left)
        self._add(Rect(self.x(left), low, width, high - low), fill=colour)

    def area(self, points: Sequence[tuple[float, float]], colour: str) -> None:
        from reportlab.graphics.shapes import Polygon

        self._add(Polygon(self._places(points)), fill=colour)

    def line(self, points: Sequence[Any], colour: str, *, dashed: bool = False) -> None:
        """A single point is a dot."""
        from reportlab.graphics.shapes import PolyLine

        if len(points) == 1:
            at, value = points[0]
            self.mark(at, value, colour, radius=1.4)
            return
        shape = PolyLine(self._places(points), strokeDashArray=[3, 2] if dashed else None)
        self._add(shape, stroke=colour, width=1.3)

    def mark(self, at: float, value: float, colour: str, radius: float = 2.6) -> None:
        from reportlab.graphics.shapes import Circle

        self._add(Circle(self.x(at), self.y(value), radius), fill=colour)

    def upright(self, at: float) -> None:
        self._straight(self.x(at), self._bottom, self.x(at), self._top, "border")

    def zero(self) -> None:
        if self.up[0] <= 0 <= self.up[1]:
            self._straight(self._left, self.y(0.0), self._right, self.y(0.0), "border")

    def grid(self, *, unit: str = "") -> None:
        """Lines across with their values at the left."""
        for value in ticks(*self.up):
            height = self.y(value)
            self._straight(self._left, height, self._right, height, "hairline")
            text = f"{_round(value)}{unit}"
            self.write(self._left - 5, height - 2.6, text, colour="text_muted", anchor="end")

    def times(self, marks: Sequence[tuple[float, str]]) -> None:
        """Moments below the axis, as far as they have room."""
        end = -math.inf
        for at, text in marks:
            place, half = self.x(at), fonts.width(text, SIZE) / 2
            if place - half < end + 6 or place + half > self._right + 12:
                continue
            self._straight(place, self._bottom, place, self._bottom - 3, "border")
            self.write(place, self._bottom - 12, text, colour="text_muted", anchor="middle")
            end = place + half

    def names(self, labels: Sequence[str]) -> None:
        """One below each unit of the axis, as far as they have room; of units of one name, below
        the first."""
        if not labels:
            return
        room = (self._right - self._left) / len(labels)
        widest = max(fonts.width(plain(label), SIZE) for label in labels) + 6
        starts = [at for at in range(len(labels)) if not at or labels[at] != labels[at - 1]]
        lengths = [later - earlier for earlier, later in pairwise(starts)]
        usual = max(lengths, default=1)
        if usual > 1 and lengths[0] * room < widest:
            # The first day has begun before the axis does, and its name would touch the next.
            starts = starts[1:]
        every = max(1, math.ceil(widest / (room * usual)))
        for place in starts[::every]:
            at, text = self.x(place + 0.5), labels[place]
            self.write(at, self._bottom - 12, text, colour="text_muted", anchor="middle")

    def write(
        self,
        x: float,
        y: float,
        text: str,
        *,
        colour: str = "text",
        anchor: str = "start",
        most: float = math.inf,
    ) -> None:
        """``text`` at a place in points, cut where it is wider than ``most``."""
        from reportlab.graphics.shapes import String
        from reportlab.lib.colors import HexColor
        from reportlab.pdfbase.pdfmetrics import stringWidth

        shown = plain(text, 200)
        if fonts.width(shown, SIZE) > most:
            while shown and fonts.width(f"{shown}…", SIZE) > most:
                shown = shown[:-1]
            shown += "…"
        whole = fonts.width(shown, SIZE)
        at = x - {"start": 0.0, "middle": whole / 2, "end": whole}[anchor]
        ink = HexColor(palette("light")[colour])
        for font, part in fonts.runs(shown):
            self.drawing.add(String(at, y, part, fontName=font, fontSize=SIZE, fillColor=ink))
            at += stringWidth(part, font, SIZE)

    def _legend(self, entries: Sequence[tuple[str, str]], height: float) -> None:
        from reportlab.graphics.shapes import Rect

        at = self._left
        for name, colour in entries:
            self._add(Rect(at, height - 1, 9, 6), fill=colour)
            self.write(at + 13, height, name, colour="text_muted")
            at += fonts.width(plain(name, 200), SIZE) + 28

    def _places(self, points: Sequence[Any]) -> list[float]:
        return [part for at, value in points for part in (self.x(at), self.y(value))]

    def _straight(self, x1: float, y1: float, x2: float, y2: float, colour: str) -> None:
        from reportlab.graphics.shapes import Line

        self._add(Line(x1, y1, x2, y2), stroke=colour, width=0.5)

    def _add(self, shape: Any, *, fill: str = "", stroke: str = "", width: float = 0.0) -> None:
        from reportlab.lib.colors import HexColor

        if fill:
            shape.fillColor = HexColor(palette("light")[fill])
        elif hasattr(shape, "fillColor"):
            shape.fillColor = None
        shape.strokeColor = HexColor(palette("light")[stroke]) if stroke else None
        if width:
            shape.strokeWidth = width
        self.drawing.add(shape)


def ticks(low: float, high: float, count: int = TICKS) -> list[float]:
    """About ``count`` round values within an axis."""
    span = high - low
    if not math.isfinite(span) or span <= 0:
        return [low]
    raw = span / count
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * n for n in (1, 2, 2.5, 5, 10) if size * n >= raw)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [n * step for n in range(first, last + 1)]


def whole(low: float, high: float) -> tuple[float, float]:
    """The ends of an axis moved outwards to its next ticks."""
    found = ticks(low, high)
    if len(found) < 2:
        return low, high
    step = found[1] - found[0]
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step


def _round(value: float) -> str:
    """A round value without the zeros behind its point."""
    text = number(value)
    letter = text[-1] if text[-1].isalpha() else ""
    digits = text.removesuffix(letter)
    return (digits.rstrip("0").rstrip(".") if "." in digits else digits) + letter


def time_ticks(first: float, last: float, count: int = 7) -> list[tuple[float, str]]:
    """About ``count`` round moments (unix seconds, UTC), as they are written."""
    span = last - first
    if span <= 0:
        return [(first, f"{_utc(first):%Y-%m-%d}")]
    step = next((one for one in _STEPS if span / one <= count), None)
    if step is not None:
        shown = "%d %b" if step >= _DAY else "%H:%M" if span <= _DAY else "%d %b %H:%M"
        start = math.ceil(first / step) * step
        return [
            (at, f"{_utc(at):{shown}}")
            for at in (start + n * step for n in range(count + 2))
            if at <= last
        ]
    months = span / (30.44 * _DAY)
    every = next((one for one in _MONTHS if months / one <= count), _MONTHS[-1])
    day = _utc(first).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found = []
    while day.timestamp() <= last:
        if day.timestamp() >= first and (day.year * 12 + day.month - 1) % every == 0:
            found.append((day.timestamp(), f"{day:%Y}" if every >= 12 else f"{day:%b %Y}"))
        day = (day + timedelta(days=32)).replace(day=1)
    return found


def _utc(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
