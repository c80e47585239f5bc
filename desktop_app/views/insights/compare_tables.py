"""The tables of a comparison: a row a metric, and a row a pair of companies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QTableView, QWidget

from desktop_app.qt_models.keyed_table import Cell
from desktop_app.qt_models.listed_table import ListedTableModel
from desktop_app.services.insights import Comparison
from desktop_app.ui import formats, texts
from desktop_app.ui.columns import Column, Kind
from desktop_app.ui.tables import Table
from desktop_app.views.insights import wording

MOST: Final = 6
"""Companies side by side."""

Pair = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MetricRow:
    """A metric with what each company has of it, and what a tool tip adds."""

    name: str
    said: tuple[str, ...]
    tips: tuple[str, ...]


class MetricsModel(ListedTableModel[MetricRow]):
    """A column for each company that may come; the titles are those of the companies."""

    def __init__(self, parent: QObject | None = None) -> None:
        self._symbols: tuple[str, ...] = ()
        cells: list[Cell[MetricRow]] = [Cell("Metric", lambda row: wording.title(row.name))]
        cells += [Cell("", partial(_said, at), partial(_tip, at)) for at in range(MOST)]
        super().__init__(cells, lambda row: row.name, parent)

    def show_companies(self, symbols: Sequence[str], rows: Sequence[MetricRow]) -> None:
        if tuple(symbols) != self._symbols:
            self._symbols = tuple(symbols)
            self.show([])
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 1, MOST)
        self.show(rows)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        titled = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        if titled and 0 < section <= len(self._symbols):
            return self._symbols[section - 1]
        return super().headerData(section, orientation, role)


def _said(at: int, row: MetricRow) -> str | None:
    return row.said[at] if at < len(row.said) else None


def _tip(at: int, row: MetricRow) -> str | None:
    return texts.tip(row.tips[at]) if at < len(row.tips) else None


class MetricsTable(Table):
    def __init__(self, parent: QWidget | None = None) -> None:
        looks = [Column(width=170, stretch=True), *[Column(Kind.NUMBER, 88)] * MOST]
        super().__init__("Metrics of the companies", looks, parent)
        self.rows = MetricsModel(self)
        self.setModel(self.rows)

    def show_comparison(self, comparison: Comparison) -> None:
        companies = comparison.companies
        names = list(dict.fromkeys(name for one in companies for name in one.metrics))
        rows = []
        for name in names:
            said, tips = [], []
            for company in companies:
                series = company.metrics.get(name)
                found = wording.latest(series)
                if series is None or found is None:
                    said.append(formats.NOTHING)
                    tips.append(f"{company.symbol} has none.")
                else:
                    said.append(wording.metric(found[1], name, series.unit))
                    unit = f", {series.currency}" if series.currency else ""
                    tips.append(f"Period to {wording.day(found[0])}{unit}")
            rows.append(MetricRow(name, tuple(said), tuple(tips)))
        self.rows.show_companies([one.symbol for one in companies], rows)
        for place in range(1, MOST + 1):
            self.setColumnHidden(place, place > len(companies))


class PairsTable(Table):
    """P as it is and corrected, and how large the difference is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        number = Column(Kind.NUMBER, 58, format=_number)
        looks = [
            Column(width=120, stretch=True),
            number,
            Column(Kind.NUMBER, 90, format=_number),
            Column(Kind.NUMBER, 58, format=_number),
            Column(width=138),
            number,
        ]
        super().__init__("Sentiment of each pair", looks, parent)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.rows = ListedTableModel[Pair](
            [
                Cell("Pair", lambda pair: f"{pair['first']} / {pair['second']}"),
                Cell("p", lambda pair: pair.get("p_value")),
                Cell("Corrected p", lambda pair: pair.get("corrected")),
                Cell("Delta", lambda pair: pair.get("delta"), lambda _: _DELTA),
                Cell("Size", size, lambda _: "Sure: the corrected p is below 0.05"),
                Cell("g", lambda pair: pair.get("hedges_g"), lambda _: "Hedges' g"),
            ],
            lambda pair: (pair["first"], pair["second"]),
            self,
        )
        self.setModel(self.rows)


_DELTA: Final = (
    "Cliff's delta: how much likelier a document of the first is the more positive one, -1 to 1"
)


def size(pair: Pair) -> str:
    """``small, sure``: whether the difference is one, and how large it is."""
    p = pair.get("corrected")
    sure = isinstance(p, int | float) and p < wording.SURE
    return f"{pair.get('size')}, {'sure' if sure else 'not sure'}"


def _number(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, int | float) else formats.NOTHING
