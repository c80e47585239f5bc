"""What is wrong with the history, and what was missed just now, in plain sight."""

from PySide6.QtWidgets import QWidget

from desktop_app.monitor.rows import HistoryStatus
from desktop_app.qt_models.words import clean
from desktop_app.ui import fonts
from desktop_app.ui.controls import Label
from desktop_app.ui.tokens import Space


class Notice(Label):
    """Hidden while all is well."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(font=fonts.sans(12), ink="warning", parent=parent)
        self.setWordWrap(True)
        self.setContentsMargins(Space.XS, 0, Space.XS, 0)
        self._keeping = self._reading = self._missed = ""
        self.hide()

    def take(self, status: HistoryStatus | None, *, anew: bool) -> None:
        """How the keeping goes; None is no news, unless it is another system ``anew``."""
        if status is not None:
            lost = f" {status.lost:,} tasks were not kept." if status.lost else ""
            self._keeping = f"{status.message}{lost}".strip()
        elif anew:
            self._keeping = ""
        self._show()

    def set_words(self, trouble: str, missed: str) -> None:
        """Why older tasks cannot be read, and what was missed just now; empty for nothing."""
        self._reading, self._missed = trouble, missed
        self._show()

    def _show(self) -> None:
        said = clean(" ".join(filter(None, (self._keeping or self._reading, self._missed))))
        if said != self.text():
            self.setText(said)
            self.setVisible(bool(said))
