"""The sections of two filings and what became of them, and their metrics, as tables."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from desktop_app.qt_models.keyed_table import Cell, RowRole
from desktop_app.qt_models.listed_table import ListedTableModel
from desktop_app.ui import tables, texts
from desktop_app.ui.columns import AnyIndex, Kind
from desktop_app.ui.columns import Column as Look
from desktop_app.views.documents import compare_words as said
from desktop_app.views.documents import figure_words
from desktop_app.views.documents.tone import NEGATIVE, POSITIVE
from worker_core.storage import SentimentScore

if TYPE_CHECKING:
    from worker_core.operations.comparison import FilingComparison, MetricChange, SectionChange

    SectionRow = tuple[int, SectionChange, SentimentScore | None, SentimentScore | None]
    MetricRow = tuple[MetricChange, FilingComparison]

_INKS = {"added": POSITIVE, "removed": NEGATIVE, "same": "text_muted"}


def _kind_ink(index: AnyIndex) -> str | None:
    return _INKS.get(index.data(RowRole)[1].kind)


class ComparedSections(tables.Table):
    """In the order of the later filing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        looks = (
            Look(stretch=True),
            Look(width=88, ink=_kind_ink),
            Look(Kind.NUMBER, 136, ink="text_muted"),
            Look(Kind.NUMBER, 64, ink="text_muted"),
            Look(Kind.NUMBER, 64, ink="text_muted"),
        )
        super().__init__("Sections compared", looks, parent)
        cells: tuple[Cell[SectionRow], ...] = (
            Cell(
                "Section",
                lambda row: said.section(row[1], alone=self.rows.rowCount() == 1),
                lambda row: texts.tip(row[1].title),
            ),
            Cell("Change", lambda row: said.KINDS[row[1].kind]),
            Cell("Words", lambda row: said.words_changed(row[1])),
            Cell("Tone", lambda row: said.tone(row[2]), lambda _row: "Of the earlier filing"),
            Cell("→", lambda row: said.tone(row[3]), lambda _row: "Of the later filing"),
        )
        self.rows: ListedTableModel[SectionRow] = ListedTableModel(cells, lambda row: row[0], self)
        self.setSelectionMode(tables.Table.SelectionMode.SingleSelection)
        self.setModel(self.rows)

    def show_comparison(self, comparison: "FilingComparison | None") -> None:
        tones = {one.section: one for one in comparison.tones} if comparison else {}
        rows: list[SectionRow] = []
        for place, change in enumerate(comparison.sections if comparison else ()):
            tone = tones.get(change.name) if change.name else None
            rows.append(
                (place, change, tone.before if tone else None, tone.after if tone else None)
            )
        self.rows.show(rows)


class ComparedMetrics(tables.Table):
    def __init__(self, parent: QWidget | None = None) -> None:
        looks = (
            Look(stretch=True),
            Look(Kind.NUMBER, 168),
            Look(Kind.NUMBER, 168),
            Look(Kind.NUMBER, 108),
        )
        super().__init__("Metrics compared", looks, parent)
        cells: tuple[Cell[MetricRow], ...] = (
            Cell(
                "Metric",
                lambda row: figure_words.metric_name(row[0].name),
                lambda row: texts.tip(_why(row[0])),
            ),
            Cell("Earlier", lambda row: said.metric_value(row[1], row[0], 0)),
            Cell("Later", lambda row: said.metric_value(row[1], row[0], 1)),
            Cell("Change", lambda row: said.metric_change(row[0])),
        )
        self.rows: ListedTableModel[MetricRow] = ListedTableModel(
            cells, lambda row: row[0].name, self
        )
        self.setSelectionMode(tables.Table.SelectionMode.SingleSelection)
        self.setModel(self.rows)

    def show_comparison(self, comparison: "FilingComparison | None") -> None:
        changes = comparison.metrics if comparison else ()
        self.rows.show([(one, comparison) for one in changes if comparison])


def _why(change: "MetricChange") -> str:
    """The formula, and what either filing lacks for it."""
    metrics = [one for one in (change.before, change.after) if one is not None]
    lacking = [one.reason for one in metrics if one.reason]
    return " ".join([*(one.formula for one in metrics[:1]), *dict.fromkeys(lacking)])
