"""A tour: a few steps, each pointing at one thing in the window."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.ui import theme
from desktop_app.ui.controls import button, caption, heading, muted
from desktop_app.ui.overlay import Overlay
from desktop_app.ui.tokens import Radius, Space

_WIDTH = 340
_MARGIN = Space.XS


@dataclass(frozen=True, slots=True)
class Step:
    """What is pointed at, and what is said of it."""

    target: QWidget
    title: str
    text: str


class Tour(Overlay):
    """Dims all but one thing and says what it is for. Return and Right go on, Left goes back,
    Escape ends it."""

    def __init__(self, window: QWidget, steps: Sequence[Step]) -> None:
        super().__init__(window, "Tour")
        self._steps = tuple(steps)
        self._place = 0
        self._count = caption("")
        self._title = heading("")
        self._text = muted(wrap=True)
        self.back = button("Back", lambda: self.go(-1), kind="quiet")
        self.end = button("End the tour", self.close_overlay, kind="quiet")
        self.next = button("Next", lambda: self.go(1), kind="primary")
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        buttons.addWidget(self.end)
        buttons.addStretch(1)
        buttons.addWidget(self.back)
        buttons.addWidget(self.next)
        layout = QVBoxLayout(self.panel)
        layout.setContentsMargins(Space.L, Space.L, Space.L, Space.M)
        layout.setSpacing(Space.S)
        for line in (self._count, self._title, self._text):
            layout.addWidget(line)
        layout.addSpacing(Space.S)
        layout.addLayout(buttons)
        self.panel.setFixedWidth(_WIDTH)
        self._show()

    @property
    def place(self) -> int:
        """Which step is shown, from 0."""
        return self._place

    def go(self, by: int) -> None:
        """To another step; beyond the last one the tour is over."""
        place = self._place + by
        if place >= len(self._steps):
            self.close_overlay()
        elif place >= 0:
            self._place = place
            self._show()
            self.place_panel()
            self.update()

    def _show(self) -> None:
        step = self._steps[self._place]
        self._count.setText(f"{self._place + 1} of {len(self._steps)}")
        self._title.setText(step.title)
        self._text.setText(step.text)
        self.back.setEnabled(self._place > 0)
        last = self._place == len(self._steps) - 1
        self.next.setText("Done" if last else "Next")
        self.end.setVisible(not last)
        self.setAccessibleDescription(f"{step.title}. {step.text}")

    def _pointed_at(self) -> QRect:
        target = self._steps[self._place].target
        there = QRect(target.mapTo(self._over, QPoint(0, 0)), target.size())
        return there.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN).intersected(self.rect())

    def place_panel(self) -> None:
        """Beside what is pointed at, where there is room: at its right, else below it."""
        self.panel.adjustSize()
        there, size = self._pointed_at(), self.panel.size()
        if there.right() + Space.L + size.width() < self.width():
            corner = QPoint(there.right() + Space.L, there.top())
        else:
            corner = QPoint(there.right() - size.width(), there.bottom() + Space.L)
        room = self.rect().adjusted(Space.L, Space.L, -Space.L, -Space.L)
        left = max(room.left(), min(corner.x(), room.right() - size.width()))
        top = max(room.top(), min(corner.y(), room.bottom() - size.height()))
        self.panel.move(left, top)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Right | Qt.Key.Key_Return | Qt.Key.Key_Enter:
                event.accept()
                self.go(1)
            case Qt.Key.Key_Left:
                event.accept()
                self.go(-1)
            case _:
                super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        hole = QRectF(self._pointed_at())
        shade = QPainterPath()
        shade.addRect(QRectF(self.rect()))
        shade.addRoundedRect(hole, Radius.MEDIUM, Radius.MEDIUM)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(shade, t.scrim)
        painter.setPen(QPen(t.accent, 2))
        painter.drawRoundedRect(hole, Radius.MEDIUM, Radius.MEDIUM)
