"""A chart over days as it is shown: on the screen, in a file, and in words."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.ui import theme
from desktop_app.ui.controls import Surface
from desktop_app.ui.timechart.drawing import View
from desktop_app.ui.timechart.frame import Content, Format, paint_pointer, paint_still
from desktop_app.ui.timechart.layers import Layer
from desktop_app.ui.timechart.marks import Marks
from desktop_app.ui.timechart.sessions import Sessions
from desktop_app.ui.timechart.span import Span


class ShownChart(Surface):
    """Layers over the days of a span."""

    def __init__(
        self,
        title: str,
        span: Span,
        format: Format,  # noqa: A002  as str.format
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.content = Content(title, span, format)
        self.setAccessibleName(title)
        self.setMinimumHeight(110)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._still: QPixmap | None = None
        self._view: View | None = None
        self._axis: Sessions | None = None
        self._guest: QWidget | None = None
        span.changed.connect(self._redraw)
        span.pointed.connect(self._show_pointer)
        theme.follow(self, self._redraw)

    # What is shown

    @property
    def title(self) -> str:
        return self.content.title

    def show_layers(
        self,
        layers: Sequence[Layer],
        *,
        title: str | None = None,
        note: str = "",
        empty: str = "",
        log: bool = False,
    ) -> None:
        """Show these, from the lowest to the uppermost, or without any why there is nothing."""
        self.content.layers = tuple(layers)
        self.content.note, self.content.empty, self.content.log = note, empty, log
        if title is not None:
            self.content.title = title
            self.setAccessibleName(title)
        self._axis = None
        self._redraw()
        self._speak()

    @property
    def marks(self) -> Marks | None:
        return next((one for one in self.content.layers if isinstance(one, Marks)), None)

    def choose_mark(self, key: object) -> None:
        """Show which mark is looked at; None for none."""
        if (marks := self.marks) is not None and marks.chosen != key:
            marks.chosen = key if key is None else next(m.key for m in marks.marks if m.key == key)
            self._redraw()

    def add_to_head(self, widget: QWidget) -> None:
        """Put a small widget at the right end of the head."""
        widget.setParent(self)
        self._guest = widget
        self.content.room = widget.sizeHint().width() + 4.0
        self._place_guest()
        widget.show()

    def _place_guest(self) -> None:
        if (guest := self._guest) is not None:
            size = guest.sizeHint()
            guest.setGeometry(self.width() - size.width() - 4, 1, size.width(), size.height())

    # As a picture and as a table

    def draw(self, painter: QPainter, size: QSizeF) -> None:
        """The chart in any size, with the values of the pointer, or of the last day."""
        self._put_on()
        room, self.content.room = self.content.room, 0.0
        view = self.content.view(size, theme.tokens())
        painter.fillRect(QRectF(QPointF(), size), theme.tokens().surface)
        paint_still(painter, self.content, view)
        paint_pointer(painter, self.content, view)
        self.content.room = room

    def table(self) -> tuple[list[str], list[list[Any]]]:
        """Titles, and a row for each day that any layer has a value of, the oldest first; an
        unknown value is None."""
        columns = [column for layer in self.content.layers for column in layer.columns()]
        rows: dict[date, list[Any]] = {}
        for place, (_, days, values) in enumerate(columns, start=1):
            listed = values.tolist() if isinstance(values, np.ndarray) else list(values)
            for day, value in zip(days.tolist(), listed, strict=True):
                row = rows.setdefault(day, [day.isoformat(), *[None] * len(columns)])
                if isinstance(value, str):  # two marks may be of one day
                    row[place] = " ".join(filter(None, (row[place], value)))
                elif np.isfinite(value):
                    row[place] = value
        return ["Date", *(name for name, _, _ in columns)], [rows[day] for day in sorted(rows)]

    # Painting

    def sizeHint(self) -> QSize:
        return QSize(640, 240)

    def _put_on(self) -> None:
        if self._axis is not self.content.span.sessions:
            self._axis = self.content.span.sessions
            for layer in self.content.layers:
                layer.put_on(self._axis)

    def _redraw(self) -> None:
        self._still = None
        self.update()

    def _show_pointer(self) -> None:
        self.update()
        if self.hasFocus():
            self._speak()

    def _speak(self) -> None:
        self._put_on()
        said = self.content.spoken() if self.content.layers else self.content.empty
        self.setAccessibleDescription(said)

    def view(self) -> View:
        """Where everything stands now."""
        if self._still is None or self._view is None:
            self._put_on()
            self._view = self.content.view(QSizeF(self.size()), theme.tokens())
        return self._view

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        view = self.view()
        ratio = self.devicePixelRatioF()
        if self._still is None:
            self._still = QPixmap(self.size() * ratio)
            self._still.setDevicePixelRatio(ratio)
            self._still.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._still)
            paint_still(painter, self.content, view)
            painter.end()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._still)
        paint_pointer(painter, self.content, view)
        if self.hasFocus():
            painter.setPen(QPen(theme.tokens().focus, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._still = None
        self._place_guest()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._speak()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
