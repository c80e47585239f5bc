"""The task table as a view sees it."""

import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from PySide6.QtCore import QObject, Qt

from desktop_app.monitor.rows import Gap, TaskRow
from desktop_app.qt_models import gap_words, task_columns, words
from desktop_app.qt_models.task_columns import Column
from desktop_app.qt_models.task_gaps import AnyIndex
from desktop_app.qt_models.task_older import OlderRows

__all__ = ["Column", "RowRole", "StateRole", "TaskTableModel", "UuidRole"]

UuidRole: Final = int(Qt.ItemDataRole.UserRole) + 1
StateRole: Final = UuidRole + 1
RowRole: Final = UuidRole + 2

_COLUMNS: Final = tuple(Column)
_AGES: Final = (Column.WAITED, Column.RUNTIME)


class TaskTableModel(OlderRows):
    """Tasks, newest first, those from the history below those in memory, and between them the
    spans in which events were missed.

    ``DisplayRole`` gives values, not words: seconds, counts, Celery's name of a state; text from
    outside is made fit to be shown. Keep selections by ``seq`` or uuid, since rows leave a filter
    and the model may be reset.
    """

    def __init__(
        self, parent: QObject | None = None, *, now: Callable[[], float] = time.time
    ) -> None:
        super().__init__(parent, now=now)
        self._answers: dict[int, Callable[[TaskRow, Column], Any]] = {
            Qt.ItemDataRole.DisplayRole: lambda row, column: task_columns.value(row, column, now()),
            Qt.ItemDataRole.AccessibleTextRole: (
                lambda row, column: task_columns.spoken(row, column, now())
            ),
            Qt.ItemDataRole.ToolTipRole: lambda row, column: words.tip(
                task_columns.tip(row, column)
            ),
            StateRole: lambda row, _: row.state,
            UuidRole: lambda row, _: row.uuid,
            RowRole: lambda row, _: row,
        }
        self._gap_answers: dict[int, Callable[[Gap, Column], Any]] = {
            Qt.ItemDataRole.DisplayRole: gap_words.value,
            Qt.ItemDataRole.AccessibleTextRole: gap_words.spoken,
            Qt.ItemDataRole.ToolTipRole: lambda gap, _: words.tip(gap_words.told(gap)),
            StateRole: lambda *_: gap_words.STATE,
            RowRole: lambda gap, _: gap,
        }

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(Column):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return task_columns.TITLES[Column(section)]
        if role == Qt.ItemDataRole.ToolTipRole:
            return task_columns.TIPS.get(Column(section))
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in self._answers or not index.isValid() or index.row() >= self.rowCount():
            return None
        return self.row_values(index.row(), [(index.column(), role)])[0]

    def row_values(self, row: int, wanted: Sequence[tuple[int, int]]) -> Sequence[Any]:
        """What ``data`` gives for each column and role of ``wanted``, with one look at the row.

        :raises IndexError: no such row
        """
        gap = self.gap_at(row)
        if gap is None:
            task, answers = self.row_at(row), self._answers
            return [answers[role](task, _COLUMNS[place]) for place, role in wanted]
        return [
            None
            if (answer := self._gap_answers.get(role)) is None
            else answer(gap, _COLUMNS[place])
            for place, role in wanted
        ]

    def refresh_ages(self, first_row: int, last_row: int) -> None:
        """Time has passed: these rows' durations may be others."""
        last_row = min(last_row, self.rowCount() - 1)
        if 0 <= first_row <= last_row:
            self.dataChanged.emit(self.index(first_row, _AGES[0]), self.index(last_row, _AGES[-1]))
