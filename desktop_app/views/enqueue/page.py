"""Choosing a task of the catalog, filling in its arguments, and putting it on its queue."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from desktop_app.qt_models.bridge import Bridge
from desktop_app.services.forms import Checked, check, fields, texts_of
from desktop_app.services.presets import Preset, Presets
from desktop_app.ui.argument_form import ArgumentForm
from desktop_app.ui.background import Background
from desktop_app.ui.completing import Give
from desktop_app.ui.messages import Messages
from desktop_app.views.enqueue.ahead import AheadWatch
from desktop_app.views.enqueue.frame import EnqueueFrame
from desktop_app.views.enqueue.kept import KeptArguments, filled
from desktop_app.views.enqueue.offer import Offer
from desktop_app.views.enqueue.ports import Finder, Sender
from desktop_app.views.enqueue.sending import Sending
from desktop_app.views.enqueue.words import left_out
from worker_core.catalog import TASKS, TaskSpec, UnknownTask, task

# Characters of arguments above which they are checked when the typing pauses, not at every key.
_LONG = 100_000
_PAUSE_MS = 300
_KEYS = ("Ctrl+Return", "Ctrl+Enter")


class EnqueuePage(EnqueueFrame):
    """Choosing, filling in and sending.

    What was typed for a task is kept while another one is looked at.
    """

    navigate = Signal(str, object)
    """A page id and what to show there."""

    def __init__(
        self,
        commands: Sender,
        background: Background,
        messages: Messages,
        names: Finder,
        presets: Presets,
        bridge: Bridge,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._messages = messages
        self._names = names
        self._ahead = AheadWatch(bridge, self)
        self._ahead.changed.connect(self._show_ahead)
        self._sending = Sending(commands, background, messages, self)
        self._sending.changed.connect(self._show_state)
        self._sending.follow.connect(self._follow)
        self.checked = Checked(None, {})
        """What came of the form as it stands."""
        self._drafts: dict[str, dict[str, str | bool]] = {}
        self.offer = Offer(self.chooser, commands, background, self)
        self._spec = self.chooser.task
        self.chooser.chosen.connect(self._choose)
        self.form = ArgumentForm(self._complete)
        self.form.changed.connect(self._edited)
        self.chooser.entered_task.connect(self._go_to_form)
        self.foot.enqueue.clicked.connect(self._enqueue)
        self.foot.schedule.clicked.connect(self._schedule)
        self.foot.reset.clicked.connect(self._reset)
        self.foot.follow.connect(self._sending.follow_sent)
        self.kept = KeptArguments(presets, self._present, messages, self.foot.presets)
        self.kept.chosen.connect(self._use_preset)
        self.kept.naming.done.connect(self._go_to_form)
        for key in _KEYS:
            QShortcut(
                QKeySequence(key),
                self,
                self._enqueue,
                context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
            )
        self._soon = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._soon.timeout.connect(self._check)
        self._lay_out(self.form, self.kept.row, self.offer.summary)
        self._show_task(self._spec)

    # What the window calls

    def search(self) -> None:
        """Puts the cursor into the search field."""
        self.chooser.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.chooser.field.selectAll()

    def shown(self) -> None:
        """The tasks of the workers that answer stand beside those of the catalog, and what waits
        on their queues is followed."""
        QTimer.singleShot(0, self.offer, self.offer.ask)
        self._ahead.follow(True)

    def _show_ahead(self) -> None:
        self.head.show_ahead(self._ahead.of(self._queue()))

    def _queue(self) -> str:
        """Where the task would go as the form stands."""
        arguments = self.checked.arguments or {}
        return self._spec.queue or str(arguments.get("queue", "celery"))

    def hidden(self) -> None:
        """Nothing is left to be done while it is hidden."""
        self._ahead.follow(False)
        if self._soon.isActive():
            self._check()

    def open(self, detail: object) -> None:
        """Shows the task that a mapping names by ``name``, its form filled from ``arguments``,
        which may be those of a task that ran once and need not be valid any more. A task that
        the catalog does not have is described by ``call``: ``queue``, ``args``, ``kwargs``."""
        name = detail.get("name") if isinstance(detail, Mapping) else None
        if not isinstance(detail, Mapping) or not isinstance(name, str):
            return
        arguments = detail.get("arguments")
        if name not in self.chooser.tasks:
            if "call" not in detail:
                self._refuse_unknown(name)
                return
            self.offer.add(name)
        if name not in TASKS:
            arguments = detail.get("call")
        self.chooser.choose(name)
        if isinstance(arguments, Mapping):
            self._fill(arguments)
        self._go_to_form()

    def _refuse_unknown(self, name: str) -> None:
        try:
            task(name)
        except UnknownTask as error:
            self._messages.warn(str(error), "Choose a task from the list.")

    # The task and its form

    def _choose(self, name: str) -> None:
        if self._spec.name == name:
            return
        self._drafts[self._spec.name] = self.form.texts()
        self._show_task(self.chooser.tasks[name])

    def _show_task(self, spec: TaskSpec) -> None:
        self._spec = spec
        self.kept.naming.withdraw()
        self.head.show_task(spec)
        self._show_form(self._drafts.get(spec.name) or texts_of(spec, {}))

    def _fill(self, arguments: Mapping[str, Any]) -> None:
        known = {field.name for field in fields(self._spec)}
        strangers = [str(name) for name in arguments if name not in known]
        self._show_form(texts_of(self._spec, arguments), left_out(strangers))
        self.form.touch_all()
        self._check()

    def _go_to_form(self) -> None:
        self.form.focus_first(self.form.rows)

    def _reset(self) -> None:
        self._show_form(texts_of(self._spec, {}))
        self._go_to_form()

    def _show_form(self, texts: Mapping[str, str | bool], note: str = "") -> None:
        available = self._spec.unavailable is None
        self.form.show_task(self._spec, texts, note)
        self._show_sendable(available)
        self._sending.forget()
        self._check()

    def _edited(self) -> None:
        self._sending.forget()
        if self.form.length() > _LONG:
            self._soon.start()
        else:
            self._check()

    def _check(self) -> None:
        """Reads the form and shows what came of it."""
        self._soon.stop()
        self.checked = check(self._spec, self.form.texts())
        self.form.show_problems(self.checked.problems)
        self.preview.show_arguments(self._spec, self.checked.arguments)
        self._show_ahead()
        self._show_state()

    def _show_state(self) -> None:
        complete = self.checked.arguments is not None
        self.foot.show_state(
            available=self._spec.unavailable is None,
            known=self._spec.name in TASKS,
            busy=self._sending.busy,
            sent=self._sending.sent,
            missing="" if complete else self.form.next_step(self.checked.problems),
            queue=self._queue(),
        )

    def _insist(self) -> Mapping[str, Any] | None:
        """The arguments; where they cannot be used, all that is wrong is shown."""
        self.form.touch_all()
        self._check()
        if self.checked.arguments is None:
            self.form.focus_first(self.checked.problems)
        return self.checked.arguments

    def _schedule(self) -> None:
        """Have it started by itself, with these arguments."""
        arguments = self._insist()
        if arguments is not None:
            self.navigate.emit("schedule", {"task": self._spec.name, "arguments": arguments})

    # Names out of the store, and presets

    def _complete(self, kind: str, typed: str, give: Give) -> None:
        self._background.run(
            self._names.find(kind, typed),
            "complete the name",
            on_success=give,
            # Nobody waits for suggestions: without them one types.
            on_failure=lambda _: give(()),
            owner=self,
        )

    def _present(self) -> tuple[TaskSpec, Mapping[str, str | bool]]:
        return self._spec, self.form.texts()

    def _use_preset(self, preset: Preset) -> None:
        texts, strangers = filled(self._spec, preset)
        self._show_form(texts, left_out(strangers))
        self.form.touch_all()
        self._check()
        self._go_to_form()

    # Sending

    def _enqueue(self) -> None:
        if self._spec.unavailable is not None or self._sending.busy:
            return
        arguments = self._insist()
        if arguments is not None:
            self._sending.send(self._spec, arguments)

    def _follow(self, task_id: str) -> None:
        self.navigate.emit("tasks", {"uuid": task_id})
