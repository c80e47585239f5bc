"""A small table whose rows have names: complete lists come in, differences go out."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

RowRole: Final = int(Qt.ItemDataRole.UserRole) + 1
_TOP: Final = QModelIndex()

AnyIndex = QModelIndex | QPersistentModelIndex
Row = TypeVar("Row")


@dataclass(frozen=True)
class Cell(Generic[Row]):
    """A column: its title, what stands in a row of it, and what a tool tip adds."""

    title: str
    value: Callable[[Row], Any]
    tip: Callable[[Row], str | None] | None = None


class KeyedTableModel(QAbstractTableModel, Generic[Row]):
    """Rows in the order of ``key``, which also makes them the same row from list to list.

    ``DisplayRole`` gives values, not words; ``RowRole`` the whole row.
    """

    def __init__(
        self,
        cells: Sequence[Cell[Row]],
        key: Callable[[Row], Any],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._cells = cells
        self._key = key
        self._rows: list[Row] = []

    def rowCount(self, parent: AnyIndex = _TOP) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = _TOP) -> int:
        return 0 if parent.isValid() else len(self._cells)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        in_reach = orientation == Qt.Orientation.Horizontal and 0 <= section < len(self._cells)
        if in_reach and role == Qt.ItemDataRole.DisplayRole:
            return self._cells[section].title
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row, cell = self._rows[index.row()], self._cells[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.value(row)
        if role == RowRole:
            return row
        if role == Qt.ItemDataRole.ToolTipRole and cell.tip is not None:
            return cell.tip(row)
        return None

    @property
    def rows(self) -> Sequence[Row]:
        return self._rows

    def row_at(self, row: int) -> Row:
        return self._rows[row]

    def replace_all(self, rows: Iterable[Row]) -> None:
        """Make ``rows`` what is shown, and tell views of what differs alone."""
        wanted = sorted(rows, key=self._key)
        keys = {self._key(row) for row in wanted}
        for place in reversed(range(len(self._rows))):
            if self._key(self._rows[place]) not in keys:
                self.beginRemoveRows(_TOP, place, place)
                del self._rows[place]
                self.endRemoveRows()
        changed = []
        for row in wanted:
            place = bisect_left(self._rows, self._key(row), key=self._key)
            if place == len(self._rows) or self._key(self._rows[place]) != self._key(row):
                self.beginInsertRows(_TOP, place, place)
                self._rows.insert(place, row)
                self.endInsertRows()
            elif self._rows[place] != row:
                self._rows[place] = row
                changed.append(place)
        if changed:
            self.refresh(changed[0], changed[-1])

    def refresh(self, first: int, last: int) -> None:
        """The values in these rows may be others."""
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(self._cells) - 1))
