"""Commands to the messages of queues, and what is said when they are done."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop_app.services.queues import QueueCommands
from desktop_app.ui import formats
from desktop_app.ui.background import Background
from desktop_app.ui.messages import MessageAction, Messages
from desktop_app.ui.one_at_a_time import OneAtATime
from desktop_app.views.queues import wording
from worker_core.operations.course import Course
from worker_core.operations.errors import OperationError
from worker_core.operations.messages import Waiting
from worker_core.operations.queue_access import Done


class Acts(OneAtATime):
    """``changed`` says that the queues are others now."""

    began = Signal(str, object, str)
    """What is done to many messages, its course, and what a stop would mean; empty where it cannot
    be stopped."""

    def __init__(
        self,
        commands: QueueCommands,
        background: Background,
        messages: Messages,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(background, messages, parent)
        self._commands = commands

    def delete(self, rows: Sequence[Waiting]) -> None:
        where = f" from {wording.queue_name(rows[0].queue)}"
        course = self._course(f"Deleting{where}", "The others stay where they are.")
        self.run(
            self._commands.delete(rows, course),
            f"delete {formats.plural(len(rows), 'message')}",
            lambda done: self._tell_removed(done, "Deleted", where),
        )

    def purge(self, queue: str) -> None:
        where = f" from {wording.queue_name(queue)}"
        course = self._course(
            f"Purging{where}", "What is not through by then is put back to where it stood."
        )
        self.run(
            self._commands.purge(queue, course),
            f"purge {wording.queue_name(queue)}",
            lambda done: self._tell_removed(done, "Purged", where),
        )

    def move(self, rows: Sequence[Waiting], target: str) -> None:
        where = f" to {wording.queue_name(target)}"
        course = self._course(f"Moving{where}", "The others stay where they are.")
        self.run(
            self._commands.move(rows, target, course),
            f"move {formats.plural(len(rows), 'message')}",
            lambda done: self._tell(done, "Moved", where),
        )

    def edit(
        self,
        row: Waiting,
        args: list[Any],
        kwargs: Mapping[str, Any],
        on_done: Callable[[], object],
        on_refused: Callable[[OperationError], object],
    ) -> None:
        def edited(done: Done) -> None:
            on_done()
            if done.gone:
                self._messages.warn(
                    "A worker took the message before it was changed.",
                    "It runs with the arguments it had. Find it on the Tasks page.",
                )
            else:
                self._tell(done, "Changed", f" in {wording.queue_name(row.queue)}")

        def failed(error: Exception) -> None:
            if isinstance(error, OperationError):
                on_refused(error)
            else:
                self._messages.error(f"Could not change the message: {error}")

        self.run(
            self._commands.edit(row, args, kwargs), "change the message", edited, failed=failed
        )

    def undo(self, batch: str) -> None:
        course = self._course("Putting back", "")
        self.run(
            self._commands.undo(batch, course),
            "put the messages back",
            lambda done: self._tell(done, "Put back", ""),
        )

    def _course(self, what: str, stopped: str) -> Course:
        course = Course()
        if not self.busy:
            self.began.emit(what, course, stopped)
        return course

    def _tell_removed(self, done: Done, what: str, where: str) -> None:
        if done.batch is None:
            lost = " They are too large to be kept, so this cannot be undone." if done.count else ""
            self._say(done, wording.outcome(done, what, where) + lost)
            return
        batch = done.batch
        undo = MessageAction("Undo", lambda: self.undo(batch))
        self._say(done, wording.outcome(done, what, where), undo)

    def _tell(self, done: Done, what: str, where: str) -> None:
        self._say(done, wording.outcome(done, what, where))

    def _say(self, done: Done, text: str, action: MessageAction | None = None) -> None:
        say = self._messages.warn if done.gone or done.problem else self._messages.info
        say(text, action=action)
