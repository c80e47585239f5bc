"""What was done to a model, and below the table the reasons of the chosen row in full."""

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.qt_models.words import clean
from desktop_app.ui import fonts
from desktop_app.ui.controls import Hairline, Label
from desktop_app.ui.tokens import Space
from desktop_app.views.models import wording
from desktop_app.views.models.tables import ChangeTable
from worker_core.storage import ModelChange


class ChangePane(QWidget):
    """A row has no room for why a promotion was refused."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = ChangeTable()
        self.what = Label(font=fonts.medium())
        self.why = Label(ink="text_muted")
        self._line = Hairline()
        self.why.setWordWrap(True)
        told = QVBoxLayout()
        told.setContentsMargins(Space.M, Space.S, Space.M, Space.M)
        told.setSpacing(Space.XXS)
        told.addWidget(self.what)
        told.addWidget(self.why)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._line)
        layout.addLayout(told)
        self.setFocusProxy(self.table)
        self.table.current_changed.connect(lambda _: self._tell())
        self._tell()

    def show_changes(self, changes: Sequence[ModelChange]) -> None:
        """The latest first, whose reasons are shown unless another row is chosen."""
        self.table.changes.show(changes)
        if changes and self.table.current_row() < 0:
            self.table.selectRow(0)
        self._tell()

    def _tell(self) -> None:
        place = self.table.current_row()
        model = self.table.changes
        row = model.row_at(place) if 0 <= place < model.rowCount() else None
        self.what.setText("" if row is None else clean(wording.change(row)))
        self.why.setText("" if row is None else clean(" ".join(row.reasons)))
        for part in (self._line, self.what, self.why):
            part.setVisible(row is not None)
