"""What is said of a file that could not be processed, and the way to try it again."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.services.tray import TrayItem
from desktop_app.ui.controls import button, muted
from desktop_app.ui.tokens import Space, Tone
from desktop_app.views.documents.result_head import Notice
from worker_core.storage import DocumentRecord


class Problem(QWidget):
    again_wanted = Signal(object)
    """The path of a file to take in once more."""
    task_wanted = Signal(str)
    """The id of the task in which it failed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._item: TrayItem | None = None
        self._notice = Notice(Tone.DANGER, "error")
        self._where = muted(wrap=True)
        self._again = button("Try this file again", self._try_again, icon="retry")
        self._task = button("Show its task", self._show_task, kind="quiet")
        steps = QHBoxLayout()
        steps.setSpacing(Space.S)
        steps.addWidget(self._again)
        steps.addWidget(self._task)
        steps.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        layout.setSpacing(Space.M)
        layout.addWidget(self._notice)
        layout.addWidget(self._where)
        layout.addLayout(steps)
        layout.addStretch(1)

    def show_item(self, item: TrayItem) -> None:
        self._say(item.message, item.remedy)
        self._item = item
        self._where.setText("When the file is mended, it can be taken from where it was dropped.")
        self._again.show()
        self._task.setVisible(item.task_id is not None)

    def show_document(self, document: DocumentRecord) -> None:
        """A file of an earlier day: where it lay is not known."""
        self._say(document.error_message or "", document.remedy or "")
        self._item = None
        self._where.setText("Drop the file again when it is mended.")
        self._again.hide()
        self._task.hide()

    def _say(self, message: str, remedy: str) -> None:
        self._notice.set_words(message or "It could not be processed.", remedy)

    def _try_again(self) -> None:
        if self._item is not None:
            self.again_wanted.emit(self._item.path)

    def _show_task(self) -> None:
        if self._item is not None and self._item.task_id is not None:
            self.task_wanted.emit(self._item.task_id)
