"""The table of queues, a field that narrows it, and a line that sums it up."""

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QTableView, QWidget

from desktop_app.monitor.rows import Batch, Connection, QueueRow
from desktop_app.qt_models.queue_table import Column, QueueTableModel, RowRole
from desktop_app.qt_models.words import clean
from desktop_app.ui import formats, tables
from desktop_app.ui.columns import AnyIndex, Kind
from desktop_app.ui.columns import Column as Look
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.filtered_list import FilteredList, FilterField

_FIELD = 240


def _row(index: AnyIndex) -> QueueRow:
    row: QueueRow = index.data(RowRole)
    return row


def _depth_ink(index: AnyIndex) -> str | None:
    return None if _row(index).depth else "text_faint"


def _age_ink(index: AnyIndex) -> str | None:
    return None if _row(index).oldest_exact else "text_muted"


def _age(row: QueueRow) -> str:
    if row.oldest is None:
        return formats.NOTHING if row.depth else ""
    seconds = max(0.0, time.time() - row.oldest)
    return formats.age(seconds) if row.oldest_exact else f"≥ {formats.age(seconds)}"


def _rate(row: QueueRow, value: float | None) -> str:
    """Both rates of a row in one unit, so that they can be compared."""
    if value is None:
        return formats.NOTHING
    fast = max(row.in_rate or 0.0, row.out_rate or 0.0) >= 1
    shown, unit = (value, "s") if fast else (value * 60, "min")
    if not shown:
        return "0"
    return f"{shown:.1f}/{unit}" if shown < 100 else f"{formats.compact(round(shown))}/{unit}"


def _drain(row: QueueRow) -> str:
    if not row.depth:
        return ""
    if row.drain_s is not None:
        return formats.age(row.drain_s) if row.drain_s >= 1 else "a moment"
    return formats.NOTHING


def _priorities(row: QueueRow) -> str:
    """As many digits as there is room for: the whole number stands under Waiting."""
    waiting = {step: count for step, count in sorted(row.by_priority.items()) if count}
    if len(waiting) < 2:
        return ""
    return ", ".join(f"{step}: {formats.compact(count)}" for step, count in waiting.items())


_LOOKS = {
    Column.NAME: Look(width=180, stretch=True),
    Column.DEPTH: Look(Kind.NUMBER, 76, format=formats.count, ink=_depth_ink),
    Column.COURSE: Look(Kind.SPARK, 96),
    Column.PRIORITIES: Look(width=194, format=_priorities, role=RowRole, ink="text_muted"),
    Column.OLDEST: Look(Kind.NUMBER, 80, format=_age, role=RowRole, ink=_age_ink),
    Column.IN: Look(
        Kind.NUMBER, 76, format=lambda row: _rate(row, row.in_rate), role=RowRole, ink="text_muted"
    ),
    Column.OUT: Look(
        Kind.NUMBER, 76, format=lambda row: _rate(row, row.out_rate), role=RowRole, ink="text_muted"
    ),
    Column.DRAIN: Look(Kind.NUMBER, 78, format=_drain, role=RowRole),
    Column.CONSUMERS: Look(
        Kind.NUMBER,
        72,
        format=lambda row: formats.count(row.consumers),
        role=RowRole,
        ink="text_muted",
    ),
    Column.CONDITION: Look(Kind.STATE, 130),
}
# Columns that give way when the table is narrow, and the width that each needs it to have.
_NEEDS = {
    Column.OLDEST: 380,
    Column.CONDITION: 480,
    Column.DRAIN: 600,
    Column.COURSE: 700,
    Column.IN: 780,
    Column.OUT: 780,
    Column.CONSUMERS: 860,
    Column.PRIORITIES: 1030,
}


class QueueTable(tables.Table):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Queues", [_LOOKS[column] for column in Column], parent)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)

    def resizeEvent(self, event: QResizeEvent) -> None:
        for column, needed in _NEEDS.items():
            self.setColumnHidden(column, self.width() < needed)
        super().resizeEvent(event)


class QueueList(FilteredList):
    chosen = Signal(str)
    """The name of the queue that is looked into from now on."""

    def __init__(self, go: Callable[[str], object], parent: QWidget | None = None) -> None:
        field = FilterField("Filter queues by name", "Filter by name", _FIELD)
        super().__init__(field, QueueTable(), parent=parent)
        self._go = go
        self._rows: list[QueueRow] = []
        self._reason = ""
        self.model = QueueTableModel(self)
        self.table.setModel(self.model)
        self.table.current_changed.connect(self._moved)

    @property
    def rows(self) -> list[QueueRow]:
        """All queues, also those that the filter leaves out."""
        return self._rows

    def row_of(self, name: str) -> QueueRow | None:
        return next((row for row in self._rows if row.name == name), None)

    def apply(self, batch: Batch) -> None:
        if batch.queues is not None:
            self._rows = batch.queues
        elif batch.reset:
            self._rows = []
        if batch.queues is not None or batch.reset:
            self.refill()
        self._explain(batch.connection)

    def choose(self, name: str) -> bool:
        """Put the cursor on a queue; whether there is one of that name."""
        if self.row_of(name) is None:
            return False
        self.put_cursor_on(name)
        return True

    def listed(self) -> Sequence[QueueRow]:
        return self.model.rows

    def refill(self) -> None:
        wanted = self.field.text().strip().casefold()
        shown = [row for row in self._rows if wanted in row.name.casefold()]
        self.model.replace_all(shown)
        waiting = sum(row.depth for row in self._rows)
        unserved = sum(row.consumers == 0 and row.depth > 0 for row in self._rows)
        said = [formats.plural(len(self._rows), "queue")]
        if wanted:
            said = [f"{formats.count(len(shown))} of {said[0]}"]
        said.append(f"{formats.count(waiting)} waiting")
        if unserved:
            said.append(f"{formats.plural(unserved, 'queue')} with tasks that no worker takes")
        self.sum_up(" · ".join(said) if self._rows else "", wrong=unserved > 0)

    def _moved(self, index: AnyIndex) -> None:
        if index.isValid():
            self.chosen.emit(self.model.row_at(index.row()).name)

    def _explain(self, connection: Connection) -> None:
        if self._rows and connection.status == "live" and connection.message:
            self.sum_up(connection.message, wrong=True)
        reason = self._why(connection)
        if reason != self._reason:
            self._reason = reason
            self.table.set_empty(self._empty(reason))

    def _why(self, connection: Connection) -> str:
        if self._rows:
            return "no match"
        if connection.status == "live" and connection.message:
            return connection.message
        return connection.status if connection.status in {"idle", "live"} else "connecting"

    def _empty(self, reason: str) -> EmptyState:
        match reason:
            case "no match":
                return EmptyState(
                    "filter", "No queue of that name", "", "Clear the filter", self.field.clear
                )
            case "idle":
                return EmptyState(
                    "link",
                    "Not connected to a broker",
                    "Start one on this computer, or connect to one that runs.",
                    "Choose a broker",
                    lambda: self._go("welcome"),
                )
            case "live":
                return EmptyState(
                    "queues",
                    "No queue is declared yet",
                    "Start a worker, or enqueue a task: its queue appears here.",
                    "Enqueue a task",
                    lambda: self._go("enqueue"),
                )
            case "connecting":
                return EmptyState("link", "Connecting to the broker…", "Queues appear here then.")
            case _:
                said, _, why = reason.partition(". ")
                return EmptyState("warning", said.rstrip("."), why)

    def names(self) -> list[str]:
        """All names, as they are; to be cleaned before they are shown."""
        return sorted((row.name for row in self._rows), key=clean)
