"""What a task was told, what it answered, and where it failed, from wherever that is known best."""

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.monitor.rows import TaskRow
from desktop_app.ui import fonts, pretty
from desktop_app.ui.controls import Label, muted
from desktop_app.ui.details import CodeBlock
from worker_core.operations.canvas import Plan
from worker_core.operations.results import TaskResult

_FROM_EVENT = "As the event told it, shortened. The stored result is gone, or was never kept."
_SHORT_ARGUMENTS = (
    "As the event told them, shortened. Whole they are known while the message is in the broker, "
    "and afterwards if results are stored with them (result_extended)."
)
# How Celery marks in an event what it left out, and how this console does.
_LEFT_OUT = ("...", "…")


class Values:
    """Three sections of a drawer. Events carry shortened texts; the stored outcome and, before the
    task has ended, its message carry the values themselves."""

    def __init__(self, add_section: Callable[[str, QWidget], QWidget]) -> None:
        self._outcome: TaskResult | None = None
        self._message: tuple[list[Any], dict[str, Any]] | None = None
        self._said = ""
        self.result = CodeBlock("Result", lines=14)
        self._result_note = _note()
        self._result_section = add_section("Result", column(self.result, self._result_note))
        self.arguments = CodeBlock("Arguments", lines=12)
        self._arguments_note = _note()
        self._arguments_section = add_section(
            "Arguments", column(self.arguments, self._arguments_note)
        )
        self.traceback = CodeBlock("Traceback", lines=18)
        self._traceback_section = add_section("Traceback", self.traceback)

    @property
    def error(self) -> str | None:
        """The stored exception."""
        return self._outcome.error if self._outcome else None

    def forget(self, *, message: bool) -> None:
        """What was fetched is of an earlier state; with ``message``, of another task."""
        self._outcome, self._said = None, ""
        if message:
            self._message = None

    def take_outcome(self, outcome: TaskResult | None) -> None:
        self._outcome = outcome
        self._said = "" if outcome else _FROM_EVENT

    def take_refusal(self, why: str) -> None:
        """The stored outcome could not be read."""
        self._said = f"Shortened: {why}"

    def take_message(self, plan: Plan) -> bool:
        """What the task's message holds; whether that is news."""
        # When it has been acknowledged, what it held is still true.
        if plan.args is None or plan.kwargs is None:
            return False
        before, self._message = self._message, (plan.args, plan.kwargs)
        return self._message != before

    def show(self, row: TaskRow) -> None:
        traceback = (self._outcome.traceback if self._outcome else None) or row.traceback
        self.traceback.set_text(traceback or "")
        self._traceback_section.setVisible(bool(traceback))
        self._show_arguments(row)
        if row.state == "SUCCESS":
            self._show_result(row)
        self._result_section.setVisible(row.state == "SUCCESS")

    def _show_arguments(self, row: TaskRow) -> None:
        outcome, note = self._outcome, ""
        true: tuple[Any, Any] | None = self._message
        if outcome is not None and (outcome.args is not None or outcome.kwargs is not None):
            true = outcome.args, outcome.kwargs
        if true is not None:
            written = [pretty.as_json(value) for value in true if value]
            text = "\n".join(part for part, _ in written)
            if any(cut for _, cut in written):
                note = _first_of("each")
        else:
            told = [part for part in (row.args, row.kwargs) if part not in _NOTHING]
            text = "\n".join(pretty.laid_out(part) for part in told if part)
            if any(part is not None and _is_short(part) for part in told):
                note = _SHORT_ARGUMENTS
        self.arguments.set_text(text)
        self._arguments_section.setVisible(bool(text))
        _say(self._arguments_note, note)

    def _show_result(self, row: TaskRow) -> None:
        outcome, note = self._outcome, self._said
        if outcome is not None and outcome.state == "SUCCESS":
            text, cut = pretty.as_json(outcome.result)
            note = _first_of("it") if cut else ""
        else:
            text = pretty.laid_out(row.result or "")
        self.result.set_text(text)
        _say(self._result_note, note)


_NOTHING = {None, "", "()", "{}", "[]"}


def _is_short(told: str) -> bool:
    return any(mark in told for mark in _LEFT_OUT)


def _first_of(what: str) -> str:
    return f"The first {pretty.SHOWN_CHARACTERS:,} characters of {what}."


def _note() -> Label:
    note = muted(wrap=True)
    note.setFont(fonts.sans(12))
    return note


def _say(note: Label, text: str) -> None:
    note.setText(text)
    note.setVisible(bool(text))


def column(*widgets: QWidget) -> QWidget:
    """Widgets below each other, as the content of one section."""
    made = QWidget()
    made.setProperty("role", "plain")
    layout = QVBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(6)
    for widget in widgets:
        layout.addWidget(widget)
    return made
