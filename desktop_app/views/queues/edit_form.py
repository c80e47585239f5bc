"""The arguments of a waiting task, to be changed."""

import json
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from desktop_app.ui import fonts, texts
from desktop_app.ui.controls import Label, button, caption, muted
from desktop_app.ui.tokens import Space
from desktop_app.views.queues import wording
from worker_core.operations.errors import OperationError
from worker_core.operations.messages import Waiting

EDITED_CHARACTERS = 500_000
_LINES = {"args": 5, "kwargs": 12}


class EditForm(QWidget):
    """Hidden until it is begun. Escape leaves the message as it is."""

    sent = Signal(object, list, dict)
    """A message with its new arguments, by place and by name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row: Waiting | None = None
        self.args = _editor("Arguments by place, as a JSON list", _LINES["args"])
        self.kwargs = _editor("Arguments by name, as a JSON object", _LINES["kwargs"])
        self.problem = Label(ink="danger")
        self.problem.setWordWrap(True)
        note = muted(
            "The message keeps its place and its id, so that what waits for this task goes on "
            "waiting for it.",
            wrap=True,
        )
        note.setFont(fonts.sans(12))
        self.send = button("Resend with these", self._send, kind="primary", icon="send")
        self.leave = button("Leave it as it is", self.withdraw)
        answers = QHBoxLayout()
        answers.setSpacing(Space.S)
        answers.addWidget(self.send)
        answers.addWidget(self.leave)
        answers.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        for words, editor in (("List", self.args), ("By name", self.kwargs)):
            layout.addWidget(caption(words))
            layout.addWidget(editor)
        layout.addWidget(self.problem)
        layout.addWidget(note)
        layout.addLayout(answers)
        self.hide()

    def begin(self, row: Waiting) -> None:
        self.row = row
        args, kwargs = wording.written(row.args or []), wording.written(row.kwargs or {})
        self.args.setPlainText(args)
        self.kwargs.setPlainText(kwargs)
        self.refuse("")
        self.show()
        self.kwargs.setFocus()

    def withdraw(self) -> None:
        self.row = None
        self.hide()

    def refuse(self, why: str) -> None:
        """Say what is wrong with what was typed; nothing takes it back."""
        self.problem.setText(texts.breakable(why))
        self.problem.setVisible(bool(why))

    def refused(self, error: OperationError) -> None:
        self.refuse(f"{error.message} {error.remedy}")

    def _send(self) -> None:
        if self.row is None:
            return
        try:
            args, kwargs = _read(self.args), _read(self.kwargs)
        except ValueError as error:
            self.refuse(str(error))
            return
        if not isinstance(args, list):
            self.refuse(f"{self.args.accessibleName()}: this must be one, such as [1, 2].")
        elif not isinstance(kwargs, dict):
            self.refuse(f'{self.kwargs.accessibleName()}: this must be one, such as {{"a": 1}}.')
        else:
            self.refuse("")
            self.sent.emit(self.row, args, kwargs)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        wanted = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_Escape:
            self.withdraw()
        elif wanted and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._send()
        else:
            super().keyPressEvent(event)


def refusal(row: Waiting) -> str:
    """Why a message cannot be edited; empty where it can."""
    if row.args is None or row.kwargs is None:
        return row.problem or "Its arguments cannot be read."
    if row.size > EDITED_CHARACTERS:
        return "It is too large to be edited here."
    return ""


def _editor(name: str, lines: int) -> QPlainTextEdit:
    editor = QPlainTextEdit()
    editor.setAccessibleName(name)
    editor.setFont(fonts.mono(12))
    editor.setTabChangesFocus(True)
    editor.setFixedHeight(lines * editor.fontMetrics().lineSpacing() + 2 * Space.S)
    return editor


def _read(editor: QPlainTextEdit) -> Any:
    try:
        return json.loads(editor.toPlainText())
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise ValueError(
            f"{editor.accessibleName()}: this is no JSON ({error.msg} at {where})."
        ) from error
    except RecursionError as error:
        raise ValueError(f"{editor.accessibleName()}: this is nested too deeply.") from error
