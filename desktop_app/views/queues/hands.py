"""What can be done to the messages of the queue that is looked into, and what is asked before."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QPushButton

from desktop_app.ui import formats
from desktop_app.ui.ask import Ask
from desktop_app.ui.controls import button
from desktop_app.ui.one_at_a_time import READ_ONLY
from desktop_app.views.queues import wording
from desktop_app.views.queues.acts import Acts
from desktop_app.views.queues.move_bar import MoveBar
from worker_core.operations.messages import Waiting

_HINTS = ("Choose one message", "Choose messages", "Choose messages", "Nothing waits here")


class Hands(QObject):
    """Four buttons and their questions. ``chosen`` and ``looked_at`` tell the messages that are
    selected and all that are shown, ``targets`` the queues that there are."""

    edit_wanted = Signal(object)

    def __init__(
        self,
        acts: Acts,
        chosen: Callable[[], list[Waiting]],
        looked_at: Callable[[], Sequence[Waiting]],
        targets: Callable[[], Sequence[str]],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._acts, self._chosen, self._looked_at = acts, chosen, looked_at
        self._targets = targets
        self._queue: str | None = None
        self._total = 0
        self.production = self.read_only = False
        self.ask = Ask()
        self.move_bar = MoveBar()
        self.edit = button("Edit and resend…", self._edit, icon="edit")
        self.move_to = button("Move…", self._move, icon="send")
        self.delete = button("Delete…", self.ask_to_delete, kind="danger", icon="trash")
        self.purge = button("Purge…", self._purge, kind="danger", icon="trash")

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        return self.edit, self.move_to, self.delete, self.purge

    def offer(self, queue: str | None, total: int, chosen: int) -> None:
        """``chosen`` messages are selected of the ``total`` that wait in the queue."""
        self._queue, self._total = queue, total
        free = not self._acts.busy and not self.read_only
        self.edit.setEnabled(free and chosen == 1)
        self.move_to.setEnabled(free and chosen > 0)
        self.delete.setEnabled(free and chosen > 0)
        self.purge.setEnabled(free and queue is not None and total > 0)
        for each, hint in zip(self.buttons, _HINTS, strict=True):
            each.setToolTip(READ_ONLY if self.read_only else "" if each.isEnabled() else hint)

    def withdraw(self) -> bool:
        """Take back a question; whether there was one."""
        asked = not (self.ask.isHidden() and self.move_bar.isHidden())
        self.ask.withdraw()
        self.move_bar.withdraw()
        return asked

    def ask_to_delete(self) -> None:
        rows = self._chosen()
        number = formats.plural(len(rows), "message")
        kept = wording.keeping(rows, len(rows))
        detail = f"{wording.named(rows)}. Their tasks count as cancelled. {kept}"
        self._ask(
            f"Delete {number} from {wording.queue_name(rows[0].queue)}?",
            detail,
            f"Delete {number}",
            len(rows),
            lambda: self._acts.delete(rows),
        )

    def _ask(
        self, sentence: str, detail: str, yes: str, count: int, do: Callable[[], None]
    ) -> None:
        self.move_bar.withdraw()
        self.ask.ask(
            sentence,
            detail,
            yes,
            "Leave them",
            do,
            typed=str(count) if self.production else "",
        )

    def _purge(self) -> None:
        queue, looked_at = self._queue, self._looked_at()
        if queue is None:
            return
        number = formats.plural(self._total, "message")
        rest = "" if len(looked_at) >= self._total else " among the next ones"
        detail = (
            f"{wording.named(looked_at)}{rest}. All that waits at that moment is removed, "
            f"also what has come by then. {wording.keeping(looked_at, self._total)}"
        )
        self._ask(
            f"Purge {wording.queue_name(queue)}, about {number}?",
            detail,
            f"Purge {number}",
            self._total,
            lambda: self._acts.purge(queue),
        )

    def _move(self) -> None:
        rows = self._chosen()
        number = formats.plural(len(rows), "message")
        self.ask.withdraw()
        self.move_bar.ask(
            f"Move {number} to",
            f"{wording.named(rows)}. They go to its end, in their order and with their priority.",
            [name for name in self._targets() if name != self._queue],
            lambda target: self._move_to(rows, target),
        )

    def _move_to(self, rows: Sequence[Waiting], target: str) -> None:
        if not self.production:
            self._acts.move(rows, target)
            return
        number = formats.plural(len(rows), "message")
        self._ask(
            f"Move {number} to {wording.queue_name(target)}?",
            wording.named(rows),
            f"Move {number}",
            len(rows),
            lambda: self._acts.move(rows, target),
        )

    def _edit(self) -> None:
        rows = self._chosen()
        if rows:
            self.edit_wanted.emit(rows[0])
