"""The details of one task."""

import time
from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from desktop_app.monitor.rows import TaskRow
from desktop_app.qt_models.words import clean
from desktop_app.services.commands import Commands
from desktop_app.ui import drawer, fonts, states, texts
from desktop_app.ui.ask import Ask
from desktop_app.ui.background import Background
from desktop_app.ui.controls import Label, muted
from desktop_app.ui.details import CodeBlock, Timeline
from desktop_app.ui.messages import Messages
from desktop_app.views.tasks import verbs, wording
from desktop_app.views.tasks.actions import TaskActions
from desktop_app.views.tasks.facts import Facts
from desktop_app.views.tasks.family_list import FamilyList
from desktop_app.views.tasks.log_text import CUT, log_text
from desktop_app.views.tasks.values import Values, column
from worker_core.operations.canvas import Plan
from worker_core.operations.results import TaskResult
from worker_core.operations.task_log import TaskLog

# While the cursor runs over rows, nothing is fetched for those it only passes.
_REST_MS = 120
# Between two looks at what a task logs while it runs.
_LOOK_AGAIN_S = 3.0


class TaskDrawer(drawer.Drawer):
    """Follows one task. The whole result is fetched once it has ended."""

    jumped = Signal(str)
    """The id of another task to show."""
    resend = Signal(object)
    """A call to be edited and sent: ``name`` with ``arguments`` or ``call``."""
    settled = Signal(str)
    """The cursor has come to rest on the task with this root id: its family is wanted."""

    def __init__(
        self,
        commands: Commands,
        background: Background,
        messages: Messages,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Task details", parent)
        self._commands = commands
        self._background = background
        self.row: TaskRow | None = None
        self._plan: Plan | None = None
        self._looked_at = 0.0
        self._family: dict[str, TaskRow] = {}
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._at_rest)
        self.ask = Ask()
        self.task_actions = TaskActions(commands, background, messages, self.ask)
        self.task_actions.wanted.connect(self.jumped)
        self.task_actions.resend.connect(self.resend)
        self.set_actions([self.task_actions])
        self._build()

    def _build(self) -> None:
        layout = self.layout()
        if isinstance(layout, QVBoxLayout):  # above what scrolls, so that it cannot be missed
            layout.insertWidget(1, self.ask)
        self._stage = Label(font=fonts.medium())
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setMaximum(1000)
        self.bar.setAccessibleName("Progress")
        self._progress = self.add_section("Progress", column(self._stage, self.bar))
        self._error = Label(font=fonts.mono())
        self._error.setWordWrap(True)
        self._error_section = self.add_section("Error", self._error)
        self._reason = muted(wrap=True)
        self._reason_section = self.add_section("Why", self._reason)
        self.timeline = Timeline()
        self._timeline_section = self.add_section("Where its time went", self.timeline)
        self.values = Values(self.add_section)
        self.log = CodeBlock("Log of the task", lines=14)
        self._log_note = muted(wrap=True)
        self._log_note.setFont(fonts.sans(12))
        self._log_section = self.add_section("Log", column(self.log, self._log_note))
        self._log_section.hide()
        self.family = FamilyList()
        self.family.chosen.connect(self.jumped)
        self._family_section = self.add_section("Before and after it", self.family)
        self.facts = Facts()
        self.add_section("Details", self.facts)

    # What is shown

    def show_task(self, row: TaskRow, now: float) -> None:
        """Open on a task, or go on with a later state of the same one."""
        before = self.row
        other = before is None or before.uuid != row.uuid
        moved_on = before is None or other or before.state != row.state
        if other:
            self._family = {row.uuid: row}
            self._plan = None
            self.values.forget(message=True)
            self._show_log(TaskLog((), cut=False))
        if moved_on:
            self.values.forget(message=False)
        self.row = row
        self._show(row, now)
        self.open()
        if moved_on:
            self._rest.start()

    def update_rows(self, rows: Iterable[TaskRow], now: float) -> None:
        """Take in what changed, as far as it concerns the task or its family."""
        shown = self.row
        if shown is None or self.isHidden():
            return
        root = shown.root_id
        related = False
        for row in rows:
            if row.uuid == shown.uuid:
                self.show_task(row, now)
            if row.uuid in self._family or (root is not None and row.root_id == root):
                self._family[row.uuid] = row
                related = True
        if related:
            self._show_family()

    def set_family(self, rows: Iterable[TaskRow]) -> None:
        self._family |= {row.uuid: row for row in rows}
        self._show_family()

    def tick(self, now: float) -> None:
        """A second has passed."""
        if self.row is not None and not self.isHidden() and not wording.is_over(self.row):
            self.timeline.set_segments(wording.spans(self.row, now))
            if not 0 <= now - self._looked_at < _LOOK_AGAIN_S:
                self._look_around(self.row)

    def close_drawer(self) -> None:
        self._rest.stop()
        self.ask.withdraw()
        self.row = None
        super().close_drawer()

    def _show(self, row: TaskRow, now: float) -> None:
        self.set_head(wording.label(row), clean(row.uuid), row.state)
        self.task_actions.show_row(row)
        running = verbs.TERMINATE.possible(row)
        self._progress.setVisible(running)
        self._stage.setText(wording.running_words(row))
        self.bar.setVisible(row.progress is not None)
        self.bar.setValue(round((row.progress or 0.0) * self.bar.maximum()))
        spans = wording.spans(row, now)
        self.timeline.set_segments(spans)
        self._timeline_section.setVisible(bool(spans))
        self.facts.set_rows(wording.facts(row, now))
        self._reason.setText(row.reason or states.of(row.state).meaning)
        self._reason_section.setVisible(row.reason is not None)
        self._show_values(row)

    def _show_values(self, row: TaskRow) -> None:
        error = self.values.error or row.exception
        self._error.setText(texts.breakable(clean(" ".join((error or "").split()))))
        self._error_section.setVisible(bool(error))
        self.values.show(row)

    def _show_family(self) -> None:
        if self.row is not None:
            family = wording.family(self._family.values())
            lines = self.family.show_family(family, self.row.uuid, self._plan)
            self._family_section.setVisible(lines > 1)

    # What is fetched

    def _at_rest(self) -> None:
        row = self.row
        if row is None:
            return
        self._show_family()
        self.settled.emit(row.root_id or row.uuid)
        self._look_around(row)
        if wording.is_over(row):
            self._background.run(
                self._commands.outcome(row.uuid),
                "fetch the task's result",
                on_success=lambda outcome: self._fetched(row.uuid, outcome),
                on_failure=lambda error: self._not_fetched(row.uuid, error),
                owner=self,
            )

    def _look_around(self, row: TaskRow) -> None:
        """What it logged, and what is to come: neither is told by events."""
        self._looked_at = time.time()

        def quietly(_: Exception) -> None:
            """The strip says that the broker is away; these come again with it."""

        self._background.run(
            self._commands.log(row.uuid),
            "read the task's log",
            on_success=partial(self._take_log, row.uuid),
            on_failure=quietly,
            owner=self,
        )
        self._background.run(
            self._commands.plan(row.uuid, row.queue),
            "look at what follows the task",
            on_success=partial(self._take_plan, row.uuid),
            on_failure=quietly,
            owner=self,
        )

    def _is_shown(self, uuid: str) -> bool:
        return self.row is not None and self.row.uuid == uuid

    def _take_log(self, uuid: str, log: TaskLog) -> None:
        if self._is_shown(uuid):
            self._show_log(log)

    def _take_plan(self, uuid: str, plan: Plan) -> None:
        if self._is_shown(uuid):
            self._plan = plan
            self._show_family()
            if self.values.take_message(plan) and self.row is not None:
                self.values.show(self.row)

    def _show_log(self, log: TaskLog) -> None:
        self._log_section.setVisible(bool(log.lines))
        text = log_text(log)
        if text != self.log.text():
            self.log.set_text(text)
        self._log_note.setText(CUT if log.cut else "")
        self._log_note.setVisible(log.cut)

    def _fetched(self, uuid: str, outcome: TaskResult | None) -> None:
        if not self._is_shown(uuid) or self.row is None:
            return
        self.values.take_outcome(outcome)
        self._show_values(self.row)

    def _not_fetched(self, uuid: str, error: Exception) -> None:
        if self.row is None or self.row.uuid != uuid:
            return
        said = getattr(error, "message", "") or str(error) or type(error).__name__
        remedy = getattr(error, "remedy", "")
        self.values.take_refusal(" ".join(filter(None, (said, remedy))))
        self._show_values(self.row)
