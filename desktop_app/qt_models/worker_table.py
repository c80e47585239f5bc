"""The table of workers."""

import time
from collections.abc import Callable
from enum import IntEnum

from PySide6.QtCore import QObject

from desktop_app.monitor.rows import Batch, WorkerRow
from desktop_app.qt_models.keyed_table import Cell, KeyedTableModel, RowRole
from desktop_app.qt_models.words import clean, tip

__all__ = ["Column", "RowRole", "WorkerTableModel"]

# Clocks closer than this are as good as equal: an event takes its time.
_CLOCK_TOLERANCE_S = 2.0


class Column(IntEnum):
    STATE = 0
    NAME = 1
    HEARTBEAT = 2
    ACTIVE = 3
    PROCESSED = 4
    LOAD = 5
    CLOCK = 6
    VERSION = 7
    PID = 8


class WorkerTableModel(KeyedTableModel[WorkerRow]):
    """Workers by name. STATE is ``online``, ``silent`` (its heartbeats stopped) or ``offline`` (it
    said goodbye); HEARTBEAT seconds since the last sign of life; LOAD the load average of its
    last minute; CLOCK the seconds that its clock is ahead, None while that is of no account."""

    def __init__(
        self, parent: QObject | None = None, *, now: Callable[[], float] = time.time
    ) -> None:
        def silence(row: WorkerRow) -> float | None:
            return None if row.last_heartbeat is None else max(now() - row.last_heartbeat, 0.0)

        cells = {
            Column.STATE: Cell[WorkerRow]("State", state),
            Column.NAME: Cell[WorkerRow](
                "Worker", lambda row: clean(row.hostname), lambda row: tip(row.hostname)
            ),
            Column.HEARTBEAT: Cell[WorkerRow]("Last heartbeat", silence),
            Column.ACTIVE: Cell[WorkerRow]("Running", lambda row: row.active),
            Column.PROCESSED: Cell[WorkerRow]("Processed", lambda row: row.processed),
            Column.LOAD: Cell[WorkerRow](
                "Load", lambda row: row.loadavg[0] if row.loadavg else None
            ),
            Column.CLOCK: Cell[WorkerRow]("Clock ahead", clock_ahead),
            Column.VERSION: Cell[WorkerRow]("Version", _version, lambda row: tip(row.sw_sys)),
            Column.PID: Cell[WorkerRow]("Process", lambda row: row.pid),
        }
        super().__init__([cells[column] for column in Column], lambda row: row.hostname, parent)

    def apply(self, batch: Batch) -> None:
        if batch.workers is not None:
            self.replace_all(batch.workers)
        elif batch.reset:
            self.replace_all([])

    def refresh_ages(self) -> None:
        """Time has passed: call once a second while the table is seen."""
        if self.rowCount():
            self.dataChanged.emit(
                self.index(0, Column.HEARTBEAT), self.index(self.rowCount() - 1, Column.HEARTBEAT)
            )


def state(row: WorkerRow) -> str:
    if row.online:
        return "online"
    return "offline" if row.left else "silent"


def clock_ahead(row: WorkerRow) -> float | None:
    offset = row.clock_offset
    return None if offset is None or abs(offset) < _CLOCK_TOLERANCE_S else offset


def _version(row: WorkerRow) -> str | None:
    words = " ".join(filter(None, (row.sw_ident, row.sw_ver)))
    return clean(words) or None
