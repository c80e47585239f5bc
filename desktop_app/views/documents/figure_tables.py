"""The metrics of a period and the facts of a document, as tables."""

from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop_app.qt_models.keyed_table import Cell, RowRole
from desktop_app.qt_models.listed_table import ListedTableModel
from desktop_app.ui import tables, texts
from desktop_app.ui.columns import AnyIndex, Kind
from desktop_app.ui.columns import Column as Look
from desktop_app.views.documents import figure_words as said
from worker_core.storage import MetricPeriod, MetricRecord, StoredFact

MetricRow = tuple[MetricRecord, MetricPeriod]
FactRow = tuple[int, StoredFact]
"""A fact and its place among those of the document: two may be equal in all else."""

_METRICS: Final = (
    Cell[MetricRow](
        "Metric",
        lambda row: said.metric_name(row[0].name),
        lambda row: texts.tip(row[0].formula),
    ),
    Cell[MetricRow](
        "Value",
        lambda row: said.metric_value(row[0], row[1].currency),
        lambda row: texts.tip(row[0].reason or row[0].note),
    ),
    Cell[MetricRow]("Group", lambda row: said.metric_name(row[0].group)),
    Cell[MetricRow]("Formula", lambda row: f"v{row[0].version}"),
)
_FACTS: Final = (
    Cell[FactRow](
        "Concept",
        lambda row: said.short_concept(row[1].concept),
        lambda row: texts.tip(
            "\n".join(filter(None, (row[1].label, row[1].concept, said.dimensions(row[1]))))
        ),
    ),
    Cell[FactRow](
        "Value",
        lambda row: said.fact_value(row[1]),
        lambda row: texts.tip(said.fact_value(row[1])),
    ),
    Cell[FactRow]("Unit", lambda row: row[1].unit or ""),
    Cell[FactRow]("Period", lambda row: said.span(row[1].start, row[1].end)),
    Cell[FactRow](
        "Part",
        lambda row: said.parts(row[1]),
        lambda row: texts.tip(said.dimensions(row[1])),
    ),
)


_UNIT, _PART = 2, 4
_UNIT_FROM, _PART_FROM = 640, 780
"""How wide the table must be for them."""


def _quiet_where_missing(index: AnyIndex) -> str | None:
    metric: MetricRecord = index.data(RowRole)[0]
    return "text_muted" if metric.value is None else None


def _muted(_index: AnyIndex) -> str:
    return "text_muted"


class MetricsTable(tables.Table):
    def __init__(self, parent: QWidget | None = None) -> None:
        looks = (
            Look(stretch=True, ink=_quiet_where_missing),
            Look(Kind.NUMBER, 168, ink=_quiet_where_missing),
            Look(width=92, ink=_muted),
            Look(width=68, ink=_muted),
        )
        super().__init__("Metrics", looks, parent)
        self.rows: ListedTableModel[MetricRow] = _model(_METRICS, self)
        self.setSelectionMode(tables.Table.SelectionMode.SingleSelection)
        self.setModel(self.rows)

    def show_period(self, period: MetricPeriod | None) -> None:
        self.rows.show([(metric, period) for metric in period.metrics] if period else [])


class FactsTable(tables.Table):
    def __init__(self, parent: QWidget | None = None) -> None:
        looks = (
            Look(width=200, stretch=True),
            Look(Kind.NUMBER, 148),
            Look(width=60, ink=_muted),
            Look(width=198, ink=_muted),
            Look(width=140, most=260, ink=_muted),
        )
        super().__init__("Facts", looks, parent)
        self.rows: ListedTableModel[FactRow] = ListedTableModel(_FACTS, lambda row: row[0], self)
        self.setSelectionMode(tables.Table.SelectionMode.SingleSelection)
        self.setModel(self.rows)

    def resizeEvent(self, event: QResizeEvent) -> None:
        # What a value is of comes first; of which part it is stands in the tip and the details.
        self.setColumnHidden(_PART, self.width() < _PART_FROM)
        self.setColumnHidden(_UNIT, self.width() < _UNIT_FROM)
        super().resizeEvent(event)

    def show_facts(self, facts: "list[FactRow]") -> None:
        self.rows.show(facts)


def _model(cells: tuple[Cell[MetricRow], ...], parent: QObject) -> ListedTableModel[MetricRow]:
    return ListedTableModel(cells, lambda row: row[0].name, parent)
