"""The Workers page: who is there, what each does, and what they can be told."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.monitor.rows import Batch, WorkerRow
from desktop_app.qt_models.bridge import Bridge
from desktop_app.qt_models.fleet_table import FleetRow, FleetTableModel, joined
from desktop_app.qt_models.live_page import STALE_AFTER, LivePage
from desktop_app.services.workers import Workers
from desktop_app.ui import icons
from desktop_app.ui.background import Background
from desktop_app.ui.columns import AnyIndex
from desktop_app.ui.controls import Label, Surface, button
from desktop_app.ui.messages import Messages
from desktop_app.ui.panes import Panes
from desktop_app.ui.title_row import TitleRow
from desktop_app.ui.tokens import Size, Space
from desktop_app.views.workers import wording
from desktop_app.views.workers.asker import Asker
from desktop_app.views.workers.bar import Bar
from desktop_app.views.workers.hands import Hands
from desktop_app.views.workers.held import HeldCallout
from desktop_app.views.workers.panel import Panel
from desktop_app.views.workers.table import FleetTable
from worker_core.operations import prefetch
from worker_core.operations.worker_survey import Glance

ANSWERS_WIDTH = 330
TABLE_SHARE = 0.4


class WorkersPage(LivePage):
    """``dismiss`` forgets workers that are gone. Nothing is asked while the page is hidden."""

    navigate = Signal(str, object)

    def __init__(
        self,
        bridge: Bridge,
        workers: Workers,
        dismiss: Callable[[Iterable[str]], object],
        background: Background,
        messages: Messages,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(bridge, parent)
        self._dismiss = dismiss
        self._last = bridge.snapshot()
        self._rows: list[WorkerRow] = []
        self._glances: dict[str, Glance] = {}
        self._answered_at: dict[str, float] = {}
        self.model = FleetTableModel(self)
        self.table = FleetTable(lambda: self.navigate.emit("cluster", None))
        self.table.setModel(self.model)
        self.callout = HeldCallout()
        self.panel = Panel()
        self.hands = Hands(workers, background, messages, self._chosen, self.panel, self)
        self.prompt, self.answers = self.hands.prompt, self.hands.answers
        self.bar = Bar(self.hands.begin, self.table)
        self._summary = Label("", ink="text_muted", elide=Qt.TextElideMode.ElideRight)
        self._problem = Label("", ink="danger")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self.dismiss_gone = button(
            "Dismiss those gone",
            self._dismiss_gone,
            icon="close",
            tip="Takes silent and offline workers off the list. One that is heard again comes "
            "back; the others leave by themselves after an hour.",
        )
        self.asker = Asker(
            workers,
            background,
            self._wanted,
            paused=lambda: bridge.paused,
            possible=lambda: self._last.connection.status != "idle",
            parent=self,
        )
        self._arrange()
        self._join()

    def _arrange(self) -> None:
        head = TitleRow("Workers", self._summary, self.dismiss_gone)
        card = Surface()
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.table)
        below = Panes()
        below.addWidget(self.panel)
        below.addWidget(self.answers)
        below.setStretchFactor(0, 1)
        split = self._split = Panes(Qt.Orientation.Vertical)
        split.addWidget(card)
        split.addWidget(below)
        below.setSizes([10_000, ANSWERS_WIDTH])
        self.panel.hide()
        self.setFocusProxy(self.table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        layout.setSpacing(Space.S)
        for part in (head, self._problem, self.callout, self.bar, self.prompt):
            layout.addWidget(part)
        layout.addWidget(split, 1)

    def _join(self) -> None:
        self.table.current_changed.connect(self._cursor_moved)
        self.table.opened.connect(lambda _: self.panel.tabs.setFocus())
        self.table.select_all_requested.connect(self.table.selectAll)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_chosen())
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self.panel.navigate.connect(self.navigate)
        self.hands.given.connect(self.table.setFocus)
        self.hands.ended.connect(self.asker.look_again)
        self.panel.refresh_wanted.connect(self.asker.details)
        self.asker.seen.connect(self._seen)
        self.asker.not_seen.connect(self._not_seen)
        self.asker.told.connect(self.panel.show_details)
        self.asker.not_told.connect(lambda error: self.panel.fail(str(error)))

    # What the window calls

    def came_into_sight(self) -> None:
        self.asker.start()

    def went_out_of_sight(self) -> None:
        self.asker.stop()

    def search(self) -> None:
        self.panel.filter.setFocus()
        self.panel.filter.selectAll()

    def open(self, detail: object) -> None:
        """Show the worker that a mapping names by ``worker``."""
        if isinstance(detail, Mapping) and detail.get("worker"):
            place = self.model.place_of(str(detail["worker"]))
            if place is not None:
                self.table.selectRow(place)

    def set_read_only(self, read_only: bool) -> None:
        """Whether nothing may be changed."""
        self.bar.set_read_only(read_only)
        if read_only:
            self.prompt.withdraw()

    def set_production(self, production: bool) -> None:
        """Whether a mistake would hurt, so that the number of workers is typed."""
        self.prompt.production = production

    # What arrives

    def take(self, batch: Batch) -> None:
        if batch.connection.url_label != self._last.connection.url_label:
            self._glances, self._answered_at = {}, {}
            self.answers.hide()
            self.prompt.withdraw()
        self._last = batch
        if batch.workers is not None or batch.reset:
            self._rows = batch.workers or []
            self.answers.left({row.hostname for row in self._rows if row.left})
            self._show()
        if batch.queues is not None:
            self.prompt.offer("queue", [row.name for row in batch.queues])

    def _show(self) -> None:
        self.model.show(joined(self._rows, self._answered_at, time.time()), self._glances)
        rows = self.model.rows
        # Before the keys move from what is hidden to the table, with a cursor that chooses nothing.
        if self.table.current_row() < 0 and rows:
            self.table.selectRow(0)
        self._summary.setText(wording.summary(rows))
        self.dismiss_gone.setVisible(any(row.state != "online" for row in rows))
        self._split.fit_first(Size.HEADER + (len(rows) + 1) * Size.ROW, TABLE_SHARE)
        self._show_chosen()
        self._show_panel()

    def _show_chosen(self) -> None:
        self.bar.show_rows(self._chosen())

    def _chosen(self) -> list[FleetRow]:
        return [self.model.row_at(row) for row in self.table.selected_rows()]

    def _show_panel(self) -> None:
        current = self.table.current_row()
        row = self.model.row_at(current) if 0 <= current < self.model.rowCount() else None
        self.panel.setVisible(row is not None)
        if row is None:
            return
        another = row.name != self.panel.node
        self.panel.show_worker(row)
        if row.glance is not None and row.state != "offline" and another:
            self.panel.show_glance(row.glance)
        if another:
            self.asker.details_soon()

    def _cursor_moved(self, _index: AnyIndex) -> None:
        self._show_panel()

    def tick(self) -> None:
        self.model.refresh_ages()
        self.panel.tick()
        connection = self._last.connection
        away = connection.status != "live" and time.time() - connection.since > STALE_AFTER
        self.table.set_stale(away)

    # Asking

    def _wanted(self) -> str:
        """Whom to ask in full: who has left tells nothing."""
        node = self.panel.node
        place = self.model.place_of(node) if node else None
        return "" if place is None or self.model.row_at(place).state == "offline" else node

    def _seen(self, seen: Mapping[str, Glance]) -> None:
        self._problem.hide()
        now = time.time()
        self._glances |= seen
        self._answered_at |= dict.fromkeys(seen, now)
        self._show()
        found = prefetch.held_up(load for glance in seen.values() if (load := glance.load))
        if self.callout.show_found(found):
            self.asker.soon()
        if (glance := seen.get(self.panel.node)) is not None:
            self.panel.show_glance(glance)

    def _not_seen(self, error: Exception) -> None:
        self._problem.setText(f"The workers cannot be asked: {error}")
        self._problem.show()
        self.callout.show_found(())

    # Those that are gone

    def _dismiss_gone(self) -> None:
        self._forget([row.name for row in self.model.rows if row.state != "online"])

    def _forget(self, names: Sequence[str]) -> None:
        self._dismiss(names)
        for name in names:
            self._glances.pop(name, None)
            self._answered_at.pop(name, None)

    # Mouse and keys

    def _show_menu(self, place: QPoint) -> None:
        index = self.table.indexAt(place)
        if not index.isValid():
            return
        row = self.model.row_at(index.row())
        menu = self.bar.menu(self)
        first = menu.actions()[0]
        extra: list[tuple[str, str, Callable[[], object]]] = [
            ("Show its tasks", "tasks", lambda: self.navigate.emit("tasks", {"worker": row.name})),
            ("Copy name", "copy", lambda: QGuiApplication.clipboard().setText(row.name)),
        ]
        if row.state != "online":
            extra.append(("Dismiss", "close", lambda: self._forget([row.name])))
        for text, icon, act in extra:
            made = menu.addAction(icons.icon(icon), text)
            made.triggered.connect(lambda _=False, act=act: act())
            menu.insertAction(first, made)
        menu.popup(self.table.viewport().mapToGlobal(place))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self.prompt.isHidden():
            self.prompt.withdraw()
        elif event.key() == Qt.Key.Key_Escape and not self.table.hasFocus():
            self.table.setFocus()
        elif event.key() == Qt.Key.Key_Escape and not self.answers.isHidden():
            self.answers.hide()
        else:
            super().keyPressEvent(event)
