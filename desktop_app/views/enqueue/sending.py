"""A task on its way to its queue, and what became of the last one."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop_app.services.foreign import ForeignTask
from desktop_app.ui.background import Background
from desktop_app.ui.messages import MessageAction, Messages
from desktop_app.views.enqueue.ports import Sender
from worker_core.catalog import TaskSpec
from worker_core.operations.submit import Submission


class Sending(QObject):
    """One at a time."""

    changed = Signal()
    follow = Signal(str)
    """The user wants to see the task of this id."""

    def __init__(
        self, commands: Sender, background: Background, messages: Messages, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._commands, self._background, self._messages = commands, background, messages
        self._spec: TaskSpec | None = None
        self.busy = False
        self.sent: Submission | None = None
        """What the form as it stands was sent as; None once it is another."""

    def forget(self) -> None:
        """The form is another now."""
        self._spec = self.sent = None

    def send(self, spec: TaskSpec, arguments: Mapping[str, Any]) -> None:
        self.busy = True
        self._spec, self.sent = spec, None
        self.changed.emit()
        give = self._commands.call if isinstance(spec, ForeignTask) else self._commands.enqueue
        self._background.run(
            give(spec.name, arguments),
            f"enqueue “{spec.title}”",
            on_success=partial(self._enqueued, spec),
            on_end=self._ended,
            owner=self,
        )

    def follow_sent(self) -> None:
        if self.sent is not None:
            self.follow.emit(self.sent.task_id)

    def _enqueued(self, spec: TaskSpec, submission: Submission) -> None:
        if spec is self._spec:
            self.sent = submission
        self._messages.info(
            f"“{spec.title}” is on the queue {submission.queue}",
            action=MessageAction("Show in Tasks", partial(self.follow.emit, submission.task_id)),
        )

    def _ended(self) -> None:
        self.busy = False
        self.changed.emit()
