"""Which tasks are chosen for a command to many: the selected rows, or all that match."""

from PySide6.QtCore import QObject, QTimer

from desktop_app.monitor.rows import TaskRow
from desktop_app.qt_models.task_table import TaskTableModel
from desktop_app.ui import formats
from desktop_app.views.tasks.bulk import BulkBar
from desktop_app.views.tasks.table import TaskTable

# A selection that is drawn with the mouse changes with every row.
_DRAWN_MS = 50


class Chosen(QObject):
    """Hands the chosen tasks to the bar. All that match are taken as they are now and no row of
    them is selected: there may be a million."""

    def __init__(self, table: TaskTable, model: TaskTableModel, bulk: BulkBar) -> None:
        super().__init__(bulk)
        self._table = table
        self._model = model
        self._bulk = bulk
        self._drawn = QTimer(self, singleShot=True, interval=_DRAWN_MS)
        self._drawn.timeout.connect(self._offer_selected)
        table.selectionModel().selectionChanged.connect(self._drawn.start)
        table.select_all_requested.connect(self._choose_all)

    def let_go(self) -> None:
        self._table.clearSelection()
        self._drawn.stop()
        self._bulk.clear()

    def stop(self) -> None:
        """While the page is hidden."""
        self._drawn.stop()

    def _choose_all(self) -> None:
        self._table.clearSelection()
        self._drawn.stop()
        rows = list(self._model.matching())
        if rows:
            which = "that are held" if self._model.filter.everything else "that match"
            self._bulk.offer(rows, f"All {formats.plural(len(rows), 'task')} {which}")

    def _offer_selected(self) -> None:
        rows = self._selected()
        if len(rows) > 1:
            self._bulk.offer(rows, f"{formats.plural(len(rows), 'task')} selected")
        elif rows and not self._bulk.isHidden():
            self._bulk.clear()

    def _selected(self) -> list[TaskRow]:
        # By spans, since an index for each cell of a large selection takes seconds.
        spans = self._table.selectionModel().selection().toList()
        places = {place for span in spans for place in range(span.top(), span.bottom() + 1)}
        return [self._model.row_at(place) for place in sorted(places)]
