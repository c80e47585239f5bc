"""What the chosen workers are told: the question before, and their answers after."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop_app.qt_models.fleet_table import FleetRow
from desktop_app.services.workers import Workers
from desktop_app.ui.background import Background
from desktop_app.ui.messages import Messages
from desktop_app.views.workers import actions, wording
from desktop_app.views.workers.actions import Action
from desktop_app.views.workers.answers import Answers
from desktop_app.views.workers.panel import Panel
from desktop_app.views.workers.prompt import Prompt


class Hands(QObject):
    """``chosen`` tells the workers that are selected; ``panel`` what of one is looked at."""

    given = Signal()
    """A command is on its way."""
    ended = Signal()
    """All have answered, or will not."""

    def __init__(
        self,
        workers: Workers,
        background: Background,
        messages: Messages,
        chosen: Callable[[], list[FleetRow]],
        panel: Panel,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._workers, self._background, self._messages = workers, background, messages
        self._chosen, self._panel = chosen, panel
        self.prompt = Prompt(self._give)
        self.answers = Answers()

    def begin(self, action: Action) -> None:
        """Ask what a command needs, of the workers that can take it."""
        rows = self._chosen()
        if not rows:
            return
        reasons = {action.unable(row) for row in rows}
        if "" not in reasons:
            self._messages.warn(
                f"{action.word.rstrip('…')} is not possible for {actions.named(rows)}",
                f"Because {'; '.join(sorted(reasons))}.",
            )
            return
        self.prompt.offer("task", self._panel.known_tasks)
        preset = {"queue": self._panel.queue, "task_name": self._panel.task}
        self.prompt.put(action, rows, {name: text for name, text in preset.items() if text})

    def _give(self, action: Action, nodes: Sequence[str], given: Mapping[str, Any]) -> None:
        self.answers.begin(
            wording.command(action, given),
            nodes,
            leaving=action.command in {"shutdown", "soft_shutdown"},
        )
        self._background.run(
            self._workers.ask(action.command, given, nodes, self.answers.add),
            f"tell the workers: {action.word.rstrip('…').lower()}",
            on_failure=lambda error: self.answers.fail(str(error)),
            on_end=self.ended.emit,
            owner=self,
        )
        self.given.emit()
