"""What stands at the right of the table: one task, or a span in which events were missed."""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Qt, Signal

from desktop_app.monitor.rows import Batch, TaskRow
from desktop_app.qt_models.bridge import Bridge
from desktop_app.qt_models.task_table import TaskTableModel
from desktop_app.services.commands import Commands
from desktop_app.services.history import TaskHistory
from desktop_app.ui.background import Background
from desktop_app.ui.columns import AnyIndex
from desktop_app.ui.messages import Messages
from desktop_app.views.tasks.drawer import TaskDrawer
from desktop_app.views.tasks.finder import Finder
from desktop_app.views.tasks.gap_drawer import GapDrawer
from desktop_app.views.tasks.row_menu import RowMenu
from desktop_app.views.tasks.table import TaskTable


class Detail(QObject):
    """Opens what a row stands for, follows the cursor while it is open, and finds tasks by id.

    :param narrow: adds a term to the search
    :param show_all: ends the search
    """

    edit = Signal(object)
    """A call to be edited and sent, as ``TaskDrawer.resend`` tells it."""

    def __init__(
        self,
        table: TaskTable,
        model: TaskTableModel,
        bridge: Bridge,
        commands: Commands,
        history: TaskHistory,
        background: Background,
        messages: Messages,
        *,
        narrow: Callable[[str], object],
        show_all: Callable[[], object],
    ) -> None:
        super().__init__(table)
        self._table, self._model = table, model
        self._history, self._messages = history, messages
        self._narrow, self._show_all = narrow, show_all
        self.task = TaskDrawer(commands, background, messages)
        self.gap = GapDrawer()
        self._finder = Finder(bridge, history, background, self)
        self._finder.found.connect(self._show_found)
        self._finder.missing.connect(self._say_missing)
        self._finder.related.connect(self.task.set_family)
        self.task.jumped.connect(self._finder.seek)
        self.task.settled.connect(self._finder.seek_family)
        self.task.resend.connect(self.edit)
        table.opened.connect(self._open_index)
        table.current_changed.connect(self._cursor_moved)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._show_menu)

    def seek(self, uuid: str) -> None:
        """Show the details of that task as soon as it is known."""
        self._finder.seek(uuid)

    def take(self, batch: Batch, now: float) -> None:
        self.task.update_rows(batch.tasks, now)
        self.gap.update_gaps(batch.gaps, now)
        self._finder.look_into(batch)

    def start_anew(self, batch: Batch) -> None:
        """All rows are others. A task that is not among them is no longer shown."""
        shown = self.task.row
        if shown is not None and not any(row.uuid == shown.uuid for row in batch.tasks):
            self.task.close_drawer()
        gap = self.gap.gap
        if gap is not None and gap not in batch.gaps:
            self.gap.close_drawer()

    def stop(self) -> None:
        """While the page is hidden."""
        self._finder.stop()

    def place_of(self, task: TaskRow) -> int | None:
        """The row in which that task stands."""
        row = self._model.row_of(task.seq)
        return row if row is not None and self._model.row_at(row).uuid == task.uuid else None

    def show_cursor(self) -> None:
        """Put the cursor on the task whose details are open, where the table has it."""
        row = None if self.task.row is None else self.place_of(self.task.row)
        if row is not None and row not in self._table.selected_rows():
            self._table.selectRow(row)

    def _open_index(self, index: AnyIndex) -> None:
        gap = self._model.gap_at(index.row())
        if gap is None:
            self._show_task(self._model.row_at(index.row()))
        else:
            self.task.close_drawer()
            self.gap.show_gap(gap, time.time())

    def _show_task(self, row: TaskRow) -> None:
        self.gap.close_drawer()
        self.task.show_task(row, time.time())

    def _cursor_moved(self, index: AnyIndex) -> None:
        """While details are open they follow the cursor. A table that gains the focus puts its
        cursor somewhere without selecting anything; that is no wish."""
        if self.task.isHidden() and self.gap.isHidden():
            return
        if index.isValid() and self._table.selectionModel().isRowSelected(index.row()):
            self._open_index(index)

    def _show_found(self, row: TaskRow) -> None:
        if self.place_of(row) is None and self._history.held(row.uuid) is not None:
            self._show_all()
        self._show_task(row)
        self.show_cursor()

    def _say_missing(self) -> None:
        self._messages.warn(
            "This task is not known here",
            "It may have been sent before the history began, or to another broker.",
        )

    def _show_menu(self, place: QPoint) -> None:
        index = self._table.indexAt(place)
        if index.isValid() and self._model.gap_at(index.row()) is None:
            row = self._model.row_at(index.row())
            menu = RowMenu(row, lambda: self._show_task(row), self._narrow, self._table)
            menu.popup(self._table.viewport().mapToGlobal(place))
