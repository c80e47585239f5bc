"""The table of what is started by itself."""

from datetime import datetime
from enum import IntEnum

from PySide6.QtCore import QObject

from desktop_app.qt_models.keyed_table import Cell, KeyedTableModel, RowRole
from desktop_app.qt_models.words import clean, tip
from worker_core.operations.schedule import ScheduleEntry

__all__ = ["Column", "RowRole", "ScheduleTableModel", "condition"]


class Column(IntEnum):
    NAME = 0
    TASK = 1
    TIMETABLE = 2
    NEXT = 3
    COUNTDOWN = 4
    LAST = 5
    DRIFT = 6
    MISSED = 7
    CONDITION = 8


class ScheduleTableModel(KeyedTableModel[ScheduleEntry]):
    """Entries by name. NEXT, COUNTDOWN and LAST are in unix seconds, DRIFT in seconds; MISSED is
    None where nothing was missed."""

    def __init__(self, parent: QObject | None = None) -> None:
        cells = {
            Column.NAME: Cell[ScheduleEntry]("Name", lambda row: clean(row.name)),
            Column.TASK: Cell[ScheduleEntry](
                "Task", lambda row: clean(row.title), lambda row: tip(row.task)
            ),
            Column.TIMETABLE: Cell[ScheduleEntry](
                "When", lambda row: clean(row.text), lambda row: tip(_zone(row))
            ),
            Column.NEXT: Cell[ScheduleEntry]("Next run", lambda row: _unix(row.next_run)),
            Column.COUNTDOWN: Cell[ScheduleEntry]("In", lambda row: _unix(row.next_run)),
            Column.LAST: Cell[ScheduleEntry]("Last run", lambda row: _unix(row.last_run)),
            Column.DRIFT: Cell[ScheduleEntry](
                "Drift", lambda row: row.last_drift_s, lambda _row: tip(_DRIFT)
            ),
            Column.MISSED: Cell[ScheduleEntry](
                "Missed", lambda row: row.missed or None, lambda row: tip(_missed(row))
            ),
            Column.CONDITION: Cell[ScheduleEntry](
                "State", condition, lambda row: tip(row.problem or row.skipped_why)
            ),
        }
        super().__init__([cells[column] for column in Column], lambda row: row.name, parent)

    def refresh_ages(self) -> None:
        """Time has passed: call once a second while the table is seen."""
        if self.rowCount():
            last = self.rowCount() - 1
            self.dataChanged.emit(self.index(0, Column.NEXT), self.index(last, Column.LAST))


_DRIFT = "How late the last run was started."


def condition(row: ScheduleEntry) -> str:
    """The name of how things stand, from the table of states."""
    if not row.enabled:
        return "switched-off"
    if row.problem is not None:
        return "overdue" if row.overdue else "unstartable"
    return "market-closed" if row.market_closed else "scheduled"


def _unix(time: datetime | None) -> float | None:
    return None if time is None else time.timestamp()


def _zone(row: ScheduleEntry) -> str:
    return f"{row.expression} ({row.timezone})" if row.kind == "cron" else ""


def _day(time: datetime) -> str:
    here = time.astimezone()
    return f"{here.day} {here:%b %H:%M}"


def _missed(row: ScheduleEntry) -> str:
    if not row.missed:
        return ""
    first = row.missed_since
    since = "" if first is None else f"Since {_day(first)}. "
    return f"{since}Its time came while no scheduler could start it."
