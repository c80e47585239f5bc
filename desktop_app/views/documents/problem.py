"""What is said of a file that could not be processed, and the way to try it again."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.services.tray import TrayItem
from desktop_app.ui.controls import button, muted
from desktop_app.ui.tokens import Space, Tone
from desktop_app.views.documents.result_head import Notice
from worker_core.storage import DocumentRecord


class Problem(QWidget):
    again_wanted = Signal(object)
    """The path of a file to take in once more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._notice = Notice(Tone.DANGER, "error")
        self._where = muted(wrap=True)
        self._again = button("Try this file again", self._try_again, icon="retry")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        layout.setSpacing(Space.M)
        layout.addWidget(self._notice)
        layout.addWidget(self._where)
        layout.addWidget(self._again, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)

    def show_item(self, item: TrayItem) -> None:
        self._say(item.message, item.remedy)
        self._path = item.path
        self._where.setText("When the file is mended, it can be taken from where it was dropped.")
        self._again.show()

    def show_document(self, document: DocumentRecord) -> None:
        """A file of an earlier day: where it lay is not known."""
        self._say(document.error_message or "It could not be processed.", document.remedy or "")
        self._path = None
        self._where.setText("Drop the file again when it is mended.")
        self._again.hide()

    def _say(self, message: str, remedy: str) -> None:
        self._notice.set_words(message or "It could not be processed.", remedy)

    def _try_again(self) -> None:
        if self._path is not None:
            self.again_wanted.emit(self._path)
