"""The queues and what waits in each, as bars."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout

from desktop_app.monitor.rows import QueueRow
from desktop_app.qt_models.words import clean, tip
from desktop_app.ui import fonts, formats, theme
from desktop_app.ui.controls import Hairline, Label, Surface, heading
from desktop_app.ui.tokens import Radius, Space, Tone

_SHORTEST_SCALE = 10
"""Tasks at which a bar is full at least: one waiting task is no full bar."""
_BAR = 4


class QueueBar(QAbstractButton):
    """One queue: its name, how much waits, and a bar on the scale of the fullest queue. Pressing
    it leads to its tasks."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._row: QueueRow | None = None
        self._scale = _SHORTEST_SCALE
        self._stale = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_queue(self, row: QueueRow, scale: int, *, stale: bool) -> None:
        if (row, scale, stale) == (self._row, self._scale, self._stale):
            return
        self._row, self._scale, self._stale = row, scale, stale
        self.setAccessibleDescription(", ".join(filter(None, (_depth(row), _taken_by(row)))))
        self.setToolTip(tip(_details(row)) or "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(180, 29)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._row is None:
            return
        t = theme.tokens()
        painter = QPainter(self)
        painter.setFont(fonts.sans(12))
        depth = formats.compact(self._row.depth)
        room = self.rect().adjusted(0, 0, 0, -_BAR - Space.S + 2)
        wide = painter.fontMetrics().horizontalAdvance(depth)
        middle = Qt.AlignmentFlag.AlignBottom
        painter.setPen(t.text if self._row.depth and not self._stale else t.text_faint)
        painter.drawText(room, int(middle | Qt.AlignmentFlag.AlignRight), depth)
        words = room.adjusted(0, 0, -wide - Space.S, 0)
        if self._row.consumers == 0:
            alone = "no worker"
            painter.setPen(t.warning if self._row.depth else t.text_faint)
            painter.drawText(words, int(middle | Qt.AlignmentFlag.AlignRight), alone)
            taken = painter.fontMetrics().horizontalAdvance(alone)
            words = words.adjusted(0, 0, -taken - Space.S, 0)
        near = self.underMouse() or self.hasFocus()
        painter.setPen(t.accent if near else t.text_faint if self._stale else t.text)
        cut = painter.fontMetrics().elidedText(
            clean(self._row.name), Qt.TextElideMode.ElideRight, words.width()
        )
        painter.drawText(words, int(middle), cut)
        self._paint_bar(painter)

        if self.hasFocus():
            painter.setPen(t.focus)
            painter.drawRoundedRect(
                QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), Radius.SMALL, Radius.SMALL
            )

    def _paint_bar(self, painter: QPainter) -> None:
        t = theme.tokens()
        if self._row is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        ground = QRectF(0, self.height() - _BAR - Space.XXS, self.width(), _BAR)
        painter.setBrush(t.waiting_soft)
        painter.drawRoundedRect(ground, _BAR / 2, _BAR / 2)
        if self._row.depth:
            share = min(self._row.depth / self._scale, 1.0)
            # However few they are, waiting tasks can be seen.
            filled = QRectF(ground)
            filled.setWidth(max(ground.width() * share, _BAR))
            painter.setBrush(t.text_faint if self._stale else t.ink(Tone.ACCENT))
            painter.drawRoundedRect(filled, _BAR / 2, _BAR / 2)


class Queues(Surface):
    """All queues, in the order in which they came."""

    chosen = Signal(str)
    """The name of a queue whose tasks are wanted."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Queues")
        self._bars: dict[str, QueueBar] = {}
        self._nothing = Label("The queues have not been counted yet.", ink="text_muted")
        self._nothing.setWordWrap(True)
        head = heading("Queues")
        head.setContentsMargins(Space.L, Space.M, Space.L, Space.S)
        self._list = QVBoxLayout()
        self._list.setContentsMargins(Space.L, Space.XS, Space.L, Space.M)
        self._list.setSpacing(0)
        self._list.addWidget(self._nothing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(Hairline())
        layout.addLayout(self._list)
        layout.addStretch(1)

    def show_queues(self, rows: Sequence[QueueRow], *, stale: bool) -> None:
        names = [row.name for row in rows]
        if names != list(self._bars):
            self._rebuild(names)
        scale = max([_SHORTEST_SCALE, *(row.depth for row in rows)])
        for row in rows:
            self._bars[row.name].show_queue(row, scale, stale=stale)

    def _rebuild(self, names: Sequence[str]) -> None:
        for bar in self._bars.values():
            self._list.removeWidget(bar)
            bar.deleteLater()
        self._bars = {name: QueueBar(name) for name in names}
        for bar in self._bars.values():
            bar.clicked.connect(partial(self.chosen.emit, bar.name))
            self._list.addWidget(bar)
        self._nothing.setVisible(not names)


def _depth(row: QueueRow) -> str:
    return f"{formats.count(row.depth)} waiting"


def _taken_by(row: QueueRow) -> str:
    if row.consumers is None:
        return ""
    return f"taken by {formats.plural(row.consumers, 'worker')}"


def _details(row: QueueRow) -> str:
    lines = [clean(row.name), ", ".join(filter(None, (_depth(row), _taken_by(row))))]
    if len(row.by_priority) > 1:
        lines += [
            f"priority {priority}: {formats.count(depth)}"
            for priority, depth in sorted(row.by_priority.items())
        ]
    return "\n".join(lines)
