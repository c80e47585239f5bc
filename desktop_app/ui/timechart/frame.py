"""A chart as a picture: what stands around the layers, and where everything has its place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from desktop_app.ui import fonts
from desktop_app.ui.axis import tick_words
from desktop_app.ui.timechart.drawing import View
from desktop_app.ui.timechart.layers import Layer, Reading
from desktop_app.ui.timechart.span import Span
from desktop_app.ui.timechart.ticks import day_ticks, log_ticks, value_ticks
from desktop_app.ui.tokens import Tokens

HEAD: Final = 30
LEFT: Final = 58
RIGHT: Final = 14
BOTTOM: Final = 22
LANE: Final = 18
_FOOT: Final = 0.18
_PADDING: Final = 0.06
_GAP: Final = 10.0

Format = Callable[[float], str]


@dataclass
class Content:
    """What a chart shows: ``layers`` from the lowest to the uppermost."""

    title: str
    span: Span
    format: Format
    layers: Sequence[Layer] = ()
    note: str = ""
    log: bool = False
    lane: bool = False
    foot: bool = False
    room: float = 0.0
    """Pixels at the right of the head that are somebody else's."""
    empty: str = ""
    """What stands in place of layers, where there are none."""

    def view(self, size: QSizeF, tokens: Tokens) -> View:
        """The places of everything in a picture of that size."""
        top = HEAD + (LANE if self.lane else 0)
        bottom = size.height() - BOTTOM
        foot = (bottom - top) * _FOOT if self.foot else 0.0
        width = max(size.width() - LEFT - RIGHT, 10.0)
        area = QRectF(LEFT, top, width, max(bottom - top - foot, 10.0))
        lane = QRectF(LEFT, HEAD, width, LANE if self.lane else 0)
        start, end = self.span.start - 0.5, self.span.end + 0.5
        low, high, log = self._range(start, end)
        return View(
            area, lane, QRectF(LEFT, bottom - foot, width, foot), start, end, low, high, log, tokens
        )

    def _range(self, start: float, end: float) -> tuple[float, float, bool]:
        found = [e for layer in self.layers if (e := layer.extent(start, end)) is not None]
        if not found:
            return 0.0, 1.0, False
        low, high = min(e[0] for e in found), max(e[1] for e in found)
        log = self.log and low > 0
        if log and high > low:
            pad = (high / low) ** _PADDING
            return low / pad, high * pad, True
        pad = (high - low) * _PADDING or abs(high) * 0.02 or 1.0
        if low == high:
            return low - pad, high + pad, False
        # Bars stand on zero.
        return low - pad * (low != 0.0), high + pad * (high != 0.0), False

    def place_shown(self) -> float:
        """The session whose values are read: the pointer's, or the last one in sight that has
        any."""
        if self.span.pointer is not None:
            return self.span.pointer
        last = [
            float(layer.places[row - 1])
            for layer in self.layers
            if layer.known and (row := int(np.searchsorted(layer.places, self.span.end + 0.5))) > 0
        ]
        return max((p for p in last if p >= self.span.start), default=self.span.end)

    def elsewhere(self) -> date | None:
        """The day nearest to those in sight that has a value, where none of those has."""
        start, end = self.span.start - 0.5, self.span.end + 0.5
        if any(layer.shows(start, end) for layer in self.layers):
            return None
        days = [
            (abs(place - min(max(place, start), end)), day)
            for layer in self.layers
            if layer.known
            for place, day in zip(layer.places.tolist(), layer.days.tolist(), strict=True)
        ]
        return min(days)[1] if days else None

    def readings(self) -> list[Reading]:
        """Of the uppermost layer first."""
        place = self.place_shown()
        return [reading for layer in reversed(self.layers) for reading in layer.readings(place)]

    def note_in(self, view: View) -> str:
        """What is said beside the title of a picture."""
        return ", ".join(filter(None, (self.note, *(one.note(view) for one in self.layers))))

    def day_shown(self) -> date:
        return self.span.sessions.day_at(self.place_shown())

    def spoken(self) -> str:
        """The values at the pointer, in words."""
        if (nearest := self.elsewhere()) is not None:
            return away(nearest)
        return ", ".join((said_day(self.day_shown()), *map(self.said, self.readings())))

    def said(self, reading: Reading) -> str:
        value = reading.value if isinstance(reading.value, str) else self.format(reading.value)
        return f"{reading.name} {value}".strip()


def said_day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def away(nearest: date) -> str:
    """What stands in place of values, where those that there are lie on other days."""
    return (
        f"There is nothing on these days. The nearest is of {said_day(nearest)}: "
        "a click here, or Return, goes there."
    )


def paint_still(painter: QPainter, content: Content, view: View) -> None:
    """All that does not follow the pointer."""
    t = view.tokens
    painter.setFont(fonts.strong(13))
    painter.setPen(t.text)
    metrics = QFontMetricsF(painter.font(), painter.device())
    base = QPointF(12, (HEAD + metrics.ascent() - metrics.descent()) / 2 + 1)
    painter.drawText(base, content.title)
    if note := content.note_in(view):
        left = base.x() + metrics.horizontalAdvance(content.title) + _GAP
        painter.setFont(fonts.sans(12))
        painter.setPen(t.text_muted)
        painter.drawText(QPointF(left, base.y()), note)
    nearest = content.elsewhere()
    if not content.layers or nearest is not None:
        painter.setPen(t.text_muted)
        painter.setFont(fonts.sans())
        around = QRectF(view.lane.topLeft(), view.foot.bottomRight())
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        words = content.empty if nearest is None else away(nearest)
        painter.drawText(around, int(flags), words)
        return
    _paint_values(painter, content, view)
    _paint_days(painter, content, view)
    painter.save()
    painter.setClipRect(QRectF(view.lane.topLeft(), view.foot.bottomRight()))
    for layer in content.layers:
        layer.paint(painter, view)
    painter.restore()


def _paint_values(painter: QPainter, content: Content, view: View) -> None:
    most = max(int(view.area.height() / 30), 3)
    found = log_ticks if view.log else value_ticks
    ticks = found(view.low, view.high, most)
    words_of = tick_words(ticks, content.format)
    while len(set(words_of)) < len(words_of) and most > 1:
        # Finer than the words can tell.
        most -= 1
        ticks = found(view.low, view.high, most)
        words_of = tick_words(ticks, content.format)
    painter.setFont(fonts.sans(11))
    middle = painter.fontMetrics().ascent() / 2 - 1
    for tick, words in zip(ticks, words_of, strict=True):
        y = round(view.y_of(tick))
        painter.setPen(QPen(view.tokens.hairline, 1))
        painter.drawLine(QPointF(view.area.left(), y), QPointF(view.area.right(), y))
        painter.setPen(view.tokens.text_muted)
        wide = painter.fontMetrics().horizontalAdvance(words)
        painter.drawText(QPointF(view.area.left() - 6 - wide, y + middle), words)


def _paint_days(painter: QPainter, content: Content, view: View) -> None:
    most = max(int(view.area.width() / 84), 2)
    base = view.foot.bottom() + painter.fontMetrics().ascent() + 4
    last = -np.inf
    for place, words in day_ticks(content.span.sessions, view.start, view.end, most):
        x = round(view.x_of(place))
        wide = painter.fontMetrics().horizontalAdvance(words)
        if x - wide / 2 < max(last, view.area.left() - 20) or x > view.area.right():
            continue
        painter.setPen(QPen(view.tokens.hairline, 1))
        painter.drawLine(QPointF(x, view.area.top()), QPointF(x, view.foot.bottom()))
        painter.setPen(view.tokens.text_muted)
        left = min(x - wide / 2, view.area.right() + RIGHT - wide)
        painter.drawText(QPointF(left, base), words)
        last = left + wide + _GAP


def paint_pointer(painter: QPainter, content: Content, view: View) -> None:
    """The line under the pointer, and the values that stand there."""
    if not content.layers or content.elsewhere() is not None:
        return
    pointer = content.span.pointer
    if pointer is not None and view.start <= pointer <= view.end:
        x = round(view.x_of(pointer))
        painter.setPen(QPen(view.tokens.text_faint, 1))
        painter.drawLine(QPointF(x, view.area.top()), QPointF(x, view.foot.bottom()))
    _paint_readings(painter, content, view)


def _paint_readings(painter: QPainter, content: Content, view: View) -> None:
    """From the right; what does not fit beside the title is left out, the last first."""
    t = view.tokens
    title = QFontMetricsF(fonts.strong(13)).horizontalAdvance(content.title)
    note = QFontMetricsF(fonts.sans(12)).horizontalAdvance(content.note_in(view))
    least = 12 + title + _GAP + (note + _GAP if note else 0)
    readings = [Reading("", said_day(content.day_shown()), "text"), *content.readings()]
    if len(readings) == 1 and content.span.pointer is None:
        return
    name_font, value_font = fonts.sans(12), fonts.medium(12)
    names, values = QFontMetricsF(name_font), QFontMetricsF(value_font)
    parts = []
    for reading in readings:
        said = content.said(reading).removeprefix(reading.name).strip()
        wide = names.horizontalAdvance(reading.name) + (4 if reading.name else 0)
        parts.append((reading, said, wide, wide + values.horizontalAdvance(said) + _GAP))
    room = view.area.right() + RIGHT - 4 - content.room - least
    while len(parts) > 1 and sum(part[3] for part in parts) > room:
        parts.pop()
    x = view.area.right() + RIGHT - 4 - content.room - sum(part[3] for part in parts)
    base = (HEAD + names.ascent() - names.descent()) / 2 + 1
    for reading, said, wide, whole in parts:
        painter.setFont(name_font)
        painter.setPen(t.text_muted)
        painter.drawText(QPointF(x, base), reading.name)
        painter.setFont(value_font)
        painter.setPen(t.ink(reading.ink))
        painter.drawText(QPointF(x + wide, base), said)
        x += whole
