"""The messages that workers hold, and when each is delivered again."""

import time
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.qt_models.keyed_table import RowRole
from desktop_app.qt_models.message_table import HeldColumn, HeldTableModel
from desktop_app.services.queues import HeldNow, QueueCommands
from desktop_app.ui import fonts, formats, tables
from desktop_app.ui.background import Background
from desktop_app.ui.columns import AnyIndex, Column, Kind
from desktop_app.ui.controls import Hairline, Label, icon_button
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.tokens import Space
from worker_core.operations.unacknowledged import Held

SHOWN = 200
LOOK_EVERY_MS = 3000
SOON_S = 60.0
_WHAT = (
    "A worker acknowledges a message when its task has ended. Without a word within the "
    "visibility timeout, the message is delivered again."
)


def _left(seconds: float) -> str:
    if seconds <= 0:
        return "overdue"
    return f"{round(seconds)} s" if seconds < 59.5 else formats.duration(seconds)


def _left_ink(index: AnyIndex) -> str | None:
    row: Held = index.data(RowRole)
    return "warning" if row.left_s < SOON_S else None


def _moment(at: float) -> str:
    return formats.moment(at, time.time())


_LOOKS = {
    HeldColumn.TASK: Column(width=240, stretch=True),
    HeldColumn.QUEUE: Column(width=170, ink="text_muted"),
    HeldColumn.WORKER: Column(width=150, most=240, format=str, ink="text_muted"),
    HeldColumn.DELIVERED: Column(Kind.NUMBER, 96, format=_moment, ink="text_muted"),
    HeldColumn.LEFT: Column(Kind.NUMBER, 124, format=_left, ink=_left_ink),
    HeldColumn.AGAIN: Column(Kind.STATE, 142),
    HeldColumn.ID: Column(Kind.MONO, 92, format=lambda uuid: str(uuid)[:8]),
}
_NEEDS = {
    HeldColumn.AGAIN: 520,
    HeldColumn.QUEUE: 640,
    HeldColumn.WORKER: 760,
    HeldColumn.DELIVERED: 860,
    HeldColumn.ID: 940,
}


class HeldTable(tables.Table):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Messages held by workers", [_LOOKS[one] for one in HeldColumn], parent)

    def resizeEvent(self, event: QResizeEvent) -> None:
        for column, needed in _NEEDS.items():
            self.setColumnHidden(column, self.width() < needed)
        super().resizeEvent(event)


class HeldPane(QWidget):
    counted = Signal(int)
    task_wanted = Signal(str)

    def __init__(
        self,
        commands: QueueCommands,
        background: Background,
        worker: Callable[[str], str | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._commands = commands
        self._background = background
        self._looking = False
        self._problem: str | None = None
        self.table = HeldTable()
        self.model = HeldTableModel(worker, self)
        self.table.setModel(self.model)
        self.table.set_empty(EmptyState("clock", "Not looked yet"))
        self.table.opened.connect(self._open)
        self._what = Label(_WHAT, font=fonts.sans(12), ink="text_muted")
        self._what.setWordWrap(True)
        self._foot = Label(font=fonts.sans(12), ink="text_muted")
        self._foot.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        head = QHBoxLayout()
        head.setContentsMargins(Space.M, Space.S, Space.S, Space.S)
        head.addWidget(self._what, 1)
        head.addWidget(icon_button("restart", "Look again (F5)", self.look))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(Hairline())
        layout.addWidget(self.table, 1)
        layout.addWidget(self._foot)
        self.setFocusProxy(self.table)

    def shown(self) -> None:
        self._timer.start()
        self.look()

    def hidden(self) -> None:
        self._timer.stop()

    def look(self) -> None:
        if self._looking or not self._timer.isActive():
            return
        self._looking = True

        def ended() -> None:
            self._looking = False

        self._background.run(
            self._commands.held(SHOWN),
            "look at what workers hold",
            on_success=self._take,
            on_failure=self._failed,
            on_end=ended,
            owner=self,
        )

    def _take(self, now: HeldNow) -> None:
        self.model.show(now.rows)
        self.table.set_stale(False)
        self._explain("")
        shown = formats.count(len(now.rows))
        text = f"The {shown} held longest of {formats.count(now.total)}"
        self._foot.setText(text if len(now.rows) < now.total else "")
        self._foot.setVisible(len(now.rows) < now.total)
        self.counted.emit(now.total)

    def _failed(self, error: Exception) -> None:
        said = getattr(error, "message", "") or str(error) or type(error).__name__
        remedy = getattr(error, "remedy", "")
        self.table.set_stale(True)
        self._explain(f"{said} {remedy}")
        self._foot.setText(f"Not looked at since: {said}")
        self._foot.show()

    def _explain(self, problem: str) -> None:
        if problem == self._problem:
            return
        self._problem = problem
        if problem:
            empty = EmptyState("warning", "This cannot be looked at", problem)
        else:
            empty = EmptyState(
                "check", "No worker holds a message", "Nothing runs and nothing is reserved."
            )
        self.table.set_empty(empty)

    def _open(self, index: AnyIndex) -> None:
        message = self.model.row_at(index.row()).message
        if message is not None and message.task_id:
            self.task_wanted.emit(message.task_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F5:
            self.look()
        else:
            super().keyPressEvent(event)
