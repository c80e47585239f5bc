"""A chart over days that one can take hold of."""

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from desktop_app.ui import texts
from desktop_app.ui.timechart.frame import Format
from desktop_app.ui.timechart.marks import Mark
from desktop_app.ui.timechart.shown import ShownChart
from desktop_app.ui.timechart.span import Span

_DRAG = 4.0
_NOTCH = 120.0


class TimeChart(ShownChart):
    """The mouse drags and its wheel zooms; so do the arrows. With Ctrl they move the pointer by a
    session, with Shift from mark to mark, and Return opens the mark."""

    mark_opened = Signal(object)
    """The key of a mark that was clicked, or chosen with the keys and opened."""

    def __init__(
        self,
        title: str,
        span: Span,
        format: Format,  # noqa: A002  as str.format
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, span, format, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._held: QPointF | None = None
        self._dragged = False

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
