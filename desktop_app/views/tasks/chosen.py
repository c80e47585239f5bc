"""Which tasks are chosen for a command to many: the selected rows, or all that match."""

from functools import partial

from PySide6.QtCore import QObject, QTimer

from desktop_app.monitor.rows import TaskRow
from desktop_app.qt_models.task_table import TaskTableModel
from desktop_app.ui import formats
from desktop_app.ui.background import Background
from desktop_app.views.tasks.bulk import BulkBar
from desktop_app.views.tasks.older import MOST_CHOSEN, OlderTasks
from desktop_app.views.tasks.table import TaskTable

# A selection that is drawn with the mouse changes with every row.
_DRAWN_MS = 50


class Chosen(QObject):
    """Hands the chosen tasks to the bar. All that match are taken as they are now, from memory and
    as many from the history as ``older.MOST_CHOSEN``, and no row of them is selected: there may be
    a million."""

    def __init__(
        self,
        table: TaskTable,
        model: TaskTableModel,
        older: OlderTasks,
        bulk: BulkBar,
        background: Background,
    ) -> None:
        super().__init__(bulk)
        self._older = older
        self._background = background
        # A later choice makes an earlier question void.
        self._number = 0
        self._offered = 0
        self._table = table
        self._model = model
        self._bulk = bulk
        self._drawn = QTimer(self, singleShot=True, interval=_DRAWN_MS)
        self._drawn.timeout.connect(self._offer_selected)
        table.selectionModel().selectionChanged.connect(self._drawn.start)
        table.select_all_requested.connect(self._choose_all)
        bulk.left.connect(self.let_go)
        bulk.ended.connect(self._go_on)

    def let_go(self) -> None:
        self._number += 1
        self._table.clearSelection()
        self._drawn.stop()
        self._bulk.give_up()

    def stop(self) -> None:
        """While the page is hidden."""
        self._drawn.stop()

    def _go_on(self) -> None:
        """A command is done: what was chosen while it ran is offered, what it hit is let go."""
        if self._number == self._offered and not self._drawn.isActive():
            self.let_go()
        else:
            self._offer_selected()

    def _choose_all(self) -> None:
        self._table.clearSelection()
        self._drawn.stop()
        self._number += 1
        rows = list(self._model.matching())
        everything = self._model.filter.everything
        if rows:
            which = "that are held" if everything else "that match"
            self._offer(rows, f"All {formats.plural(len(rows), 'task')} {which}")
        if self._older.matching.total:
            self._background.run(
                self._older.all_matching(),
                "find the older tasks that match",
                on_success=partial(self._offer_all, self._number, rows),
                owner=self,
            )

    def _offer_all(self, number: int, rows: list[TaskRow], older: list[TaskRow]) -> None:
        if number != self._number or not older:
            return
        number_older = formats.count(len(older))
        if len(older) < MOST_CHOSEN:
            told = f"All {formats.plural(len(rows) + len(older), 'task')} that match, "
            told += f"{number_older} of them from the history"
        else:
            told = f"{formats.plural(len(rows) + len(older), 'task')}: all in memory that match "
            told += f"and the newest {number_older} of those in the history"
        self._offer([*rows, *older], told)

    def _offer(self, rows: list[TaskRow], what: str) -> None:
        if self._bulk.run is None:
            self._offered = self._number
        self._bulk.offer(rows, what)

    def _offer_selected(self) -> None:
        self._number += 1
        rows = self._selected()
        if len(rows) > 1:
            self._offer(rows, f"{formats.plural(len(rows), 'task')} selected")
        elif rows:
            self._bulk.clear()

    def _selected(self) -> list[TaskRow]:
        # By spans, since an index for each cell of a large selection takes seconds.
        spans = self._table.selectionModel().selection().toList()
        places = {place for span in spans for place in range(span.top(), span.bottom() + 1)}
        return [
            self._model.row_at(place)
            for place in sorted(places)
            if self._model.gap_at(place) is None
        ]
