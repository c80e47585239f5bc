"""The table of entries, a field that narrows it, and a line that sums it up."""

import time
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from desktop_app.qt_models.schedule_table import Column, RowRole, ScheduleTableModel
from desktop_app.ui import formats, tables
from desktop_app.ui.columns import AnyIndex, Kind
from desktop_app.ui.columns import Column as Look
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.filtered_list import FilteredList, FilterField
from desktop_app.views.schedule import wording
from worker_core.operations.schedule import ScheduleEntry

_FIELD = 220
_LATE_S = 60.0


def _row(index: AnyIndex) -> ScheduleEntry:
    row: ScheduleEntry = index.data(RowRole)
    return row


def _name_ink(index: AnyIndex) -> str | None:
    return None if _row(index).enabled else "text_muted"


def _due_ink(index: AnyIndex) -> str | None:
    return "danger" if _row(index).overdue else None


def _drift_ink(index: AnyIndex) -> str:
    return "warning" if (_row(index).last_drift_s or 0.0) >= _LATE_S else "text_muted"


def _missed_ink(_index: AnyIndex) -> str:
    return "warning"


def _moment(at: float) -> str:
    return formats.moment(at, time.time())


_LOOKS = {
    Column.NAME: Look(width=136, ink=_name_ink),
    Column.TASK: Look(width=120, stretch=True, ink=_name_ink),
    Column.TIMETABLE: Look(width=188),
    Column.NEXT: Look(Kind.NUMBER, 104, format=_moment, ink="text_muted"),
    Column.COUNTDOWN: Look(
        Kind.NUMBER, 58, format=lambda at: wording.countdown(at, time.time()), ink=_due_ink
    ),
    Column.LAST: Look(Kind.NUMBER, 104, format=_moment, ink="text_muted"),
    Column.DRIFT: Look(Kind.NUMBER, 78, format=formats.duration, ink=_drift_ink),
    Column.MISSED: Look(width=60, role=RowRole, ink=_missed_ink),
    Column.CONDITION: Look(Kind.STATE, 130),
}
# Columns that give way when the table is narrow, and the width that each needs it to have.
_NEEDS = {
    Column.COUNTDOWN: 360,
    Column.CONDITION: 440,
    Column.TIMETABLE: 560,
    Column.MISSED: 720,
    Column.TASK: 800,
    Column.NEXT: 880,
    Column.LAST: 960,
    Column.DRIFT: 1036,
}

# Where there is room, timetables are read whole, and since when runs were missed.
_ROOMY = 1250
_WIDER = {Column.TIMETABLE: 280, Column.MISSED: 122}


class EntryTable(tables.Table):
    def __init__(self, parent: QWidget | None = None) -> None:
        self._roomy = False
        looks = _LOOKS | {Column.MISSED: replace(_LOOKS[Column.MISSED], format=self._missed)}
        super().__init__("Schedule", [looks[column] for column in Column], parent)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def resizeEvent(self, event: QResizeEvent) -> None:
        for column, needed in _NEEDS.items():
            self.setColumnHidden(column, self.width() < needed)
        if (roomy := self.width() >= _ROOMY) is not self._roomy:
            self._roomy = roomy
            for column, wide in _WIDER.items():
                self.setColumnWidth(column, wide if roomy else _LOOKS[column].width)
        # Names take the room that is left where no titles do.
        modes = QHeaderView.ResizeMode
        alone = self.isColumnHidden(Column.TASK)
        mode = modes.Stretch if alone else modes.Interactive
        if self.horizontalHeader().sectionResizeMode(Column.NAME) != mode:
            self.horizontalHeader().setSectionResizeMode(Column.NAME, mode)
            if not alone:
                self.setColumnWidth(Column.NAME, _LOOKS[Column.NAME].width)
        super().resizeEvent(event)

    def _missed(self, row: ScheduleEntry) -> str:
        return wording.missed(row, time.time(), since=self._roomy)


class EntryList(FilteredList):
    chosen = Signal(object)
    """The entry with the cursor, as it is now; None without one."""
    menu_wanted = Signal(QPoint)
    """At a place of the screen."""
    go = Signal(str)

    def __init__(self, buttons: Sequence[QWidget], parent: QWidget | None = None) -> None:
        field = FilterField("Filter the schedule", "Filter by name or task", _FIELD)
        super().__init__(field, EntryTable(), buttons, parent)
        self._rows: Sequence[ScheduleEntry] = ()
        self._read = False
        self._empty = ""
        self.model = ScheduleTableModel(self)
        self.table.setModel(self.model)
        self.table.current_changed.connect(lambda _: self.chosen.emit(self.current))
        self.table.customContextMenuRequested.connect(
            lambda at: self.menu_wanted.emit(self.table.viewport().mapToGlobal(at))
        )
        self._explain("")

    @property
    def rows(self) -> Sequence[ScheduleEntry]:
        """All entries, also those that the filter leaves out."""
        return self._rows

    @property
    def current(self) -> ScheduleEntry | None:
        place = self.table.current_row()
        return self.model.row_at(place) if 0 <= place < self.model.rowCount() else None

    def show_entries(self, rows: Sequence[ScheduleEntry]) -> None:
        """These are the entries now. The cursor stays on the one that it is on."""
        self._rows, self._read = rows, True
        self.table.set_stale(False)
        self.refill()
        self.chosen.emit(self.current)

    def fail(self, problem: str) -> None:
        """The schedule cannot be read: what is shown is old."""
        self.table.set_stale(True)
        self._explain(problem)
        self.sum_up(problem, wrong=True)

    def choose(self, name: str) -> bool:
        """Put the cursor on an entry; whether there is one of that name."""
        if all(row.name != name for row in self._rows):
            return False
        self.put_cursor_on(name)
        return True

    def listed(self) -> Sequence[ScheduleEntry]:
        return self.model.rows

    def tick(self) -> None:
        self.model.refresh_ages()

    def refill(self) -> None:
        words = self.field.text().casefold().split()
        shown = [row for row in self._rows if all(word in _text(row) for word in words)]
        self.model.replace_all(shown)
        wrong = any(row.missed or (row.enabled and row.problem) for row in self._rows)
        self.sum_up(wording.summary(self._rows, len(shown)), wrong=wrong)
        self._explain("")

    def _explain(self, problem: str) -> None:
        reason = problem or ("no match" if self._rows else "none" if self._read else "reading")
        if reason != self._empty:
            self._empty = reason
            self.table.set_empty(self._nothing(reason))

    def _nothing(self, reason: str) -> EmptyState:
        match reason:
            case "reading":
                return EmptyState("schedule", "Reading the schedule…")
            case "no match":
                return EmptyState(
                    "filter", "No entry matches", "", "Clear the filter", self.field.clear
                )
            case "none":
                return EmptyState(
                    "schedule",
                    "Nothing is scheduled yet",
                    "What comes with the program appears once a scheduler has run.",
                    "Show the local cluster",
                    lambda: self.go.emit("cluster"),
                )
            case _:
                return EmptyState("warning", "The schedule cannot be read", reason)


def _text(row: ScheduleEntry) -> str:
    return f"{row.name} {row.task} {row.title} {row.text} {row.problem or ''}".casefold()
