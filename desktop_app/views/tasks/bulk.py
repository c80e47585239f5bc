"""What is done to many tasks at once: first a count of what would be hit, then the work."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_app.monitor.rows import TaskRow
from desktop_app.services.commands import Commands
from desktop_app.ui import fonts, formats, states
from desktop_app.ui.ask import Ask
from desktop_app.ui.background import Background
from desktop_app.ui.controls import Label, Surface, button, icon_button
from desktop_app.ui.messages import Messages
from desktop_app.ui.tokens import Space
from desktop_app.views.tasks import verbs, wording
from desktop_app.views.tasks.actions import READ_ONLY
from desktop_app.views.tasks.verbs import Verb
from worker_core.operations.errors import BrokerUnreachable, OperationError

AT_ONCE = 4

_NAMES_SHOWN = 3


@dataclass
class Run:
    """One command given to many tasks."""

    verb: Verb
    rows: Sequence[TaskRow]
    done: int = 0
    failures: list[OperationError] = field(default_factory=list)
    stopped: bool = False

    @property
    def handled(self) -> int:
        return self.done + len(self.failures)


class BulkBar(Surface):
    """Hidden until several tasks are chosen."""

    left = Signal()
    """The user lets go of them."""
    ended = Signal()
    """A command has come to all of them, or was stopped."""

    def __init__(
        self,
        commands: Commands,
        background: Background,
        messages: Messages,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName("Several tasks")
        self._commands = commands
        self._background = background
        self._messages = messages
        self._rows: Sequence[TaskRow] = ()
        self._production = False
        self.run: Run | None = None
        self._what = Label(font=fonts.medium())
        self._states = Label(ink="text_muted", font=fonts.sans(12))
        self.buttons: dict[Verb, QPushButton] = {}
        self.stop = button("Stop", self._stop)
        self.stop.hide()
        line = QHBoxLayout()
        line.setSpacing(Space.S)
        line.addWidget(self._what)
        line.addWidget(self._states, 1)
        for verb in verbs.VERBS:
            made = button(verb.word, kind="danger" if verb.risk else "normal", icon=verb.icon)
            made.clicked.connect(lambda _=False, verb=verb: self._begin(verb))
            self.buttons[verb] = made
            line.addWidget(made)
        line.addWidget(self.stop)
        line.addWidget(icon_button("close", "Let go of the selection (Esc)", self.left.emit))
        self.ask = Ask()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.M, Space.XS, Space.XS, Space.XS)
        layout.addLayout(line)
        layout.addWidget(self.ask)
        self.hide()

    def offer(self, rows: Sequence[TaskRow], what: str) -> None:
        """Show what could be done to these; ``what`` names them. Not while a command is on its
        way to others."""
        if self.run is not None:
            return
        self.ask.withdraw()
        self._rows = rows
        self._what.setText(what)
        self._states.setText(_counted(rows))
        hit = Counter(verbs.for_many(row) for row in rows)
        for verb, made in self.buttons.items():
            made.setText(f"{verb.word} {formats.count(hit[verb])}")
            made.setVisible(hit[verb] > 0)
        self.show()

    def clear(self) -> None:
        """Let go of the tasks. A command that is on its way to some goes on and stays in sight."""
        if self.run is None:
            self.ask.withdraw()
            self._rows = ()
            self.hide()

    def give_up(self) -> None:
        """Let go of the tasks, and of a command that is on its way to them."""
        self._stop()
        self.clear()

    def _begin(self, verb: Verb) -> None:
        rows = [row for row in self._rows if verbs.for_many(row) is verb]
        number = formats.plural(len(rows), "task")
        self.ask.ask(
            f"{verb.word} {number}?",
            " ".join(filter(None, (f"{_named(rows)}.", verb.risk))),
            f"{verb.word} {number}",
            "Leave them",
            lambda: self._start(Run(verb, rows)),
            typed=str(len(rows)) if self._production else "",
        )

    def set_read_only(self, read_only: bool) -> None:
        """Nothing can be done where the connection is one to look at only."""
        for made in self.buttons.values():
            made.setEnabled(not read_only)
            made.setToolTip(READ_ONLY if read_only else "")

    def set_production(self, production: bool) -> None:
        """Where a mistake would hurt, the number of tasks that are hit must be typed."""
        self._production = production
        self.ask.withdraw()

    # The work

    def _start(self, run: Run) -> None:
        self.run = run
        for made in self.buttons.values():
            made.hide()
        self.stop.show()
        self._show_progress(run)
        number = formats.plural(len(run.rows), "task")
        self._background.run(
            self._give_to_all(run),
            f"{run.verb.word.lower()} {number}",
            on_success=lambda _: self._tell(run),
            on_end=self._ended,
            owner=self,
        )

    async def _give_to_all(self, run: Run) -> None:
        rows = iter(run.rows)
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._give(run, rows))

    async def _give(self, run: Run, rows: Iterable[TaskRow]) -> None:
        for row in rows:
            if run.stopped:
                return
            try:
                await run.verb.run(self._commands, row)
            except OperationError as error:
                run.failures.append(error)
                # The others would wait for the same broker, one after the other.
                run.stopped |= isinstance(error, BrokerUnreachable)
            else:
                run.done += 1
            self._show_progress(run)

    def _show_progress(self, run: Run) -> None:
        if self.run is run:
            self._what.setText(
                f"{run.verb.word}: {formats.count(run.handled)} of {formats.count(len(run.rows))}"
            )
            self._states.setText(
                f"{formats.count(len(run.failures))} not possible" if run.failures else ""
            )

    def _stop(self) -> None:
        if self.run is not None:
            self.run.stopped = True

    def _tell(self, run: Run) -> None:
        number = formats.plural(len(run.rows), "task")
        if run.handled == len(run.rows) and not run.failures:
            self._messages.info(f"{run.verb.done}: {number}")
            return
        left = len(run.rows) - run.done
        said = f"{run.verb.done}: {formats.count(run.done)} of {number}. "
        if run.failures:
            first = run.failures[0]
            what = "Not possible" if first.outcome_known else "Not confirmed"
            self._messages.warn(
                f"{said}{what} for {formats.count(left)}: {first.message}", first.remedy
            )
        else:
            self._messages.info(f"{said}Stopped before the other {formats.count(left)}.")

    def _ended(self) -> None:
        self.run = None
        self.stop.hide()
        self.clear()
        self.ended.emit()


def _counted(rows: Iterable[TaskRow]) -> str:
    """The states of the tasks with their numbers, in the order of the table of states."""
    found = Counter(row.state for row in rows)
    order = sorted(found, key=lambda name: states.of(name).order)
    return " · ".join(f"{formats.count(found[n])} {states.of(n).word.lower()}" for n in order)


def _named(rows: Iterable[TaskRow]) -> str:
    """The most frequent names among the tasks, as a preview of what is hit."""
    found = Counter(wording.label(row) for row in rows).most_common()
    named = [f"{name} ×{formats.count(times)}" for name, times in found[:_NAMES_SHOWN]]
    more = len(found) - _NAMES_SHOWN
    return ", ".join([*named, *([f"{formats.plural(more, 'other name')}"] if more > 0 else [])])
