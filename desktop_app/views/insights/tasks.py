"""The tasks that the page starts: enqueued, followed, and said how they ended."""

from collections.abc import Collection, Iterable
from functools import partial

from PySide6.QtCore import QObject

from desktop_app.monitor.rows import TaskRow
from desktop_app.services.commands import Commands
from desktop_app.ui import fonts
from desktop_app.ui.background import Background
from desktop_app.ui.controls import Label
from desktop_app.ui.messages import Messages
from desktop_app.views.insights.acts import Act
from desktop_app.views.insights.following import Following
from worker_core.operations.submit import Submission


class Tasks(QObject):
    """``status`` is the line that names what is under way."""

    def __init__(
        self, commands: Commands, background: Background, messages: Messages, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._commands, self._background, self._messages = commands, background, messages
        self._following = Following()
        self.status = Label(font=fonts.sans(12), ink="running")
        self.status.hide()

    def start(self, act: Act) -> None:
        """Enqueue a task, unless the same one is under way."""
        if self._following.is_open(act):
            self._messages.info(f"{act.title} is under way already.")
            return
        self._background.run(
            self._commands.enqueue(act.name, act.arguments),
            f"enqueue “{act.title}”",
            on_success=partial(self._started, act),
            owner=self,
        )

    def _started(self, act: Act, submission: Submission) -> None:
        self._following.begin(submission.task_id, act)
        if submission.problem:
            self._messages.warn(submission.problem)
        self._show_status()

    def take(self, rows: Iterable[TaskRow], symbols: Collection[str]) -> bool:
        """Follow the tasks of a batch; whether anything new may be stored of these symbols."""
        heard = self._following.take(rows, symbols)
        for ended in heard.ended:
            if ended.problem:
                self._messages.warn(f"{ended.act.title} failed.", ended.problem)
            else:
                self._messages.info(f"{ended.act.title}: done.")
        self._show_status()
        return heard.news

    def _show_status(self) -> None:
        words = self._following.words
        self.status.setText(words)
        self.status.setVisible(bool(words))
