"""The table of rules, and how each stands."""

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QTableView, QWidget

from desktop_app.qt_models.alert_table import (
    RowRole,
    RuleColumn,
    RuleRow,
    RuleTableModel,
    rule_row,
)
from desktop_app.services.alerts import AlertBook
from desktop_app.ui import formats, tables
from desktop_app.ui.columns import AnyIndex, Kind
from desktop_app.ui.columns import Column as Look
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.filtered_list import FilteredList, FilterField
from desktop_app.views.alerts import wording
from desktop_app.views.alerts.alert_list import severity_ink

_FIELD = 190
_ORDER = {"unjudged": 0, "disarmed": 2}
_OPEN = {"firing", "acknowledged", "snoozed"}


def _name_ink(index: AnyIndex) -> str | None:
    row: RuleRow = index.data(RowRole)
    return None if row.record.armed else "text_muted"


def _stands_ink(index: AnyIndex) -> str:
    row: RuleRow = index.data(RowRole)
    return "warning" if row.state == "unjudged" else "text_muted"


_LOOKS = {
    RuleColumn.STATE: Look(Kind.STATE, 142),
    RuleColumn.SEVERITY: Look(width=74, ink=severity_ink),
    RuleColumn.NAME: Look(width=180, most=300, ink=_name_ink),
    RuleColumn.RULE: Look(width=300, stretch=True, ink=_name_ink),
    RuleColumn.OPEN: Look(Kind.NUMBER, 56, format=formats.count, ink="danger"),
    RuleColumn.STANDS: Look(width=170, most=520, ink=_stands_ink),
}
_NEEDS = {RuleColumn.STANDS: 900, RuleColumn.SEVERITY: 640, RuleColumn.RULE: 500}


class RuleTable(tables.Table):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Alert rules", [_LOOKS[column] for column in RuleColumn], parent)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def resizeEvent(self, event: QResizeEvent) -> None:
        for column, needed in _NEEDS.items():
            self.setColumnHidden(column, self.width() < needed)
        super().resizeEvent(event)


# How wide the list must be for what stands first beside its field.
_FIRST_FROM = 820


class RuleList(FilteredList):
    """Where it is narrow, the first of its ``buttons`` gives way: it can be had elsewhere."""

    chosen = Signal()
    """Another rule is chosen, or the same one is different by now."""
    menu_wanted = Signal(QPoint)
    """At a place of the screen."""
    new_wanted = Signal()

    def __init__(self, buttons: Sequence[QWidget], parent: QWidget | None = None) -> None:
        field = FilterField("Filter the rules", "Filter the rules", _FIELD)
        field.setPlaceholderText("Filter the rules")
        super().__init__(field, RuleTable(), buttons, parent)
        self._first = buttons[0] if buttons else None
        self._book = AlertBook()
        self._rows: list[RuleRow] = []
        self._empty = ""
        self.model = RuleTableModel(self)
        self.table.setModel(self.model)
        self.table.current_changed.connect(lambda _: self.chosen.emit())
        self.table.customContextMenuRequested.connect(
            lambda at: self.menu_wanted.emit(self.table.viewport().mapToGlobal(at))
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._first is not None:
            self._first.setVisible(self.width() >= _FIRST_FROM)
        super().resizeEvent(event)

    @property
    def current(self) -> RuleRow | None:
        place = self.table.current_row()
        return self.model.row_at(place) if 0 <= place < self.model.rowCount() else None

    @property
    def names(self) -> list[str]:
        return [row.name for row in self._rows]

    def show_book(self, book: AlertBook) -> None:
        """This is what is known now. What is chosen stays so."""
        self._book = book
        self._rows = _rows(book)
        self.table.set_stale(bool(book.problem))
        self.refill()

    def tick(self) -> None:
        """Time goes on: how long ago a rule was judged, and whether it still is."""
        rows = _rows(self._book)
        if rows != self._rows:
            self._rows = rows
            self.refill()

    def choose(self, name: str) -> bool:
        """Put the cursor on a rule; whether there is one of that name."""
        if name not in self.names:
            return False
        self.put_cursor_on(name)
        return True

    def listed(self) -> Sequence[RuleRow]:
        return self.model.rows

    def refill(self) -> None:
        words = self.field.text().casefold().split()
        shown = [row for row in self._rows if all(word in _text(row) for word in words)]
        self.model.show(shown)
        wrong = any(row.state == "unjudged" for row in self._rows)
        self.sum_up(wording.rules_summary(self._rows, len(shown)), wrong=wrong)
        self._explain()
        self.chosen.emit()

    def _explain(self) -> None:
        reason = "reading"
        if self._book.known:
            reason = "no match" if self._rows else "none"
        elif self._book.problem:
            reason = "away"
        if reason == self._empty:
            return
        self._empty = reason
        match reason:
            case "no match":
                shown = EmptyState(
                    "filter", "No rule matches", "", "Clear the filter", self.field.clear
                )
            case "none":
                shown = EmptyState(
                    "alerts", "There are no rules", "", "New rule", self.new_wanted.emit
                )
            case "away":
                shown = EmptyState("warning", "The rules cannot be read")
            case _:
                shown = EmptyState("alerts", "Reading the rules…")
        self.table.set_empty(shown)


def _rows(book: AlertBook) -> list[RuleRow]:
    """The rules, first those that cannot be judged, last those that nobody armed."""
    is_open = Counter(one.rule_id for one in book.alerts.values() if one.state in _OPEN)
    rows = (rule_row(rule, book, is_open[rule.id]) for rule in book.rules)
    return sorted(rows, key=lambda row: (_ORDER.get(row.state, 1), row.name.casefold()))


def _text(row: RuleRow) -> str:
    record = row.record
    said = f"{row.name} {record.measure} {record.subject} {record.severity} {row.words}"
    return said.casefold()
