"""The dropped files of this session as an item model, the newest at the top."""

from bisect import bisect_left
from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, Signal

from desktop_app.services.tray import TrayItem
from desktop_app.ui import formats, texts
from desktop_app.ui.columns import AnyIndex
from desktop_app.views.documents import wording

ItemRole = int(Qt.ItemDataRole.UserRole) + 1
_TOP = QModelIndex()


class TrayModel(QAbstractListModel):
    """Keyed by the item's key, which rises with every file. Settled files can be put out of sight;
    what became of them stays in the tray itself."""

    reworded = Signal(QModelIndex)
    """A row says more or less than before, so its height may differ."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[TrayItem] = []
        self._hidden: set[int] = set()

    def rowCount(self, parent: AnyIndex = _TOP) -> int:
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._items):
            return None
        item = self._items[index.row()]
        return item if role == ItemRole else _words(item, role)

    @property
    def items(self) -> list[TrayItem]:
        return list(self._items)

    def show_all(self, items: Iterable[TrayItem]) -> None:
        """Take in the latest states of several files; those that are new come at once."""
        newest = self._items[0].key if self._items else -1
        new = []
        for item in items:
            if item.key > newest:
                new.append(item)
            else:
                self.show(item)
        new = sorted(
            (item for item in new if item.key not in self._hidden), key=lambda item: -item.key
        )
        if new:
            self.beginInsertRows(_TOP, 0, len(new) - 1)
            self._items[:0] = new
            self.endInsertRows()

    def show(self, item: TrayItem) -> None:
        """Take in a file's latest state."""
        if item.key in self._hidden:
            return
        row = self._place(item.key)
        if row < len(self._items) and self._items[row].key == item.key:
            before, self._items[row] = self._items[row], item
            index = self.index(row)
            if (before.message, before.remedy) != (item.message, item.remedy):
                self.reworded.emit(index)
            self.dataChanged.emit(index, index)
            return
        self.beginInsertRows(_TOP, row, row)
        self._items.insert(row, item)
        self.endInsertRows()

    def hide_settled(self) -> None:
        """Put the files out of sight on which nothing is still to come."""
        settled = {item.key for item in self._items if item.settled}
        self.beginResetModel()
        self._hidden |= settled
        self._items = [item for item in self._items if not item.settled]
        self.endResetModel()

    def row_of(self, key: int) -> int | None:
        row = self._place(key)
        found = row < len(self._items) and self._items[row].key == key
        return row if found else None

    def _place(self, key: int) -> int:
        return bisect_left(self._items, -key, key=lambda item: -item.key)


def _words(item: TrayItem, role: int) -> str | None:
    match role:
        case Qt.ItemDataRole.DisplayRole:
            return item.name
        case Qt.ItemDataRole.ToolTipRole:
            return texts.tip(item.name)
        case Qt.ItemDataRole.AccessibleTextRole:
            said = (item.name, formats.size(item.size), item.stage, wording.tray_outcome(item))
            return ", ".join(filter(None, said))
        case Qt.ItemDataRole.AccessibleDescriptionRole:
            return " ".join(filter(None, (item.message, item.remedy)))
    return None
