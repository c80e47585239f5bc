"""The workers: who is there, and how busy."""

from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout

from desktop_app.monitor.rows import Batch
from desktop_app.qt_models.worker_table import Column as Place
from desktop_app.qt_models.worker_table import WorkerTableModel
from desktop_app.ui import formats
from desktop_app.ui.columns import AnyIndex, Column, Kind
from desktop_app.ui.controls import Hairline, Surface, heading
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.tables import Table
from desktop_app.ui.tokens import Size, Space

_LATE_SECONDS = 5.0
"""A worker beats every two seconds: after this one has been missed."""


def _ink_of_age(index: AnyIndex) -> str | None:
    age = index.data()
    return "warning" if age is not None and age > _LATE_SECONDS else None


# In the model's order. What is left out here stands on the workers' own page.
_COLUMNS = {
    Place.STATE: Column(Kind.STATE, 92),
    Place.NAME: Column(Kind.TEXT, stretch=True),
    Place.HEARTBEAT: Column(Kind.NUMBER, 60, format=formats.age, ink=_ink_of_age),
    Place.ACTIVE: Column(Kind.NUMBER, 64, format=formats.count),
    Place.PROCESSED: Column(Kind.NUMBER, 76, format=formats.compact),
}


class _NarrowModel(WorkerTableModel):
    """The same table with titles that fit beside two other lists."""

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if section == Place.HEARTBEAT and role == Qt.ItemDataRole.DisplayRole:
            return "Heard"
        return super().headerData(section, orientation, role)


class Workers(Surface):
    """A table of all workers. Follows batches only when they are given to it."""

    chosen = Signal(str)
    """The name of a worker whose tasks are wanted."""

    def __init__(self) -> None:
        super().__init__()
        self._model = _NarrowModel(self)
        self._table = Table("Workers", [_COLUMNS.get(place, Column()) for place in Place])
        self._table.setModel(self._model)
        for place in Place:
            self._table.setColumnHidden(place, place not in _COLUMNS)
        self._table.setMinimumHeight(Size.HEADER + 3 * Size.ROW)
        self._table.set_empty(
            EmptyState("workers", "No worker has been heard", "Workers appear when they start.")
        )
        self._table.opened.connect(self._opened)
        head = heading("Workers")
        head.setContentsMargins(Space.L - 1, Space.M, Space.L, Space.S)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 0, 1, 1)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(Hairline())
        layout.addWidget(self._table, 1)

    def _opened(self, index: QModelIndex) -> None:
        self.chosen.emit(self._model.row_at(index.row()).hostname)

    def apply(self, batch: Batch) -> None:
        self._model.apply(batch)

    def refresh_ages(self) -> None:
        """Call it once a second while the table is seen."""
        self._model.refresh_ages()

    def set_stale(self, stale: bool) -> None:
        self._table.set_stale(stale)
