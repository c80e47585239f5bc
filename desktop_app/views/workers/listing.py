"""One tab of a worker: a list with what stands in place of rows."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.qt_models.listed_table import ListedTableModel
from desktop_app.ui import formats
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.tables import Table
from desktop_app.views.workers.lists import Kept


class Listing(QWidget):
    """``on_task`` is called with the id of a task that was opened."""

    def __init__(self, kept: Kept, on_task: Callable[[str], object]) -> None:
        super().__init__()
        self.kept = kept
        self._on_task = on_task
        self._all: Sequence[Any] = ()
        self._known = False
        self._search = ""
        self.model: ListedTableModel[Any] = ListedTableModel(
            [cell for cell, _ in kept.columns], kept.identity, self
        )
        self.table = Table(kept.title, [column for _, column in kept.columns])
        self.table.setModel(self.model)
        self._empty = EmptyState("workers", "Asking the worker…")
        self.table.set_empty(self._empty)
        self.table.opened.connect(self._open)
        self.table.clicked.connect(self._click)
        self.table.select_all_requested.connect(self.table.selectAll)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)

    @property
    def title(self) -> str:
        counted = self._known and self.kept.part not in {"conf", "stats"}
        full = [row for row in self._all if self.kept.words(row)] if counted else []
        return f"{self.kept.title} {formats.count(len(full))}" if counted else self.kept.title

    def fill(self, rows: Sequence[Any]) -> None:
        self._all, self._known = rows, True
        self._show()

    def lack(self, problem: str) -> None:
        """There is nothing to show, and why."""
        self._all, self._known = (), False
        self.model.show(())
        self._empty.set_text(problem)

    def search(self, text: str) -> None:
        """Only rows with this text in them."""
        self._search = text.casefold()
        self._show()

    def tick(self) -> None:
        if self.kept.ages and self.model.rowCount():
            self.model.refresh(0, self.model.rowCount() - 1)

    def _show(self) -> None:
        wanted = self._search
        shown = [row for row in self._all if wanted in self.kept.words(row).casefold()]
        self.model.show(shown if wanted else self._all)
        if self._known:
            none_match = f"Nothing matches “{wanted}”" if self._all else ""
            hint = "" if self._all else self.kept.hint
            self._empty.set_text(none_match or self.kept.nothing, hint)

    def _open(self, index: QModelIndex) -> None:
        if task_id := self.kept.task_id(self.model.row_at(index.row())):
            self._on_task(task_id)

    def _click(self, index: QModelIndex) -> None:
        if index.column() == self.kept.id_column:
            self._open(index)
