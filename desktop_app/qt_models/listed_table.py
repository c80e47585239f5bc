"""A small table in an order of its own: a list comes in, differences go out."""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QModelIndex, QObject

from desktop_app.qt_models.keyed_table import Cell, KeyedTableModel

Row = TypeVar("Row")
_TOP = QModelIndex()


class ListedTableModel(KeyedTableModel[Row], Generic[Row]):
    """Rows in the order in which they are given. ``identity`` makes a row the same one from list
    to list, so that the cursor and the selection stay with it wherever it moves. Of rows with one
    identity the first stays the first."""

    def __init__(
        self,
        cells: Sequence[Cell[Row]],
        identity: Callable[[Row], Hashable],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(cells, identity, parent)
        self._identity = identity
        self._held: list[tuple[Hashable, int]] = []

    def show(self, rows: Sequence[Row]) -> None:
        """Make ``rows`` what is shown."""
        if list(rows) == self._rows:
            return
        wanted = self._keys(rows)
        self._drop_all_but(set(wanted))
        there = set(self._held)
        if [key for key in wanted if key in there] == self._held:
            self._fill_in(rows, wanted)
            if self._rows:
                self.refresh(0, len(self._rows) - 1)
        else:
            # They have changed places among themselves, which a queue does not do by itself.
            self.beginResetModel()
            self._rows, self._held = list(rows), wanted
            self.endResetModel()

    def _keys(self, rows: Sequence[Row]) -> list[tuple[Hashable, int]]:
        seen: Counter[Hashable] = Counter()
        keys = []
        for row in rows:
            identity = self._identity(row)
            keys.append((identity, seen[identity]))
            seen[identity] += 1
        return keys

    def _drop_all_but(self, wanted: set[tuple[Hashable, int]]) -> None:
        end = len(self._rows)
        while end:
            first = end
            while first and self._held[first - 1] not in wanted:
                first -= 1
            if first < end:
                self.beginRemoveRows(_TOP, first, end - 1)
                del self._rows[first:end], self._held[first:end]
                self.endRemoveRows()
            end = max(first - 1, 0)

    def _fill_in(self, rows: Sequence[Row], wanted: Sequence[tuple[Hashable, int]]) -> None:
        there = set(self._held)
        first = 0
        while first < len(rows):
            end = first
            while end < len(rows) and wanted[end] not in there:
                end += 1
            if end > first:
                self.beginInsertRows(_TOP, first, end - 1)
                self._rows[first:first] = rows[first:end]
                self._held[first:first] = wanted[first:end]
                self.endInsertRows()
            if end < len(rows):
                self._rows[end] = rows[end]
            first = end + 1
