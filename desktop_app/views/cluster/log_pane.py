"""The log of one process: its text, a filter, a way to copy it."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_app.ui.background import Background
from desktop_app.ui.controls import Label, heading, icon_button
from desktop_app.ui.messages import Messages
from desktop_app.ui.tokens import Space
from desktop_app.views.cluster.lines import Lines
from desktop_app.views.cluster.log_view import LogView
from desktop_app.views.cluster.processes import Processes, noun
from worker_core.operations.cluster import MemberStatus
from worker_core.operations.logs import LogChunk

_TYPING_MS = 150


class LogPane(QWidget):
    """Reads on from where it was, whenever :meth:`read` is called."""

    def __init__(
        self,
        status: MemberStatus,
        processes: Processes,
        background: Background,
        messages: Messages,
    ) -> None:
        super().__init__()
        self._name = status.name
        self._noun = noun(status.title)
        self._processes = processes
        self._background = background
        self._messages = messages
        self._lines = Lines()
        self._offset = 0
        self._reading = False
        self._title = heading(f"{status.title} log")
        self._title.setToolTip(str(status.log_path))
        self._view = LogView(f"Log of {self._noun}")
        self._problem = Label("", ink="danger")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._filter = QLineEdit()
        self._filter.setPlaceholderText("Filter lines")
        self._filter.setAccessibleName(f"Filter the log of {self._noun}")
        self._filter.setClearButtonEnabled(True)
        self._filter.setMaximumWidth(240)
        self._typing = QTimer(self, interval=_TYPING_MS, singleShot=True)
        self._typing.timeout.connect(self._apply_filter)
        self._filter.textChanged.connect(self._typing.start)
        self._lay_out()
        self._explain_emptiness()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._filter, 2)
        head.addWidget(icon_button("copy", f"Copy the log of {self._noun}", self._copy))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addLayout(head)
        layout.addWidget(self._problem)
        layout.addWidget(self._view, 1)

    def focus_filter(self) -> None:
        self._filter.setFocus()
        self._filter.selectAll()

    def read(self) -> None:
        """Shows what was written since the last time. Does nothing while it is still reading."""
        if self._reading:
            return
        self._reading = True
        self._background.run(
            self._processes.read_log(self._name, self._offset),
            f"read the log of {self._noun}",
            on_success=self._show,
            on_failure=self._unreadable,
            on_end=self._ended,
            owner=self,
        )

    def _ended(self) -> None:
        self._reading = False

    def _show(self, chunk: LogChunk) -> None:
        self._problem.hide()
        if chunk.offset < self._offset:
            self._lines.clear()
            self._view.replace([])
            self._offset = 0
        if chunk.offset - self._offset > len(chunk.text.encode()):
            self._lines.skip()
        self._offset = chunk.offset
        self._view.add(self._lines.feed(chunk.text))

    def _unreadable(self, error: Exception) -> None:
        self._problem.setText(f"The log cannot be read: {error}")
        self._problem.show()

    def _apply_filter(self) -> None:
        self._lines.set_filter(self._filter.text())
        self._view.replace(self._lines.matching())
        self._explain_emptiness()

    def _explain_emptiness(self) -> None:
        words = self._filter.text().strip()
        self._view.setPlaceholderText(
            f"No line contains “{words}”."
            if words and len(self._lines)
            else f"Nothing here yet. The log begins when {self._noun} starts."
        )

    def _copy(self) -> None:
        chosen = self._view.textCursor().selection().toPlainText()
        QGuiApplication.clipboard().setText(chosen or "\n".join(self._lines.matching()))
        self._messages.info("Copied the chosen text." if chosen else "Copied the log.")
