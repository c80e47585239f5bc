"""One waiting message, taken apart."""

import time
from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.qt_models.message_table import since, title
from desktop_app.qt_models.words import clean
from desktop_app.ui import drawer, fonts, pretty, texts
from desktop_app.ui.controls import button, muted
from desktop_app.ui.details import CodeBlock, KeyValues
from desktop_app.ui.one_at_a_time import READ_ONLY
from desktop_app.ui.tokens import Space
from desktop_app.views.queues import wording
from desktop_app.views.queues.acts import Acts
from desktop_app.views.queues.edit_form import EditForm, refusal
from worker_core.operations import messages
from worker_core.operations.messages import Waiting


class MessageDrawer(drawer.Drawer):
    task_wanted = Signal(str)
    """The id of a task to be shown with all that happened to it."""

    def __init__(
        self, acts: Acts, sent: Callable[[str], float | None], parent: QWidget | None = None
    ) -> None:
        super().__init__("Message details", parent)
        self._sent_at = sent
        self._acts = acts
        self._read_only = False
        self.row: Waiting | None = None
        self.form = EditForm()
        self.edit = button("Edit and resend…", self.begin_edit, icon="edit")
        self.copy = button("Copy id", self._copy, kind="quiet", icon="copy")
        self.task = button("Show the task", self._show_task, kind="quiet", icon="tasks")
        self.set_actions([self.edit, self.task, self.copy])
        self._problem = muted(wrap=True)
        self._problem_section = self.add_section("Not readable", self._problem)
        self._form_section = self.add_section("Other arguments", self.form)
        self.args = CodeBlock("Arguments by place", lines=10)
        self._args_section = self.add_section("Arguments by place", self.args)
        self.kwargs = CodeBlock("Arguments by name", lines=14)
        self._kwargs_section = self.add_section("Arguments by name", self.kwargs)
        self._cut = muted(wrap=True)
        self._cut.setFont(fonts.sans(12))
        self.headers = CodeBlock("Headers", lines=12)
        self.facts = KeyValues()
        self.add_section("Details", self.facts)
        self._headers_section = self.add_section("Headers", _column(self.headers, self._cut))
        self.raw = CodeBlock("As it stands in the broker", lines=10)
        self._raw_section = self.add_section("As it stands in the broker", self.raw)
        self.form.sent.connect(self._send)
        self._form_section.hide()

    def show_message(self, row: Waiting) -> None:
        """Open on a message. While another one is being edited, that goes on."""
        if self.form.row is not None and self.form.row.raw != row.raw:
            return
        changed = self.row is None or self.row.raw != row.raw
        self.row = row
        if changed:
            self._show(row)
        self.open()

    def set_read_only(self, read_only: bool) -> None:
        self._read_only = read_only
        if read_only:
            self.form.withdraw()
        if self.row is not None:
            self._offer(self.row)

    def begin_edit(self) -> None:
        if self.row is not None and self.edit.isEnabled():
            self._form_section.show()
            self.form.begin(self.row)

    def close_drawer(self) -> None:
        self.form.withdraw()
        self.row = None
        super().close_drawer()

    def _show(self, row: Waiting) -> None:
        self.form.withdraw()
        self._form_section.hide()
        self.set_head(title(row), clean(row.task_id or ""))
        self._problem.setText(texts.breakable(row.problem or ""))
        self._problem_section.setVisible(row.problem is not None)
        cut = False
        headers = messages.headers(row.raw)
        for value, block, section in (
            (row.args, self.args, self._args_section),
            (row.kwargs, self.kwargs, self._kwargs_section),
            (headers, self.headers, self._headers_section),
        ):
            text, short = pretty.as_json(value) if value else ("", False)
            cut |= short
            block.set_text(wording.lines(text))
            section.setVisible(bool(value))
        self._cut.setText(
            f"Only the first {pretty.SHOWN_CHARACTERS:,} characters of a part are shown."
            if cut
            else ""
        )
        self._cut.setVisible(cut)
        facts = wording.facts(row, since(row, self._sent_at), time.time())
        self.facts.set_rows([(name, texts.breakable(value)) for name, value in facts])
        self.raw.set_text(wording.raw_text(row.raw) if row.problem else "")
        self._raw_section.setVisible(row.problem is not None)
        self._offer(row)

    def _offer(self, row: Waiting) -> None:
        why = READ_ONLY if self._read_only else refusal(row)
        self.edit.setEnabled(not why)
        self.edit.setToolTip(texts.tip(why))
        self.copy.setEnabled(row.task_id is not None)
        self.task.setEnabled(row.task_id is not None)

    def _send(self, row: Waiting, args: list[object], kwargs: dict[str, object]) -> None:
        self._acts.edit(row, args, kwargs, self._sent, self.form.refused)

    def _sent(self) -> None:
        self.form.withdraw()
        self.close_drawer()

    def _copy(self) -> None:
        if self.row is not None:
            QGuiApplication.clipboard().setText(self.row.task_id or "")

    def _show_task(self) -> None:
        if self.row is not None and self.row.task_id is not None:
            self.task_wanted.emit(self.row.task_id)


def _column(*widgets: QWidget) -> QWidget:
    column = QWidget()
    column.setProperty("role", "plain")
    layout = QVBoxLayout(column)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(Space.XS)
    for widget in widgets:
        layout.addWidget(widget)
    return column
