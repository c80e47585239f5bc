"""The table of tasks: which columns there is room for, and how their values are shown."""

import time

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop_app.qt_models.task_table import Column, RowRole, StateRole
from desktop_app.ui import formats, tables
from desktop_app.ui.columns import AnyIndex, Kind
from desktop_app.ui.columns import Column as Look
from desktop_app.views.tasks import wording

_ID_SHOWN = 8


def _muted(_index: AnyIndex) -> str:
    return "text_muted"


def _time(at: float) -> str:
    return formats.moment(at, time.time())


def _retries(times: int) -> str:
    return formats.count(times) if times else ""


_LOOKS = {
    Column.STATE: Look(Kind.STATE, 112, role=StateRole),
    Column.TASK: Look(width=160, role=RowRole, format=wording.label, stretch=True),
    Column.QUEUE: Look(width=156, ink=_muted),
    Column.WORKER: Look(width=132, ink=_muted),
    Column.TIME: Look(Kind.NUMBER, 88, format=_time),
    Column.WAITED: Look(Kind.NUMBER, 76, format=formats.duration, ink=_muted),
    Column.RUNTIME: Look(Kind.NUMBER, 76, format=formats.duration),
    Column.RETRIES: Look(Kind.NUMBER, 68, format=_retries),
    Column.ID: Look(Kind.MONO, 92, format=lambda uuid: str(uuid)[:_ID_SHOWN]),
}

# Columns that give way when the table is narrow, and the width that each needs it to have.
_NEEDS = {
    Column.TIME: 420,
    Column.WAITED: 520,
    Column.QUEUE: 680,
    Column.WORKER: 840,
    Column.RETRIES: 920,
    Column.ID: 1010,
}


class TaskTable(tables.Table):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Tasks", [_LOOKS[column] for column in Column], parent)

    def resizeEvent(self, event: QResizeEvent) -> None:
        for column, needed in _NEEDS.items():
            self.setColumnHidden(column, self.width() < needed)
        super().resizeEvent(event)

    def visible_rows(self) -> tuple[int, int]:
        """The first and the last row in sight; the last is below the first where there is none."""
        first = self.rowAt(0)
        last = self.rowAt(self.viewport().height() - 1)
        if last < 0:
            last = self.model().rowCount() - 1
        return first, last
