"""The table of alerts, with a choice of their state and a field that narrows them."""

import time
from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop_app.qt_models.alert_table import (
    ORDER,
    SEVERITY,
    AlertColumn,
    AlertTableModel,
    RowRole,
    subject_words,
)
from desktop_app.services.alerts import AlertBook
from desktop_app.ui import formats, tables
from desktop_app.ui.columns import AnyIndex, Kind
from desktop_app.ui.columns import Column as Look
from desktop_app.ui.editors import Choice
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.filtered_list import FilteredList, FilterField
from desktop_app.views.alerts import wording
from worker_core.operations.alert_rules import MEASURES
from worker_core.storage import AlertRecord

_FIELD = 190
_INKS = {"critical": "danger", "warning": "warning", "info": "text_muted"}
STATES: dict[str, frozenset[str]] = {
    "Open": frozenset({"firing", "acknowledged", "snoozed"}),
    "Firing": frozenset({"firing"}),
    "Acknowledged": frozenset({"acknowledged"}),
    "Snoozed": frozenset({"snoozed"}),
    "Over": frozenset({"resolved"}),
    "All": frozenset(ORDER),
}


def severity_ink(index: AnyIndex) -> str:
    return _INKS.get(str(index.data()), "text")


def _value_ink(index: AnyIndex) -> str | None:
    row: AlertRecord = index.data(RowRole)
    return "text_muted" if row.state == "resolved" else None


_LOOKS = {
    AlertColumn.STATE: Look(Kind.STATE, 142),
    AlertColumn.SEVERITY: Look(width=74, ink=severity_ink),
    AlertColumn.ALERT: Look(width=168, most=300),
    AlertColumn.SUBJECT: Look(width=250, stretch=True),
    AlertColumn.VALUE: Look(Kind.NUMBER, 110, ink=_value_ink),
    AlertColumn.LIMIT: Look(width=160, ink="text_muted"),
    AlertColumn.FIRED: Look(
        Kind.NUMBER, 110, format=lambda at: formats.moment(at, time.time()), ink="text_muted"
    ),
    AlertColumn.LASTED: Look(
        Kind.NUMBER, 70, format=lambda row: wording.lasted(row, time.time()), ink="text_muted"
    ),
    AlertColumn.WHO: Look(width=90, ink="text_muted"),
}
# Columns that give way when the table is narrow, and the width that each needs it to have.
_NEEDS = {
    AlertColumn.WHO: 900,
    AlertColumn.LIMIT: 1200,
    AlertColumn.FIRED: 800,
    AlertColumn.SEVERITY: 640,
    AlertColumn.LASTED: 560,
}


class AlertTable(tables.Table):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Alerts", [_LOOKS[column] for column in AlertColumn], parent)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def resizeEvent(self, event: QResizeEvent) -> None:
        for column, needed in _NEEDS.items():
            self.setColumnHidden(column, self.width() < needed)
        super().resizeEvent(event)


class AlertList(FilteredList):
    chosen = Signal()
    """Other alerts are chosen, or the same ones are different by now."""
    menu_wanted = Signal(QPoint)
    """At a place of the screen."""

    def __init__(self, buttons: Sequence[QWidget], parent: QWidget | None = None) -> None:
        self.states = Choice()
        self.states.setAccessibleName("State of the alerts")
        for title in STATES:
            self.states.addItem(title)
        field = FilterField("Filter the alerts", "Filter by words", _FIELD)
        super().__init__(field, AlertTable(), [self.states, *buttons], parent)
        self._book = AlertBook()
        self._empty = ""
        self.model = AlertTableModel(self)
        self.table.setModel(self.model)
        self.states.currentIndexChanged.connect(lambda _: self.refill())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self.chosen.emit())
        self.table.select_all_requested.connect(self.table.selectAll)
        self.table.customContextMenuRequested.connect(
            lambda at: self.menu_wanted.emit(self.table.viewport().mapToGlobal(at))
        )

    @property
    def selected(self) -> list[AlertRecord]:
        """The chosen alerts, from the top."""
        return [self.model.row_at(place) for place in self.table.selected_rows()]

    @property
    def current(self) -> AlertRecord | None:
        place = self.table.current_row()
        return self.model.row_at(place) if 0 <= place < self.model.rowCount() else None

    def show_book(self, book: AlertBook) -> None:
        """This is what is known now. What is chosen stays so."""
        self._book = book
        self.table.set_stale(bool(book.problem))
        self.refill()

    def choose(self, alert_id: int) -> bool:
        """Put the cursor on an alert; whether there is one of that number."""
        if alert_id not in self._book.alerts:
            return False
        if all(row.id != alert_id for row in self.model.rows):
            self.field.clear()
            self.states.setCurrentText("All")
        for place, row in enumerate(self.model.rows):
            if row.id == alert_id:
                self.table.selectRow(place)
                self.table.scrollTo(self.model.index(place, 0))
        return True

    def listed(self) -> tuple[()]:
        """Nothing here is looked for by a name."""
        return ()

    def tick(self) -> None:
        self.model.refresh_ages()

    def refill(self) -> None:
        states = STATES[self.states.currentText()]
        words = self.field.text().casefold().split()
        shown = [
            row
            for row in self._book.alerts.values()
            if row.state in states and all(word in _text(row) for word in words)
        ]
        shown.sort(key=_order)
        self.model.show(shown)
        wrong = bool(self._book.counts.get("firing") or self._book.problem)
        self.sum_up(wording.summary(len(shown), self._book), wrong=wrong)
        self._explain(filtered=bool(words) or self.states.currentText() not in {"Open", "All"})
        self.chosen.emit()

    def _explain(self, *, filtered: bool) -> None:
        reason = "reading"
        if self._book.known:
            reason = "no match" if filtered and self._book.alerts else "none"
        elif self._book.problem:
            reason = self._book.problem
        if reason != self._empty:
            self._empty = reason
            self.table.set_empty(self._nothing(reason))

    def _nothing(self, reason: str) -> EmptyState:
        match reason:
            case "reading":
                return EmptyState("alerts", "Reading the alerts…")
            case "no match":
                return EmptyState("filter", "No alert matches", "", "Show what is open", self._all)
            case "none":
                return EmptyState(
                    "alerts",
                    "Nothing fires",
                    "What fires by the rules below appears here, also what fired while this "
                    "window was closed.",
                )
            case _:
                return EmptyState("warning", "The alerts cannot be read", reason)

    def _all(self) -> None:
        self.field.clear()
        self.states.setCurrentText("Open")


def _order(row: AlertRecord) -> tuple[int, int, float, int]:
    latest = row.fired_at if row.resolved_at is None else row.resolved_at
    severity = 0 if row.resolved_at is not None else SEVERITY.get(row.severity, 9)
    return ORDER[row.state], severity, -latest.timestamp(), -row.id


def _text(row: AlertRecord) -> str:
    measure = MEASURES.get(row.measure)
    title = row.measure if measure is None else measure.title
    said = f"{row.rule_name} {subject_words(row.subject)} {row.subject} {row.severity} {title}"
    return f"{said} {row.state} {row.acted_by or ''}".casefold()
