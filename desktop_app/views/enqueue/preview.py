"""What will be sent, as it will be sent."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtGui import QGuiApplication, QTextOption
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QStackedLayout, QVBoxLayout, QWidget

from desktop_app.ui import fonts
from desktop_app.ui.controls import caption, icon_button
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.tokens import Space
from desktop_app.views.enqueue import words
from worker_core.catalog import TaskSpec


class Preview(QWidget):
    """The arguments in JSON, with buttons that copy them, or them as a command."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._command = ""
        self._code = QPlainTextEdit(readOnly=True)
        self._code.setAccessibleName("What will be sent")
        self._code.setFont(fonts.mono())
        self._code.setTabChangesFocus(True)
        self._code.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self._code.document().setDocumentMargin(Space.S)
        self._waiting = EmptyState(
            "edit", "Nothing to send yet", "It appears here when the arguments are complete."
        )
        self.copy = icon_button("copy", "Copy the arguments", self._copy_arguments)
        self.copy_command = icon_button(
            "terminal", "Copy as a command for the shell", self._copy_line
        )
        head = QHBoxLayout()
        head.setSpacing(Space.XXS)
        head.addWidget(caption("What will be sent"), 1)
        head.addWidget(self.copy_command)
        head.addWidget(self.copy)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._code)
        self._stack.addWidget(self._waiting)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.S, Space.L, Space.M)
        layout.setSpacing(Space.XS)
        layout.addLayout(head)
        layout.addLayout(self._stack, 1)

    def text(self) -> str:
        """The arguments in JSON, or "" while there are none to send."""
        return self._code.toPlainText()

    def show_arguments(self, spec: TaskSpec, arguments: Mapping[str, Any] | None) -> None:
        """None while the form does not hold what can be sent."""
        ready = arguments is not None
        text = "" if arguments is None else words.document(arguments)
        if text != self.text():
            self._code.setPlainText(text)
        self._command = "" if arguments is None else words.command(spec, arguments)
        self._stack.setCurrentWidget(self._code if ready else self._waiting)
        self.copy.setEnabled(ready)
        self.copy_command.setEnabled(bool(self._command))

    def _copy_arguments(self) -> None:
        QGuiApplication.clipboard().setText(self.text())

    def _copy_line(self) -> None:
        QGuiApplication.clipboard().setText(self._command)
