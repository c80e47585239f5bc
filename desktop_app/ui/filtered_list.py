"""A table with a field that narrows it by name, and a line that sums it up."""

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_app.ui import fonts, icons, theme
from desktop_app.ui.controls import Hairline, Label, Surface
from desktop_app.ui.tables import Table
from desktop_app.ui.tokens import Size, Space


class _Named(Protocol):
    @property
    def name(self) -> str: ...


class FilterField(QLineEdit):
    """Escape empties it; Return and the arrow go on to what is left."""

    left = Signal()

    def __init__(self, name: str, hint: str, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setPlaceholderText(f"{hint}   /")
        self.setMaxLength(200)
        self.setFixedWidth(width)
        self.setClearButtonEnabled(True)
        self._lens = QAction("Filter", self)
        self.addAction(self._lens, QLineEdit.ActionPosition.LeadingPosition)
        theme.follow(self, lambda: self._lens.setIcon(icons.icon("search")))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class FilteredList(Surface):
    """The frame of such a list. Who fills it overrides ``refill``, which is called whenever other
    rows are wanted, and ``listed``."""

    opened = Signal()
    """Return, Space or a double click on a row."""

    def __init__(
        self,
        field: FilterField,
        table: Table,
        buttons: Sequence[QWidget] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.field, self.table = field, table
        self._sum = Label(font=fonts.sans(12), ink="text_muted", elide=Qt.TextElideMode.ElideRight)
        head = QHBoxLayout()
        head.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        head.setSpacing(Space.S)
        head.addWidget(field)
        head.addSpacing(Space.XS)
        head.addWidget(self._sum, 1)
        for one in buttons:
            head.addWidget(one)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(Hairline())
        layout.addWidget(table, 1)
        self.setFocusProxy(table)
        field.textChanged.connect(lambda _: self.refill())
        field.left.connect(table.setFocus)
        table.opened.connect(lambda _: self.opened.emit())

    def refill(self) -> None:
        """Show the rows that the field lets through."""
        raise NotImplementedError

    def listed(self) -> Sequence[_Named]:
        """The rows of the table, from the top."""
        raise NotImplementedError

    def sum_up(self, said: str, *, wrong: bool) -> None:
        self._sum.setText(said)
        self._sum.set_ink("warning" if wrong else "text_muted")

    def put_cursor_on(self, name: str) -> None:
        """Choose the row of that name and bring it into sight, also where the filter hid it."""
        if self._place(name) is None:
            self.field.clear()
        place = self._place(name)
        if place is not None:
            self.table.selectRow(place)
            self.table.scrollTo(self.table.model().index(place, 0))

    def wanted_height(self) -> int:
        """For all of its rows to be in sight, and the beginning of one more."""
        table = Size.HEADER + len(self.listed()) * Size.ROW + Size.ROW // 2
        return self.field.sizeHint().height() + 2 * Space.S + table

    def _place(self, name: str) -> int | None:
        return next((place for place, row in enumerate(self.listed()) if row.name == name), None)
