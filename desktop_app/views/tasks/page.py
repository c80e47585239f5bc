"""The Tasks page: every task that is held, live; what it is, and what can be done about it."""

import time
from collections import Counter
from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.monitor.query import Query
from desktop_app.monitor.rows import Batch, TaskRow
from desktop_app.qt_models.bridge import Bridge
from desktop_app.qt_models.live_page import STALE_AFTER, LivePage
from desktop_app.qt_models.task_table import TaskTableModel
from desktop_app.services.commands import Commands
from desktop_app.services.history import TaskHistory
from desktop_app.services.saved_queries import SavedQueries
from desktop_app.ui.background import Background
from desktop_app.ui.controls import Surface
from desktop_app.ui.drawer import WithDrawer
from desktop_app.ui.messages import Messages
from desktop_app.ui.tokens import Space
from desktop_app.views.tasks import gap_wording
from desktop_app.views.tasks.asked import text_of
from desktop_app.views.tasks.bulk import BulkBar
from desktop_app.views.tasks.chosen import Chosen
from desktop_app.views.tasks.detail import Detail
from desktop_app.views.tasks.earlier import EarlierDays
from desktop_app.views.tasks.export import ExportRow
from desktop_app.views.tasks.footer import Footer
from desktop_app.views.tasks.known import Known
from desktop_app.views.tasks.nothing import Nothing
from desktop_app.views.tasks.notice import Notice
from desktop_app.views.tasks.older import OlderTasks
from desktop_app.views.tasks.query_bar import QueryBar
from desktop_app.views.tasks.state_filter import StateFilter
from desktop_app.views.tasks.table import Mark, TaskTable

# Between two looks at which rows time has moved into the search or out of it.
_LOOK_AGAIN_S = 5


class TasksPage(LivePage):
    """States at the left, the table, and the details of one task at the right."""

    navigate = Signal(str, object)

    def __init__(
        self,
        bridge: Bridge,
        commands: Commands,
        background: Background,
        messages: Messages,
        saved: SavedQueries,
        history: TaskHistory,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(bridge, parent)
        self._history = history
        self._last = bridge.snapshot()
        self.model = TaskTableModel(self)
        self.states = StateFilter()
        self._known = Known()
        self.query = QueryBar(saved, messages, self._known.vocabulary)
        self.table = TaskTable()
        self.bulk = BulkBar(commands, background, messages)
        self.footer = Footer()
        self.notice = Notice()
        self.export = ExportRow(
            self.query.export,
            history,
            background,
            messages,
            lambda: self.query.query,
            self.model.held_rows,
        )
        self.detail = Detail(
            self.table,
            self.model,
            bridge,
            commands,
            history,
            background,
            messages,
            narrow=self.query.set_text,
            show_all=self._show_all,
        )
        self.drawer = self.detail.task
        self._nothing = Nothing(
            self.table, self._show_all, lambda page: self.navigate.emit(page, None)
        )
        self._looked_at = 0.0
        self.table.setModel(self.model)
        self.older = OlderTasks(history, self.model, self.table, background)
        self._earlier = EarlierDays(history, background, self)
        self.table.set_marks(self._mark_above)
        self._chosen = Chosen(self.table, self.model, self.older, self.bulk, background)
        self._arrange()
        self._join()

    def _arrange(self) -> None:
        card = Surface()
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        inside.addWidget(self.table, 1)
        inside.addWidget(self.footer)
        card.setFocusProxy(self.table)
        split = WithDrawer(card, self.drawer, self.detail.gap)
        right = QVBoxLayout()
        right.setSpacing(Space.S)
        right.addWidget(self.query)
        right.addWidget(self.export)
        right.addWidget(self.notice)
        right.addWidget(split, 1)
        right.addWidget(self.bulk)
        self.setFocusProxy(self.table)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        layout.setSpacing(Space.M)
        layout.addWidget(self.states)
        layout.addLayout(right, 1)

    def _join(self) -> None:
        self.states.changed.connect(self._choose_states)
        self.query.changed.connect(self._search)
        self.query.search.left.connect(self.table.setFocus)
        self.model.scanning_changed.connect(self._show_figures)
        self.older.counted.connect(self._show_figures)
        self._earlier.known.connect(self._known.remember)
        self._earlier.missed.connect(self.model.add_gaps)
        self.detail.edit.connect(lambda call: self.navigate.emit("enqueue", call))

    # What the window calls

    def came_into_sight(self) -> None:
        self.older.shown()

    def went_out_of_sight(self) -> None:
        self.older.hidden()
        self._chosen.stop()
        self.detail.stop()
        self.model.leave_it()

    def set_read_only(self, read_only: bool) -> None:
        self.drawer.task_actions.set_read_only(read_only)
        self.bulk.set_read_only(read_only)

    def set_production(self, production: bool) -> None:
        self.bulk.set_production(production)

    def search(self) -> None:
        self.query.search.setFocus()
        self.query.search.selectAll()
        if not self.query.search.text():
            self.query.search.suggest()

    def open(self, detail: object) -> None:
        """Show what a mapping names: a search, as ``asked.text_of`` reads it, and ``uuid`` as the
        task whose details are opened."""
        if not isinstance(detail, Mapping):
            return
        wanted = text_of(detail)
        if wanted is not None:
            self.query.set_text(wanted)
        if detail.get("uuid"):
            self.detail.seek(str(detail["uuid"]))

    # The search

    def _choose_states(self, states: frozenset[str]) -> None:
        self.query.set_states(states)
        self.states.set_chosen(self.query.states)

    def _search(self, wanted: Query) -> None:
        self.states.set_chosen(self.query.states)
        self.bulk.clear()
        self.model.set_filter(wanted)
        self._looked_at = time.time()
        self.table.scrollToTop()
        self.older.begin()
        self.detail.show_cursor()
        self._show_figures()

    def _show_all(self) -> None:
        self.query.set_text("")

    # What arrives

    def take(self, batch: Batch) -> None:
        top = self._top_in_sight() if batch.reset else None
        self._last = batch
        self.model.apply(batch)
        if batch.reset:
            self._start_anew(batch, top)
        self.notice.take(batch.history, anew=batch.reset)
        self.detail.take(batch, time.time())
        self._known.take(batch)
        if batch.reset:
            self.older.begin()
            self._earlier.ask()
        self._show_figures()

    def _top_in_sight(self) -> TaskRow | None:
        """The topmost task in sight, None while the top of the table is."""
        first, last = self.table.visible_rows()
        at_top = self.table.verticalScrollBar().value() == 0
        return None if at_top or not 0 <= first <= last else self.model.row_at(first)

    def _start_anew(self, batch: Batch, top: TaskRow | None) -> None:
        """All rows are others, of the same system or of another one, which counts from zero."""
        self.detail.start_anew(batch)
        self.detail.show_cursor()  # scrolls to it, which what follows sets right
        row = 0 if top is None else self.detail.place_of(top)
        if row is not None:
            self.table.scrollTo(self.model.index(row, 0), TaskTable.ScrollHint.PositionAtTop)

    def _show_figures(self) -> None:
        counters, connection = self._last.counters, self._last.connection
        older = self.older
        states = Counter(counters.states)
        states.update(older.of_all.states)
        self.states.set_counts(states, counters.held + older.of_all.total)
        self.footer.show_count(
            self.model,
            counters,
            older.matching,
            kept=self._history.kept,
            reading=older.reading,
        )
        self.notice.set_words(older.trouble, self._missed())
        self._nothing.explain(self.model, connection, reading=older.reading)

    def _mark_above(self, row: int) -> Mark | None:
        """Where the history begins."""
        begins = row > 0 and row == self.model.first_older_row
        return Mark("Older tasks, from the history", "text_muted") if begins else None

    def _missed(self) -> str:
        """What was missed last, while there is no row in which it could stand."""
        gaps = () if self.model.rowCount() else self.model.gaps
        return gap_wording.in_short(gaps[0], time.time()) if gaps else ""

    def tick(self) -> None:
        now = time.time()
        connection = self._last.connection
        first, last = self.table.visible_rows()
        if 0 <= first <= last:
            self.model.refresh_ages(first, last)
        if not 0 <= now - self._looked_at < _LOOK_AGAIN_S:
            self._looked_at = now
            self.model.look_again()
            self.older.look()
        self._show_figures()
        self.drawer.tick(now)
        away = connection.status != "live" and now - connection.since > STALE_AFTER
        self.table.set_stale(away)
        self.footer.show_freshness(connection, paused=self._bridge.paused, now=now)

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self.bulk.isHidden():
            self._chosen.let_go()
        else:
            super().keyPressEvent(event)
