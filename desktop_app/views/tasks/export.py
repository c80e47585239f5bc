"""All tasks that match as a file."""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QPushButton, QWidget

from desktop_app.monitor.query import Query
from desktop_app.monitor.rows import TaskRow
from desktop_app.services.history import Format, TaskHistory
from desktop_app.ui import formats, icons
from desktop_app.ui.background import Background
from desktop_app.ui.controls import Label, button
from desktop_app.ui.messages import Messages
from desktop_app.ui.tokens import Space

_LOOK_MS = 200
_KINDS: tuple[tuple[Format, str, str], ...] = (
    ("csv", "As CSV…", "Tables (*.csv)"),
    ("json", "As JSON…", "JSON (*.json)"),
)


class ExportRow(QWidget):
    """Hidden but while a file is written. ``query`` and ``held`` tell what to write when that
    begins: the search, and all tasks in memory, oldest first."""

    def __init__(
        self,
        opener: QPushButton,
        history: TaskHistory,
        background: Background,
        messages: Messages,
        query: Callable[[], Query],
        held: Callable[[], list[TaskRow]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._opener = opener
        self._history = history
        self._background = background
        self._messages = messages
        self._query = query
        self._held = held
        self._path = Path()
        self._written = 0
        self._stopped = threading.Event()
        self._said = Label()
        self.stop = button("Stop", self._stop)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.XS, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addWidget(self._said, 1)
        layout.addWidget(self.stop)
        self.hide()
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._show_progress)
        menu = QMenu(opener)
        for form, words, _ in _KINDS:
            action = menu.addAction(icons.icon("download"), words)
            action.triggered.connect(lambda _=False, form=form: self.choose(form))
        opener.setMenu(menu)

    def choose(self, form: Format) -> None:
        """Ask for a file. Nothing waits for the answer."""
        filters = next(pattern for kind, _, pattern in _KINDS if kind == form)
        dialog = QFileDialog(self.window(), "Export the tasks that match")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(filters)
        dialog.setDefaultSuffix(form)
        dialog.selectFile(f"tasks-{datetime.now().astimezone():%Y-%m-%d-%H%M}.{form}")
        dialog.fileSelected.connect(lambda name: self.write(Path(name), form))
        dialog.open()
        # It is kept by the window until it is closed.
        dialog.finished.connect(dialog.deleteLater)

    def write(self, path: Path, form: Format) -> None:
        """Begin to write, unless a file is being written."""
        if not self.isHidden():
            return
        self._path, self._written = path, 0
        self._stopped = threading.Event()
        self._show_progress()
        self._look.start()
        self._opener.setEnabled(False)
        self.show()
        self._background.run(
            self._history.export(
                self._query(),
                path,
                form,
                held=self._held(),
                progress=self._count,
                stop=self._stopped,
                now=time.time(),
            ),
            f"write {path.name}",
            on_success=partial(self._tell, path),
            on_failure=partial(self._explain, path),
            on_end=self._ended,
            owner=self,
        )

    def _count(self, number: int) -> None:
        """Called in another thread, which must not touch widgets."""
        self._written = number

    def _show_progress(self) -> None:
        number = formats.plural(self._written, "task")
        self._said.setText(f"Writing {self._path.name}: {number} so far")

    def _stop(self) -> None:
        self._stopped.set()

    def _tell(self, path: Path, number: int | None) -> None:
        if number is None:
            self._messages.info("The export was stopped. No file was left behind.")
        else:
            self._messages.info(f"Exported {formats.plural(number, 'task')}", f"They are in {path}")

    def _explain(self, path: Path, error: Exception) -> None:
        said = getattr(error, "message", "")
        remedy = getattr(error, "remedy", "")
        if isinstance(error, OSError):
            said = error.strerror or str(error)
            remedy = "Choose a folder that may be written and has room."
        self._messages.error(
            f"Could not write {path.name}: {said or error}", remedy or "Try it again."
        )

    def _ended(self) -> None:
        self._look.stop()
        self._opener.setEnabled(True)
        self.hide()
