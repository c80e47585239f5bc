"""Which tasks are offered: those of the catalog, and those that the workers that answer know."""

from collections.abc import Mapping

from PySide6.QtCore import QObject

from desktop_app.services.foreign import ForeignTask, foreign_tasks
from desktop_app.ui.background import Background
from desktop_app.ui.controls import muted
from desktop_app.views.enqueue.chooser import Chooser
from desktop_app.views.enqueue.ports import Sender
from worker_core.catalog import TASKS, TaskSpec


class Offer(QObject):
    """Keeps what the chooser offers, and says in ``summary`` how much of it can run."""

    def __init__(
        self, chooser: Chooser, commands: Sender, background: Background, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._chooser, self._commands, self._background = chooser, commands, background
        self._asking = False
        self.summary = muted()
        self._say()

    @property
    def tasks(self) -> Mapping[str, TaskSpec]:
        """By name."""
        return self._chooser.tasks

    def ask(self) -> None:
        """Ask the workers, unless they are being asked."""
        if not self._asking:
            self._asking = True
            self._background.run(
                self._commands.registered(),
                "ask the workers for their tasks",
                on_success=self._take,
                on_failure=lambda _: self._take(frozenset()),
                on_end=self._asked,
                owner=self,
            )

    def add(self, name: str) -> None:
        """Offer one of which nothing but its name is known."""
        self._chooser.offer([*self.tasks.values(), *foreign_tasks([name])])

    def _asked(self) -> None:
        self._asking = False

    def _take(self, registered: frozenset[str]) -> None:
        """Where the workers know other tasks and none of the catalog, those alone are offered."""
        others = foreign_tasks(registered)
        if tuple(one for one in self.tasks.values() if one.name not in TASKS) == others:
            return
        of_ours = TASKS.values() if not others or registered & TASKS.keys() else ()
        self._chooser.offer([*of_ours, *others])
        self._say()

    def _say(self) -> None:
        tasks = self.tasks.values()
        ready = sum(spec.unavailable is None for spec in tasks)
        foreign = any(isinstance(spec, ForeignTask) for spec in tasks)
        known = "can run, as the workers say" if foreign else "can run in this version"
        self.summary.setText(f"{ready} of {len(tasks)} tasks {known}")
