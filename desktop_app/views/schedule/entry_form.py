"""The fields of one entry: what is started, with what, and when."""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from desktop_app.services.forms import Checked, check, fields, texts_of
from desktop_app.ui import formats
from desktop_app.ui.argument_form import ArgumentForm
from desktop_app.ui.check_box import CheckBox
from desktop_app.ui.controls import Hairline
from desktop_app.ui.labelled import Labelled
from desktop_app.ui.search_field import SearchField
from desktop_app.ui.span import Span
from desktop_app.ui.tokens import Space
from desktop_app.views.schedule import checking
from desktop_app.views.schedule.timing import Timing, Upcoming
from worker_core.catalog import TASKS, TaskSpec
from worker_core.operations.errors import InvalidArguments
from worker_core.operations.schedule import forecast
from worker_core.storage import ScheduleEdit

_NARROWEST, _WIDEST = 400, 640
NEW = ScheduleEdit("", {}, "every", "3600")


class EntryForm(QWidget):
    """What the user typed is checked at every key. ``zone`` is the time zone of the settings,
    ``exchange`` the one whose hours are kept."""

    changed = Signal()

    def __init__(self, zone: str, exchange: str) -> None:
        super().__init__()
        self._zone, self._exchange = zone, exchange
        self._taken: Collection[str] = ()
        self._is_new = True
        self._spec: TaskSpec | None = None
        self._checked = Checked({}, {})
        self._problems: Mapping[str, str] = {}
        self.edit: ScheduleEdit | None = None
        """What came of the form as it stands; None while it cannot be used."""
        self.name = QLineEdit(placeholderText="such as nightly-forecast")
        self.name.setAccessibleName("Name")
        self.name.setMaxLength(2 * checking.LONGEST_NAME)
        self.task = SearchField("Task", {}, "Search tasks; the down key lists them")
        self.timing = Timing()
        self.timezone = SearchField("Time zone", {}, f"{zone}, as in the settings")
        self.market = CheckBox(f"Only while the exchange {exchange} trades")
        self.expiry = Span("Not started later than")
        self.upcoming = Upcoming()
        self.arguments = ArgumentForm()
        self.parts = {
            "name": Labelled("Name", "Letters, digits, dots, dashes, underscores.", self.name),
            "task": Labelled("Task", "", self.task),
            "timezone": Labelled("Time zone", "", self.timezone),
            "expires_s": Labelled(
                "Not started later than",
                "A run that could not be started by then is missed. Empty: any time.",
                self.expiry,
            ),
        }
        self._lay_out()
        self._join()

    def _lay_out(self) -> None:
        column = QWidget()
        column.setProperty("role", "plain")
        left = QVBoxLayout(column)
        left.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        left.setSpacing(Space.S)
        for part in (self.parts["name"], self.parts["task"], self.timing, self.upcoming):
            left.addWidget(part)
        left.addSpacing(Space.XS)
        left.addWidget(self.parts["timezone"])
        left.addWidget(self.market)
        left.addSpacing(Space.XS)
        left.addWidget(self.parts["expires_s"])
        left.addStretch(1)
        scroll = QScrollArea()
        scroll.setAccessibleName("What is started, and when")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setMinimumWidth(_NARROWEST)
        scroll.setMaximumWidth(_WIDEST)
        scroll.setWidget(column)
        halves = QHBoxLayout(self)
        halves.setContentsMargins(0, 0, 0, 0)
        halves.setSpacing(0)
        halves.addWidget(scroll, 1)
        halves.addWidget(Hairline(Qt.Orientation.Vertical))
        halves.addWidget(self.arguments, 1)
        halves.addStretch()

    def _join(self) -> None:
        for part, signal in (
            ("name", self.name.textChanged),
            ("task", self.task.chosen),
            ("timezone", self.timezone.chosen),
            ("expires_s", self.expiry.changed),
        ):
            signal.connect(lambda *_, part=part: self._edited(part))
        self.timing.changed.connect(self.check)
        self.market.toggled.connect(lambda _: self.check())
        self.arguments.changed.connect(self.check)

    def know(self, taken: Collection[str]) -> None:
        """Names that a new entry cannot have."""
        self._taken = taken

    def fill(self, edit: ScheduleEdit, name: str | None = None) -> None:
        """Show what is to be changed of the entry of that name; without one, of a new entry."""
        self._is_new = name is None
        self._offer(edit.task)
        self.name.setText(name if name is not None else checking.free_name(edit.task, self._taken))
        self.parts["name"].setVisible(self._is_new)
        self.timing.fill(edit.kind, edit.expression)
        self.timezone.set_value(edit.timezone or "")
        self.market.setChecked(edit.market_hours)
        self.expiry.set_seconds(edit.expires_s)
        self.task.set_value(edit.task)
        self._show_task(edit.arguments)
        for part in self.parts.values():
            part.touched = False
        self.check()

    def focus_first(self) -> None:
        (self.name if self._is_new else self.timing.kind_choice).setFocus()

    def state(self) -> tuple[object, ...]:
        """All that was typed, to be compared."""
        return (
            self.name.text(),
            self.task.value(),
            self.timing.kind,
            self.timing.expression,
            self.timezone.value(),
            self.market.isChecked(),
            self.expiry.number.text(),
            self.expiry.unit_s,
            tuple(self.arguments.texts().items()),
        )

    def touch_all(self) -> None:
        """From now on every field shows its problem."""
        for part in self.parts.values():
            part.touched = True
        self.timing.touch()
        self.arguments.touch_all()
        self.check()

    def focus_wrong(self) -> None:
        """Put the cursor into the first field that cannot be used."""
        wrong = next(iter(self._problems), "")
        if wrong == "expression":
            self.timing.focus()
        elif wrong:
            editor = {"name": self.name, "task": self.task, "timezone": self.timezone}
            editor.get(wrong, self.expiry).setFocus()
        else:
            self.arguments.focus_first(self._checked.problems)

    def next_step(self) -> str:
        """What has to be done before it can be saved; empty where it can."""
        if not self._problems and self._checked.problems:
            return self.arguments.next_step(self._checked.problems)
        return checking.next_step(self._problems)

    # The task and its arguments

    def _offer(self, also: str) -> None:
        """Tasks that can run, and the one that the entry has."""
        self.task.set_choices(
            {
                name: f"{spec.title}  ·  {name}"
                for name, spec in TASKS.items()
                if spec.unavailable is None or name == also
            }
        )
        self.timezone.set_choices({name: name for name in _zones()})

    def _show_task(self, arguments: Mapping[str, Any]) -> None:
        self._spec = TASKS.get(self.task.value())
        if self._spec is None:
            self.arguments.show_nothing("Choose a task: what it takes is asked for here.")
            return
        known = {field.name for field in fields(self._spec)}
        strangers = [str(name) for name in arguments if name not in known]
        note = ""
        if strangers:
            note = f"Left out, as the task does not take it: {formats.listed(strangers)}."
        self.arguments.show_task(self._spec, texts_of(self._spec, arguments), note)
        if arguments:
            self.arguments.touch_all()

    def _edited(self, part: str) -> None:
        self.parts[part].touched = True
        if part == "task" and TASKS.get(self.task.value()) is not self._spec:
            self._show_task({})
        self.check()

    # What came of it

    def check(self) -> None:
        """Read the form and show what came of it."""
        self._checked = Checked({}, {})
        if self._spec is not None:
            self._checked = check(self._spec, self.arguments.texts())
            self.arguments.show_problems(self._checked.problems)
        wanted = ScheduleEdit(
            self.task.value(),
            self._checked.arguments or {},
            self.timing.kind,
            self.timing.expression,
            self.timezone.value() or None,
            self.market.isChecked(),
            self.expiry.seconds(),
        )
        taken = self._taken if self._is_new else ()
        self._problems = checking.problems(self.name.text().strip(), wanted, taken)
        for name, part in self.parts.items():
            part.set_problem(self._problems.get(name, ""))
        self.timing.set_problem(self._problems.get("expression", ""))
        self.edit = None if self._problems or self._checked.problems else wanted
        self._show_forecast(wanted)
        self.changed.emit()

    def _show_forecast(self, wanted: ScheduleEdit) -> None:
        found = None
        if "expression" not in self._problems:
            try:
                found = forecast(wanted.kind, wanted.expression, wanted.timezone)
            except InvalidArguments:
                found = None  # the time zone is wrong, which its own line says
        note = ""
        if wanted.market_hours:
            note = f"Those outside the hours of {self._exchange} are left out."
        self.upcoming.show_forecast(found, wanted.timezone or self._zone, note)


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted(available_timezones()))
