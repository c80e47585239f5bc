"""A live chart: title, legend with the values of now (or under the pointer), and lines.

Importing this module is cheap; the drawing library is loaded after the chart was first painted.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPoint, QSize, QSizeF, Qt, QTimer
from PySide6.QtGui import (
    QFontMetrics,
    QHideEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.ui import fonts, formats, theme
from desktop_app.ui.controls import Label, Surface
from desktop_app.ui.tokens import Space
from desktop_app.ui.turns import Turn

if TYPE_CHECKING:
    from desktop_app.ui.decimate import Floats
    from desktop_app.ui.plot import Plot


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart. ``ink`` is a colour token or ``series:0`` to ``series:7``."""

    key: str
    name: str
    ink: str


class LineChart(Surface):
    """Lines over the last ``window`` seconds, with zero at the bottom. One that is not ``titled``
    has its title from what stands around it."""

    def __init__(
        self,
        title: str,
        lines: Sequence[Line],
        *,
        window: float = 300.0,
        format: Callable[[float | None], str] = formats.compact,  # noqa: A002  as str.format
        least_top: float = 1.0,
        most_top: float = math.inf,
        titled: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self.setMinimumHeight(180)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._lines = tuple(lines)
        self._window = window
        self._format = format
        self._tops = (least_top, most_top)
        self._plot: Plot | None = None
        self._data: dict[str, tuple[Floats, Floats]] = {}
        self._gaps: Sequence[tuple[float, float]] = ()
        self._now = 0.0
        self._pointer: float | None = None
        self._turn = Turn(self, self._draw)
        self._legend = {line.key: LegendItem(line) for line in self._lines}
        self._moment = Label("", font=fonts.sans(12), ink="text_muted")
        self._moment.hide()
        self._nothing = Label("No data yet", ink="text_faint")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        head = self._head = QHBoxLayout()
        self._guest: QWidget | None = None
        head.setContentsMargins(Space.S, 0, Space.XS, 0)
        head.setSpacing(Space.M)
        self._name = Label(title, font=fonts.strong(13), elide=Qt.TextElideMode.ElideRight)
        self._name.setVisible(titled)
        head.addWidget(self._name, 1)
        if not titled:
            head.addStretch(1)
        head.addWidget(self._moment)
        for item in self._legend.values():
            head.addWidget(item)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(Space.S, Space.M, Space.M, Space.S)
        self._layout.setSpacing(Space.S)
        self._layout.addLayout(head)
        self._layout.addWidget(self._nothing, 1)

    def sizeHint(self) -> QSize:
        return QSize(480, 220)

    def set_title(self, title: str) -> None:
        self._name.setText(title)
        self.setAccessibleName(title)

    @property
    def title(self) -> str:
        return self.accessibleName()

    def add_to_head(self, widget: QWidget) -> None:
        """Put a small widget at the right end of the head."""
        self._guest = widget
        self._head.addWidget(widget)

    def draw(self, painter: QPainter, size: QSizeF) -> None:  # noqa: ARG002  it is drawn as it is
        """The chart as it is on the screen, without what was added to its head."""
        shown = QRegion(self.rect())
        if self._guest is not None:
            shown -= QRegion(self._guest.geometry())
        painter.fillRect(self.rect(), theme.tokens().surface)
        self.render(painter, QPoint(), shown)

    def table(self) -> tuple[list[str], list[list[Any]]]:
        """Moments as ISO 8601 in UTC, each with the value of every line that has one then, from
        the beginning of what is shown."""
        rows: dict[float, list[Any]] = {}
        for place, line in enumerate(self._lines):
            if line.key not in self._data:
                continue
            times, values = self._data[line.key]
            for at, value in zip(times.tolist(), values.tolist(), strict=True):
                if at >= self._now - self._window:
                    rows.setdefault(at, [None] * len(self._lines))[place] = value
        told = [
            [datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds"), *rows[at]]
            for at in sorted(rows)
        ]
        return ["Time", *(line.name for line in self._lines)], told

    def set_window(self, seconds: float) -> None:
        self._window = seconds
        self._draw()

    @property
    def gaps(self) -> Sequence[tuple[float, float]]:
        """The spans without knowledge that are shown."""
        return self._gaps

    def set_data(
        self,
        data: Mapping[str, "tuple[Floats, Floats]"],
        now: float,
        gaps: Sequence[tuple[float, float]] = (),
    ) -> None:
        """Shows times and values of each line up to ``now``.

        :param data: by the line's key: times in seconds since 1970, ascending, and finite values,
            both of shape ``(n,)``; kept, not copied
        :param gaps: spans without knowledge, shown as such
        """
        self._data = dict(data)
        self._now = now
        self._gaps = gaps
        self._turn.ask()

    def _draw(self) -> None:
        if self._plot is None or not self.isVisible() or not self._data:
            return
        if self._nothing.isVisible():
            self._nothing.hide()
            self._plot.widget.show()
        self._plot.draw(self._data, self._now - self._window, self._now, self._gaps)
        self._write_legend()

    def _write_legend(self) -> None:
        plot = self._plot
        if plot is None:
            return
        moment = None if self._pointer is None else plot.time_at(self._pointer)
        plot.show_cursor(moment)
        self._moment.setText("" if moment is None else formats.moment(moment, self._now))
        self._moment.setVisible(moment is not None)
        values = plot.values_at(self._now if moment is None else moment)
        for key, item in self._legend.items():
            item.set_value(self._format(values.get(key)))
        spoken = ", ".join(f"{item.name} {item.value}" for item in self._legend.values())
        self.setAccessibleDescription(spoken)

    def _build(self) -> None:
        if self._plot is not None:
            return
        from desktop_app.ui.plot import Plot, Scale

        inks = {line.key: line.ink for line in self._lines}
        self._plot = Plot(inks, Scale(self._format, *self._tops))
        self._plot.widget.hide()
        self._layout.addWidget(self._plot.widget, 1)
        self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._plot is None:
            QTimer.singleShot(0, self, self._build)
        else:
            self._draw()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._pointer = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._draw()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self._plot is not None:
            at = self._plot.widget.mapFrom(self, event.position())
            self._pointer = at.x() if at.y() >= 0 else None
            self._write_legend()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._pointer = None
        self._write_legend()


class LegendItem(QWidget):
    """A stroke of the line's colour, its name, and its value."""

    _STROKE = 10

    def __init__(self, line: Line, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = line.name
        self.value = formats.NOTHING
        self._ink = line.ink
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_value(self, value: str) -> None:
        if value != self.value:
            wider = len(value) != len(self.value)
            self.value = value
            if wider:
                self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        name, value = fonts.sans(12), fonts.strong(12)
        words = QFontMetrics(name).horizontalAdvance(self.name)
        number = QFontMetrics(value).horizontalAdvance(self.value)
        # Tabular figures are wider than the metrics of the font without its feature say.
        return QSize(self._STROKE + 6 + words + 6 + number + 2 * len(self.value), 18)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        middle = self.height() // 2
        painter.fillRect(0, middle - 1, self._STROKE, 2, t.ink(self._ink))
        painter.setFont(fonts.sans(12))
        painter.setPen(t.text_muted)
        rest = self.rect().adjusted(self._STROKE + 6, 0, 0, 0)
        painter.drawText(rest, int(Qt.AlignmentFlag.AlignVCenter), self.name)
        rest.setLeft(rest.left() + painter.fontMetrics().horizontalAdvance(self.name) + 6)
        painter.setFont(fonts.strong(12))
        painter.setPen(t.text)
        painter.drawText(rest, int(Qt.AlignmentFlag.AlignVCenter), self.value)
