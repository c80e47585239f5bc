"""The tasks of the catalog under their queues, as a list that can be searched."""

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from desktop_app.services.foreign import OTHERS
from desktop_app.ui.columns import AnyIndex
from worker_core.catalog import QUEUES, Queue, TaskSpec

RowRole = int(Qt.ItemDataRole.UserRole)
"""The row itself: the Queue whose tasks follow, or a TaskSpec."""

_ROOT = QModelIndex()
_GROUPS = {queue.name: queue for queue in (*QUEUES.values(), OTHERS)}


def _matches(spec: TaskSpec, words: Iterable[str]) -> bool:
    queue = _GROUPS[spec.queue]
    spoken = spec.name.replace("_", " ").replace(".", " ")
    text = f"{spec.name} {spoken} {spec.title} {spec.description} {queue.title}".casefold()
    return all(word in text for word in words)


class TaskModel(QAbstractListModel):
    """Rows of queues, which cannot be selected, each followed by its tasks."""

    def __init__(self, tasks: Iterable[TaskSpec], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = list(tasks)
        self._rows: list[Queue | TaskSpec] = []
        self._text = ""
        self.search("")

    def set_tasks(self, tasks: Iterable[TaskSpec]) -> None:
        """Offer these instead, under the same search."""
        self._tasks = list(tasks)
        self.search(self._text)

    def search(self, text: str) -> None:
        """Keeps the tasks in whose name, words or queue every word of ``text`` occurs."""
        self._text = text
        words = text.casefold().split()
        found = [spec for spec in self._tasks if _matches(spec, words)]
        self.beginResetModel()
        self._rows = []
        for queue in _GROUPS.values():
            if tasks := [spec for spec in found if spec.queue == queue.name]:
                self._rows += [queue, *tasks]
        self.endResetModel()

    def row_of(self, name: str) -> int | None:
        """Where a task stands now; None while the search leaves it out."""
        names = (row.name if isinstance(row, TaskSpec) else None for row in self._rows)
        return next((place for place, one in enumerate(names) if one == name), None)

    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        if isinstance(index.data(RowRole), TaskSpec):
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return Qt.ItemFlag.NoItemFlags

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        match role:
            case _ if role == RowRole:
                return row
            case Qt.ItemDataRole.DisplayRole:
                return row.title
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleDescriptionRole:
                return " ".join(filter(None, (row.description, _reason(row))))
            case Qt.ItemDataRole.AccessibleTextRole:
                state = ", not available" if _reason(row) else ""
                return f"{row.title}, {row.name}{state}"
            case _:
                return None


def _reason(row: Queue | TaskSpec) -> str:
    return row.unavailable or "" if isinstance(row, TaskSpec) else ""
