"""Older tasks: read from the history as one scrolls to them."""

import time
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.monitor.history import Page
from desktop_app.monitor.query import EVERYTHING, Query
from desktop_app.monitor.rows import TaskRow
from desktop_app.qt_models.task_table import TaskTableModel
from desktop_app.services.history import HistoryTrouble, Older, TaskHistory
from desktop_app.ui.background import Background
from desktop_app.views.tasks.table import TaskTable

MOST_CHOSEN = 10_000
"""Older tasks that are taken for a command to all that match."""

# A page of rows is fetched this far before the table's end is in sight.
_AHEAD = 60
# The history is counted again while this page is looked at.
_COUNT_AGAIN_MS = 10_000
# Searches that are only passed while one types are not counted.
_COUNT_MS = 250


class OlderTasks(QObject):
    """Fills the lower part of the table, and counts what is not in memory."""

    counted = Signal()
    """``of_all``, ``matching`` or ``trouble`` is another."""

    def __init__(
        self, history: TaskHistory, model: TaskTableModel, table: TaskTable, background: Background
    ) -> None:
        super().__init__(table)
        self._history = history
        self._model = model
        self._table = table
        self._background = background
        # What was asked for before a new search or another system is no longer wanted.
        self._number = 0
        self._reading = self._counting = self._live = False
        self.matching = Older()
        self.trouble = ""
        self._again = QTimer(self, interval=_COUNT_AGAIN_MS)
        self._again.timeout.connect(self._once_more)
        self._soon = QTimer(self, singleShot=True, interval=_COUNT_MS)
        self._soon.timeout.connect(self.count)
        table.verticalScrollBar().valueChanged.connect(self.look)
        model.scanning_changed.connect(self.look)

    @property
    def of_all(self) -> Older:
        """What the history alone has."""
        return self._history.of_all

    @property
    def reading(self) -> bool:
        return self._reading

    def shown(self) -> None:
        self._live = True
        self._again.start()
        self.begin()

    def hidden(self) -> None:
        self._live = False
        self._again.stop()
        self._soon.stop()

    def begin(self) -> None:
        """The search is another one, or the tasks are another system's."""
        self._number += 1
        self._reading = self._counting = False
        self.trouble = ""
        self.matching = Older()
        if self._live:
            self._soon.start()
            self.look()

    # The rows

    def look(self, *_told: object) -> None:
        """Read on if the end of the table is near."""
        model = self._model
        if not self._live or self._reading or self.trouble or model.scanning:
            return
        before = model.older_from
        if before is None or not self._history.kept or not self._near_end():
            return
        self._reading = True
        number = self._number
        self._background.run(
            self._history.page(model.filter, before, time.time()),
            "read older tasks",
            on_success=partial(self._take, number),
            on_failure=partial(self._not_read, number),
            owner=self,
        )

    def _near_end(self) -> bool:
        _, last = self._table.visible_rows()
        return last >= self._model.rowCount() - _AHEAD

    def _take(self, number: int, page: Page) -> None:
        if number != self._number:
            return
        self._reading = False
        fresh = [row for row in page.rows if self._history.held(row.uuid) is None]
        self._model.add_older(fresh, page.before)
        self.counted.emit()
        self.look()

    def _not_read(self, number: int, error: Exception) -> None:
        if number != self._number:
            return
        self._reading = False
        self.trouble = _words(error)
        self.counted.emit()

    def _once_more(self) -> None:
        if self.trouble:
            self.begin()
        else:
            self.count()

    # The numbers

    def count(self) -> None:
        if self._counting or not self._history.kept:
            return
        self._counting = True
        number = self._number
        self._background.run(
            self._history.count_all(self._model.held_rows(), time.time()),
            "count older tasks",
            on_success=partial(self._take_count, number, EVERYTHING),
            on_failure=partial(self._not_counted, number),
            owner=self,
        )
        if not self._model.filter.everything:
            self._count(self._model.filter)

    def _count(self, query: Query) -> None:
        number = self._number
        below = self._model.whole_from
        self._background.run(
            self._history.older(query, below, self._model.below(below), time.time()),
            "count older tasks",
            on_success=partial(self._take_count, number, query),
            on_failure=partial(self._not_counted, number),
            owner=self,
        )

    def _take_count(self, number: int, query: Query, older: Older) -> None:
        if number != self._number:
            return
        if query == self._model.filter:
            self._counting = False
            self.matching = older
        self.counted.emit()

    def _not_counted(self, number: int, _error: Exception) -> None:
        """The rows say what is wrong; the numbers stay as they were."""
        if number == self._number:
            self._counting = False

    # For a command to all

    async def all_matching(self, most: int = MOST_CHOSEN) -> list[TaskRow]:
        """Older tasks that match, the newest first, up to so many."""
        before: int | None = self._model.whole_from
        found: list[TaskRow] = []
        query, now = self._model.filter, time.time()
        while before is not None and len(found) < most:
            page = await self._history.page(query, before, now, limit=most - len(found))
            found += [row for row in page.rows if self._history.held(row.uuid) is None]
            before = page.before
        return found[:most]


def _words(error: Exception) -> str:
    if isinstance(error, HistoryTrouble):
        return f"{error.message} {error.remedy}"
    return f"Older tasks could not be read: {error}."
