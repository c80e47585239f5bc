"""The table of figures, in the order that one chooses by its header."""

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QTableView, QWidget

from desktop_app.monitor.history.figures import By
from desktop_app.qt_models.keyed_table import Cell
from desktop_app.qt_models.listed_table import ListedTableModel
from desktop_app.qt_models.words import tip
from desktop_app.ui import formats, tables
from desktop_app.ui.columns import AnyIndex, Kind
from desktop_app.ui.columns import Column as Look
from desktop_app.views.performance import wording
from desktop_app.views.performance.figures import KINDS, Line


class Column(IntEnum):
    KEY = 0
    ENDED = 1
    RATE = 2
    FAILED = 3
    WAIT_50 = 4
    WAIT_95 = 5
    WAIT_99 = 6
    RUN_50 = 7
    RUN_95 = 8
    RUN_99 = 9
    COST = 10
    SHARE = 11


_VALUES: Final[dict[Column, tuple[str, Callable[[Line], Any]]]] = {
    Column.ENDED: ("Ended", lambda line: line.ended),
    Column.RATE: ("Rate", lambda line: line.rate),
    Column.FAILED: ("Failed", lambda line: line.failure_share),
    Column.WAIT_50: ("Wait p50", lambda line: line.waits[0]),
    Column.WAIT_95: ("Wait p95", lambda line: line.waits[1]),
    Column.WAIT_99: ("Wait p99", lambda line: line.waits[2]),
    Column.RUN_50: ("Run p50", lambda line: line.runs[0]),
    Column.RUN_95: ("Run p95", lambda line: line.runs[1]),
    Column.RUN_99: ("Run p99", lambda line: line.runs[2]),
    Column.COST: ("Run time", lambda line: line.cost),
    Column.SHARE: ("Share", lambda line: line.share),
}
_TIPS: Final = {
    Column.ENDED: "Tasks that succeeded, failed, were revoked or rejected",
    Column.RATE: "Tasks that ended over the whole span",
    Column.FAILED: "Share of the tasks that ended that failed",
    Column.COST: "Run times of all these tasks added up: what they cost",
    Column.SHARE: "Part of the run time of all tasks",
}
_WAIT_TIP: Final = "From sending (of a retry: from its receipt) to the start"
_RUN_TIP: Final = "From the start to the end"


class FiguresModel(ListedTableModel[Line]):
    def __init__(self, parent: QObject | None = None) -> None:
        self._by: By = "name"
        key = Cell[Line](
            "", lambda line: wording.short(line.key, self._by), lambda line: tip(line.key)
        )
        cells = [Cell[Line](title, value) for title, value in _VALUES.values()]
        super().__init__([key, *cells], lambda line: line.key, parent)

    def show_by(self, by: By, rows: Sequence[Line]) -> None:
        """``rows``, which are tasks, queues or workers, in that order."""
        if by != self._by:
            self._by = by
            self.show([])
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, Column.KEY, Column.KEY)
        self.show(rows)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and 0 <= section < len(Column):
            if role == Qt.ItemDataRole.DisplayRole and section == Column.KEY:
                return next(title for _, by, title in KINDS if by == self._by)
            if role == Qt.ItemDataRole.ToolTipRole:
                return _tip(Column(section))
        return super().headerData(section, orientation, role)


def _tip(column: Column) -> str | None:
    if Column.WAIT_50 <= column <= Column.WAIT_99:
        return _WAIT_TIP
    if Column.RUN_50 <= column <= Column.RUN_99:
        return _RUN_TIP
    return _TIPS.get(column)


def _failing(index: AnyIndex) -> str:
    return "danger" if index.data() else "text_muted"


_DURATION = Look(Kind.NUMBER, 72, format=formats.duration)
_QUIET = Look(Kind.NUMBER, 72, format=formats.duration, ink="text_muted")
_LOOKS: Final = {
    Column.KEY: Look(width=200, stretch=True),
    Column.ENDED: Look(Kind.NUMBER, 62, format=formats.count),
    Column.RATE: Look(Kind.NUMBER, 72, format=formats.rate, ink="text_muted"),
    Column.FAILED: Look(Kind.NUMBER, 64, format=formats.percent, ink=_failing),
    Column.WAIT_50: _QUIET,
    Column.WAIT_95: _QUIET,
    Column.WAIT_99: _QUIET,
    Column.RUN_50: _DURATION,
    Column.RUN_95: _DURATION,
    Column.RUN_99: _DURATION,
    Column.COST: Look(Kind.NUMBER, 88, format=formats.duration),
    Column.SHARE: Look(Kind.PROGRESS, 104),
}
# Columns that give way when the table is narrow, and the width that each needs it to have.
_NEEDS: Final = {
    Column.WAIT_50: 960,
    Column.WAIT_99: 890,
    Column.RUN_50: 820,
    Column.RUN_99: 750,
    Column.SHARE: 640,
    Column.RATE: 560,
}


class FiguresTable(tables.Table):
    """A click on a title puts the rows in that order, another one turns it round."""

    sorted_anew = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Figures", [_LOOKS[column] for column in Column], parent)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(Column.COST, Qt.SortOrder.DescendingOrder)
        header.sortIndicatorChanged.connect(lambda *_: self.sorted_anew.emit())

    def in_order(self, rows: Sequence[Line], by: By) -> list[Line]:
        """As the header says; what is not known comes last either way."""
        header = self.horizontalHeader()
        column = Column(header.sortIndicatorSection())
        down = header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
        by_name = sorted(rows, key=lambda line: wording.label(line.key, by).lower())
        if column is Column.KEY:
            return by_name[::-1] if down else by_name
        value = _VALUES[column][1]
        known = [line for line in by_name if value(line) is not None]
        known.sort(key=value, reverse=down)
        return known + [line for line in by_name if value(line) is None]

    def resizeEvent(self, event: QResizeEvent) -> None:
        for column, needed in _NEEDS.items():
            self.setColumnHidden(column, self.width() < needed)
        super().resizeEvent(event)
