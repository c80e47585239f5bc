"""A chart over days that one can take hold of."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop_app.ui import texts, theme
from desktop_app.ui.controls import Surface
from desktop_app.ui.timechart.drawing import View
from desktop_app.ui.timechart.frame import Content, Format, paint_pointer, paint_still
from desktop_app.ui.timechart.layers import Layer
from desktop_app.ui.timechart.marks import Mark, Marks
from desktop_app.ui.timechart.sessions import Sessions
from desktop_app.ui.timechart.span import Span

_DRAG = 4.0
_NOTCH = 120.0


class TimeChart(Surface):
    """Layers over the days of a span.

    The mouse drags and its wheel zooms; so do the arrows. With Ctrl they move the pointer by a
    session, with Shift from mark to mark, and Return opens the mark.
    """

    mark_opened = Signal(object)
    """The key of a mark that was clicked, or chosen with the keys and opened."""

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
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumHeight(110)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._still: QPixmap | None = None
        self._view: View | None = None
        self._axis: Sessions | None = None
        self._guest: QWidget | None = None
        self._held: QPointF | None = None
        self._dragged = False
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

    # The mouse

    def _place(self, x: float) -> float:
        view = self.view()
        return view.start + (x - view.area.left()) / view.step

    def _mark_at(self, at: QPointF) -> Mark | None:
        marks = self.marks
        return None if marks is None else marks.hit(self.view(), at.x(), at.y())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._held, self._dragged = event.position(), False
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at, span = event.position(), self.content.span
        if self._held is None:
            inside = self.view().area.left() <= at.x() <= self.view().area.right()
            span.point(self._place(at.x()) if inside else None)
            hand = self._mark_at(at) is not None
            shape = Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.CrossCursor
            self.setCursor(shape)
            return
        if self._dragged or (at - self._held).manhattanLength() > _DRAG:
            self._dragged = True
            span.move((self._held.x() - at.x()) / self.view().step)
            self._held = at

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._held is None:
            super().mouseReleaseEvent(event)
            return
        self._held = None
        if not self._dragged and self._went_to_values():
            return
        if not self._dragged and (mark := self._mark_at(event.position())) is not None:
            self.mark_opened.emit(mark.key)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.content.span.point(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        if turned.x() and abs(turned.x()) > abs(turned.y()):
            self.content.span.move(-turned.x() / _NOTCH * self._tenth())
        else:
            self.content.span.zoom(turned.y() / _NOTCH, self._place(event.position().x()))
        event.accept()

    def _tenth(self) -> float:
        return (self.content.span.end - self.content.span.start) / 10

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            mark = self._mark_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if mark is None else texts.tip(mark.words))
            return True
        return super().event(event)

    # The keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, span = event.key(), self.content.span
        sign = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(key), 0)
        if sign and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._go_to_mark(sign)
        elif sign and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            place = self.content.place_shown() + (sign if span.pointer is not None else 0)
            span.point(place)
            span.bring_into_sight(place)
        elif sign:
            span.step(sign)
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            span.zoom(1 if key == Qt.Key.Key_Up else -1, span.pointer)
        elif key in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            span.move(-len(span.sessions) * 2 if key == Qt.Key.Key_Home else span.whole[1])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and (
            self._went_to_values() or self._opened_by_key()
        ):
            pass
        else:
            super().keyPressEvent(event)

    def _go_to_mark(self, direction: int) -> None:
        marks = self.marks
        if marks is None:
            return
        self._put_on()
        mark = marks.next(self.content.span.pointer, direction)
        if mark is not None:
            self.choose_mark(mark.key)
            place = self.content.span.sessions.place(mark.day)
            self.content.span.bring_into_sight(place)
            self.content.span.point(place)
            self.setAccessibleDescription(mark.words)

    def _went_to_values(self) -> bool:
        """Whether there were none in sight, and some elsewhere."""
        self._put_on()
        nearest = self.content.elsewhere()
        if nearest is not None:
            place = self.content.span.sessions.place(nearest)
            self.content.span.bring_into_sight(place)
            self.content.span.point(place)
        return nearest is not None

    def _opened_by_key(self) -> bool:
        marks = self.marks
        if marks is None or marks.chosen is None:
            return False
        self.mark_opened.emit(marks.chosen)
        return True
