"""The Queues page: what waits, since when, and hands to act on it."""

import time
from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from desktop_app.monitor.rows import RUNNING, Batch, TaskRow
from desktop_app.qt_models.bridge import Bridge
from desktop_app.qt_models.live_page import STALE_AFTER, LivePage
from desktop_app.services.queues import QueueCommands
from desktop_app.ui import formats
from desktop_app.ui.background import Background
from desktop_app.ui.columns import AnyIndex
from desktop_app.ui.controls import Hairline, Surface
from desktop_app.ui.course_row import CourseRow
from desktop_app.ui.drawer import WithDrawer
from desktop_app.ui.messages import Messages
from desktop_app.ui.panes import Panes
from desktop_app.ui.tokens import Space
from desktop_app.views.queues.acts import Acts
from desktop_app.views.queues.held_pane import HeldPane
from desktop_app.views.queues.message_drawer import MessageDrawer
from desktop_app.views.queues.messages_pane import MessagesPane
from desktop_app.views.queues.queue_list import QueueList
from desktop_app.views.queues.removed_pane import RemovedPane
from worker_core.operations.messages import Waiting

_QUEUES_SHARE = 0.48
_WITH_WORKERS = RUNNING | {"RECEIVED", "RETRY"}
_MESSAGES, _HELD, _REMOVED = range(3)


class QueuesPage(LivePage):
    """Queues above, and below what waits in the chosen one, what workers hold, what was
    removed; the details of one message at the right. ``task`` is what the events told of one."""

    navigate = Signal(str, object)

    def __init__(
        self,
        bridge: Bridge,
        commands: QueueCommands,
        background: Background,
        messages: Messages,
        task: Callable[[str], TaskRow | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(bridge, parent)
        self._production = self._read_only = False
        self._connection = bridge.snapshot().connection
        self._task = task
        self.acts = Acts(commands, background, messages, self)
        self.queues = QueueList(lambda page: self.navigate.emit(page, None))
        self.messages = MessagesPane(
            commands, background, self.acts, self.queues.names, self._first_heard
        )
        self.held = HeldPane(commands, background, self._worker_of)
        self.removed = RemovedPane(commands, background, self.acts)
        self.drawer = MessageDrawer(self.acts, self._first_heard)
        self.course = CourseRow()
        self.tabs = QTabBar()
        self._stack = QStackedWidget()
        self._arrange()
        self._join()

    def _arrange(self) -> None:
        self.tabs.setAccessibleName("Messages")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for title in ("Waiting", "Held by workers", "Removed"):
            self.tabs.addTab(title)
        for pane in (self.messages, self.held, self.removed):
            self._stack.addWidget(pane)
        below = Surface()
        inside = QVBoxLayout(below)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        inside.addWidget(self.tabs)
        inside.addWidget(Hairline())
        inside.addWidget(self.course)
        inside.addWidget(self._stack, 1)
        both = self._panes = Panes(Qt.Orientation.Vertical)
        both.addWidget(self.queues)
        both.addWidget(below)
        both.setFocusProxy(self.messages)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        layout.addWidget(WithDrawer(both, self.drawer))
        self.setFocusProxy(self.queues)

    def _join(self) -> None:
        self.acts.began.connect(self.course.follow)
        self.acts.changed.connect(self.course.end)
        self.queues.chosen.connect(self._look_into)
        self.queues.opened.connect(self._go_to_messages)
        self.tabs.currentChanged.connect(self._show_tab)
        self.messages.table.opened.connect(self._open_message)
        self.messages.table.current_changed.connect(self._follow_cursor)
        self.messages.edit_wanted.connect(self._edit)
        self.messages.counted.connect(lambda _name, total: self._title(_MESSAGES, total))
        self.held.counted.connect(lambda total: self._title(_HELD, total))
        self.removed.counted.connect(lambda total: self._title(_REMOVED, total))
        self.held.task_wanted.connect(self._show_task)
        self.drawer.task_wanted.connect(self._show_task)
        self._bridge.paused_changed.connect(self.messages.set_paused)

    # What the window calls

    def came_into_sight(self) -> None:
        self._current_pane().shown()
        self._choose_first()

    def went_out_of_sight(self) -> None:
        self._current_pane().hidden()

    def search(self) -> None:
        self.queues.field.setFocus()

    def open(self, detail: Mapping[str, str]) -> None:
        """Show the queue of that name: ``{"queue": name}``."""
        self.tabs.setCurrentIndex(_MESSAGES)
        self.queues.choose(detail.get("queue", ""))

    def set_production(self, production: bool) -> None:
        """On production the number of messages that a command hits must be typed."""
        self._production = production
        self._pass_conduct_on()

    def set_read_only(self, read_only: bool) -> None:
        """Whether anything may be changed."""
        self._read_only = read_only
        self._pass_conduct_on()

    def _pass_conduct_on(self) -> None:
        self.messages.set_conduct(production=self._production, read_only=self._read_only)
        self.removed.set_read_only(self._read_only)
        self.drawer.set_read_only(self._read_only)

    # What arrives

    def take(self, batch: Batch) -> None:
        self._connection = batch.connection
        self.queues.apply(batch)
        self._panes.fit_first(self.queues.wanted_height(), _QUEUES_SHARE)
        chosen = self.messages.queue
        if batch.reset and chosen is not None and self.queues.row_of(chosen) is None:
            self._look_into_none()
        if batch.counters.unacknowledged is not None:
            self._title(_HELD, batch.counters.unacknowledged)
        if self._live and self.messages.queue is None:
            self._choose_first()

    def _worker_of(self, task_id: str) -> str | None:
        row = self._task(task_id)
        return row.worker if row is not None and row.state in _WITH_WORKERS else None

    def _first_heard(self, task_id: str) -> float | None:
        row = self._task(task_id)
        if row is None:
            return None
        return row.sent if row.sent is not None else row.first_seen

    def _choose_first(self) -> None:
        """The fullest queue is the one to look into, until another is chosen."""
        if self.messages.queue is None and self.queues.rows:
            self.queues.choose(max(self.queues.rows, key=lambda row: row.depth).name)

    def tick(self) -> None:
        away = self._connection.status != "live"
        stale = away and time.time() - self._connection.since > STALE_AFTER
        self.queues.table.set_stale(stale)
        self.messages.table.set_stale(stale)
        for table in (self.queues.table, self.messages.table):
            table.viewport().update()  # ages

    # Below the queues

    def _current_pane(self) -> MessagesPane | HeldPane | RemovedPane:
        return (self.messages, self.held, self.removed)[self._stack.currentIndex()]

    def _show_tab(self, place: int) -> None:
        if self._live:
            self._current_pane().hidden()
        self._stack.setCurrentIndex(place)
        if place != _MESSAGES:
            self.drawer.close_drawer()
        if self._live:
            self._current_pane().shown()

    def _title(self, tab: int, count: int) -> None:
        words = ("Waiting", "Held by workers", "Removed")[tab]
        self.tabs.setTabText(tab, f"{words}  {formats.compact(count)}" if count else words)

    def _look_into(self, name: str) -> None:
        if name != self.messages.queue:
            self.drawer.close_drawer()
            self._title(_MESSAGES, 0)
        self.messages.show_queue(name)

    def _look_into_none(self) -> None:
        """What was looked into is of another broker."""
        self.drawer.close_drawer()
        self._title(_MESSAGES, 0)
        self.messages.show_queue(None)

    def _go_to_messages(self) -> None:
        self.tabs.setCurrentIndex(_MESSAGES)
        self.messages.table.setFocus()

    # One message

    def _open_message(self, index: AnyIndex) -> None:
        self.drawer.show_message(self.messages.model.row_at(index.row()))

    def _follow_cursor(self, index: AnyIndex) -> None:
        chosen = self.messages.table.selectionModel()
        if not self.drawer.isHidden() and index.isValid() and chosen.isRowSelected(index.row()):
            self._open_message(index)

    def _edit(self, row: Waiting) -> None:
        self.drawer.show_message(row)
        self.drawer.begin_edit()

    def _show_task(self, task_id: str) -> None:
        self.navigate.emit("tasks", {"uuid": task_id})

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.messages.withdraw():
            return
        super().keyPressEvent(event)
