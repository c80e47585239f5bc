"""The messages that wait in one queue, looked at without taking them."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.qt_models.message_table import MessageTableModel
from desktop_app.services.queues import Look, QueueCommands
from desktop_app.ui import fonts, formats
from desktop_app.ui.background import Background
from desktop_app.ui.controls import Hairline, Label, button, icon_button
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.tokens import Size, Space
from desktop_app.views.queues import wording
from desktop_app.views.queues.acts import Acts
from desktop_app.views.queues.hands import Hands
from desktop_app.views.queues.message_list import MessagesTable
from worker_core.operations.messages import Waiting

FIRST_LOOK = 50
LARGEST_LOOK = 1000
LOOK_EVERY_MS = 3000
HEAVY_BYTES = 4 * 2**20
"""So much is not fetched again and again without being asked for."""


class MessagesPane(QWidget):
    """Follows one queue while it is in sight. What is read stays where it is on the screen while
    messages before it are served."""

    edit_wanted = Signal(object)
    counted = Signal(str, int)
    """The queue, and how many messages wait in it now."""

    def __init__(
        self,
        commands: QueueCommands,
        background: Background,
        acts: Acts,
        targets: Callable[[], Sequence[str]],
        sent: Callable[[str], float | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._commands = commands
        self._background = background
        self._acts = acts
        self._limit = FIRST_LOOK
        self._total = 0
        self._looking = self._paused = self._heavy = False
        self._reason: str | None = None
        self.queue: str | None = None
        self.table = MessagesTable()
        self.model = MessageTableModel(sent, self)
        self.table.setModel(self.model)
        self.hands = Hands(acts, self.chosen, lambda: self.model.rows, targets, self)
        self.hands.edit_wanted.connect(self.edit_wanted)
        self.ask = self.hands.ask
        self._what = Label(font=fonts.medium(), elide=Qt.TextElideMode.ElideRight)
        self.again = icon_button("restart", "Look again (F5)", self.look)
        self.more = button("Show more", self._show_more, kind="quiet")
        self._foot = Label(font=fonts.sans(12), ink="text_muted")
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._arrange()
        self._join()

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(Space.M, Space.S, Space.S, Space.S)
        head.setSpacing(Space.S)
        head.addWidget(self._what, 1)
        for each in (*self.hands.buttons, self.again):
            head.addWidget(each)
        foot = QHBoxLayout()
        foot.setContentsMargins(Space.M, Space.XS, Space.S, Space.XS)
        foot.addWidget(self._foot)
        foot.addWidget(self.more)
        foot.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.hands.move_bar)
        layout.addWidget(self.ask)
        layout.addWidget(Hairline())
        layout.addWidget(self.table, 1)
        layout.addWidget(Hairline())
        layout.addLayout(foot)
        self.setFocusProxy(self.table)

    def _join(self) -> None:
        self._timer.timeout.connect(self._look_by_itself)
        self.table.select_all_requested.connect(self.table.selectAll)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._offer())
        self._acts.busy_changed.connect(lambda _: self._offer())
        self._acts.changed.connect(self.look)
        self._explain(None)
        self._offer()

    # What the page calls

    def shown(self) -> None:
        self._timer.start()
        self.look()

    def hidden(self) -> None:
        self._timer.stop()

    def show_queue(self, name: str | None) -> None:
        if name == self.queue:
            return
        self.queue = name
        self._limit = FIRST_LOOK
        self._total = 0
        self._heavy = False
        self.withdraw()
        self.model.show([])
        self._explain(None)
        self._offer()
        if self._timer.isActive():
            self.look()

    def set_conduct(self, *, production: bool, read_only: bool) -> None:
        self.hands.production, self.hands.read_only = production, read_only
        self.withdraw()
        self._offer()

    def set_paused(self, paused: bool) -> None:
        """While paused it looks only when asked to."""
        self._paused = paused

    def withdraw(self) -> bool:
        """Take back a question; whether there was one."""
        return self.hands.withdraw()

    def chosen(self) -> list[Waiting]:
        """The selected messages, those served next first."""
        return [self.model.row_at(row) for row in self.table.selected_rows()]

    # Looking

    def _look_by_itself(self) -> None:
        if not (self._paused or self._heavy):
            self.look()

    def look(self) -> None:
        queue = self.queue
        if queue is None or self._looking or not self._timer.isActive():
            return
        self._looking = True

        def ended() -> None:
            self._looking = False
            if self.queue != queue:
                self.look()

        self._background.run(
            self._commands.look(queue, self._limit),
            "look into the queue",
            on_success=lambda look: self._take(queue, look),
            on_failure=lambda error: self._failed(queue, error),
            on_end=ended,
            owner=self,
        )

    def _take(self, queue: str, look: Look) -> None:
        if queue != self.queue:
            return
        self._total = look.total
        self._heavy = sum(row.size for row in look.rows) > HEAVY_BYTES
        self._show_in_place(look.rows)
        problem = None
        if look.problem is not None:
            problem = "The broker keeps something else under this name, which is left alone."
        self._explain(problem)
        self._offer()
        self.counted.emit(queue, look.total)

    def _failed(self, queue: str, error: Exception) -> None:
        if queue == self.queue:
            said = getattr(error, "message", "") or str(error) or type(error).__name__
            remedy = getattr(error, "remedy", "")
            self._explain(f"{said} {remedy}".strip())
            self._foot.setText(f"Not looked at since: {said}" if self.model.rows else "")

    def _show_in_place(self, rows: Sequence[Waiting]) -> None:
        """What is at the top of the screen stays there, unless it was the first."""
        bar = self.table.verticalScrollBar()
        first, offset = divmod(bar.value(), Size.ROW)
        held = self.model.rows[first].raw if bar.value() and first < len(self.model.rows) else None
        self.model.show(rows)
        if held is not None:
            place = next((at for at, row in enumerate(rows) if row.raw == held), None)
            if place is not None and place != first:
                self.table.doItemsLayout()
                bar.setValue(place * Size.ROW + offset)

    def _show_more(self) -> None:
        self._limit = min(self._limit + FIRST_LOOK * 4, LARGEST_LOOK)
        self.look()

    # What is said

    def _offer(self) -> None:
        chosen = len(self.table.selected_rows())
        self.hands.offer(self.queue, self._total, chosen)
        self.again.setEnabled(self.queue is not None)
        name = "" if self.queue is None else wording.queue_name(self.queue)
        self._what.setText(
            f"{formats.count(chosen)} selected" if chosen > 1 else name or "No queue is chosen"
        )
        shown = len(self.model.rows)
        said = ""
        if shown:
            said = f"The next {formats.count(shown)} of {formats.count(self._total)}"
            said = said if shown < self._total else f"All {formats.count(shown)}"
            said += " · large, so looked at again only with F5" if self._heavy else ""
        self._foot.setText(said)
        self.more.setVisible(0 < shown < self._total and shown < LARGEST_LOOK)

    def _explain(self, problem: str | None) -> None:
        reason = problem or self.queue or ""
        if reason == self._reason:
            return
        self._reason = reason
        if self.queue is None:
            empty = EmptyState("queues", "Choose a queue", "Its next messages appear here.")
        elif problem is not None:
            empty = EmptyState("warning", "This queue cannot be looked into", problem)
        else:
            empty = EmptyState(
                "check",
                f"Nothing waits in {wording.queue_name(self.queue)}",
                "What workers have taken is under “Held by workers”.",
            )
        self.table.set_empty(empty)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_F5:
                self.look()
            case Qt.Key.Key_Delete if self.hands.delete.isEnabled():
                self.hands.ask_to_delete()
            case _:
                super().keyPressEvent(event)
