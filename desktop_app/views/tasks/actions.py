"""The buttons of one task."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desktop_app.monitor.rows import TaskRow
from desktop_app.services.commands import Commands
from desktop_app.ui.ask import Ask
from desktop_app.ui.background import Background
from desktop_app.ui.controls import button
from desktop_app.ui.messages import MessageAction, Messages
from desktop_app.ui.tokens import Space
from desktop_app.views.tasks import verbs, wording
from desktop_app.views.tasks.verbs import Verb
from worker_core.catalog import TASKS
from worker_core.operations.control import Call
from worker_core.operations.submit import Submission

SETTLE_MS = 700
"""So long a button that has taken another's place cannot be pressed: who has aimed at “Terminate”
must not hit “Retry” because the task has just ended."""

READ_ONLY = "This connection is read-only. Allow changes on the Connections page."


class TaskActions(QWidget):
    """What the task's state allows. A question is asked in ``ask``, which stands nearby."""

    wanted = Signal(str)
    """The id of a task to show: the one that was sent again."""
    resend = Signal(object)
    """A call to be edited and sent: ``name`` with ``arguments`` or ``call``."""

    def __init__(
        self,
        commands: Commands,
        background: Background,
        messages: Messages,
        ask: Ask,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._commands = commands
        self._background = background
        self._messages = messages
        self._ask = ask
        self._row: TaskRow | None = None
        self._busy: set[str] = set()
        self._read_only = False
        self._settling = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settling.timeout.connect(self._offer)
        self.buttons: dict[Verb, QPushButton] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, Space.XS, 0, 0)
        layout.setSpacing(Space.S)
        for verb in verbs.VERBS:
            made = button(verb.word, kind="danger" if verb.risk else "normal", icon=verb.icon)
            made.clicked.connect(lambda _=False, verb=verb: self._begin(verb))
            self.buttons[verb] = made
            layout.addWidget(made)
        self.edit = button("Edit and resend", self._edit, icon="edit")
        layout.addWidget(self.edit)
        layout.addWidget(button("Copy id", self._copy, kind="quiet", icon="copy"))

    def show_row(self, row: TaskRow) -> None:
        other = self._row is None or self._row.uuid != row.uuid
        changed = other or verbs.of(row) is not verbs.of(self._row or row)
        self._row = row
        if changed:
            self._ask.withdraw()
        if other:
            self._settling.stop()
        elif changed:
            self._settling.start()
        possible = verbs.of(row)
        for verb, made in self.buttons.items():
            made.setVisible(verb is possible)
        self._offer()

    def _offer(self) -> None:
        row = self._row
        busy = row is None or row.uuid in self._busy or self._settling.isActive()
        for made in self.buttons.values():
            made.setEnabled(not busy and not self._read_only)

    def _begin(self, verb: Verb) -> None:
        row = self._row
        if row is None:
            return
        if not verb.risk:
            self._do(verb, row)
            return
        self._ask.ask(
            f"{verb.word} this task now?",
            verb.risk,
            verb.word,
            "Let it run",
            lambda: self._do(verb, row),
        )

    def _do(self, verb: Verb, row: TaskRow) -> None:
        self._busy.add(row.uuid)
        self.show_row(row)

        def ended() -> None:
            self._busy.discard(row.uuid)
            if self._row is not None:
                self.show_row(self._row)

        self._background.run(
            verb.run(self._commands, row),
            f"{verb.word.lower()} {wording.label(row)}",
            on_success=lambda answer: self._tell(verb, row, answer),
            on_end=ended,
            owner=self,
        )

    def _tell(self, verb: Verb, row: TaskRow, answer: object) -> None:
        said = f"{verb.done}: {wording.label(row)}"
        if isinstance(answer, Submission):
            again = answer.task_id
            self._messages.info(
                said, action=MessageAction("Show it", lambda: self.wanted.emit(again))
            )
        elif verb is verbs.TERMINATE:
            self._messages.info(said, "Its row says so when one of them has.")
        else:
            self._messages.info(said)

    def _edit(self) -> None:
        row = self._row
        if row is None:
            return
        self.edit.setEnabled(False)
        self._background.run(
            self._commands.call_of(row.uuid, row.queue),
            f"find what {wording.label(row)} was told",
            on_success=lambda call: self.resend.emit(_as_form(call)),
            on_end=lambda: self.edit.setEnabled(not self._read_only),
            owner=self,
        )

    def set_read_only(self, read_only: bool) -> None:
        """Nothing can be done where the connection is one to look at only."""
        self._read_only = read_only
        for made in (*self.buttons.values(), self.edit):
            made.setToolTip(READ_ONLY if read_only else "")
        self.edit.setEnabled(not read_only)
        if self._row is not None:
            self.show_row(self._row)

    def _copy(self) -> None:
        if self._row is not None:
            QGuiApplication.clipboard().setText(self._row.uuid)


def _as_form(call: Call) -> dict[str, object]:
    """What the page of new tasks is opened with."""
    if call.name in TASKS and not call.args:
        return {"name": call.name, "arguments": call.kwargs}
    parts = {"queue": call.queue or "", "args": call.args, "kwargs": call.kwargs}
    return {"name": call.name, "call": parts}
