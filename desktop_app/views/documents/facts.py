"""The facts of a cover in a grid. Those that a parser may have got wrong are corrected in place."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_app.ui import formats
from desktop_app.ui.controls import Label, caption, icon_button
from desktop_app.ui.tokens import Size, Space

_SELECTABLE = (
    Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
)
_COLUMNS = 4
_SMALL = 20
HINTS: Final = {
    "Company": "Name of the company",
    "Ticker": "AAPL",
    "Form": "10-K",
    "Period": "2024-12-31",
    "Filed": "2025-02-14",
}
"""The facts that can be corrected, and what one looks like. An empty field says nothing."""


class FactField(QLineEdit):
    """Return gives, Escape and leaving it let things be."""

    given = Signal(str)
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.given.emit(self.text().strip())
        else:
            super().keyPressEvent(event)


class FactCell(QWidget):
    """A small title over a value, with a pencil where it can be corrected."""

    given = Signal(str, str)
    """The fact's name, and what is to count."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.value = Label(elide=Qt.TextElideMode.ElideRight)
        self.value.setTextInteractionFlags(_SELECTABLE)
        self.value.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.value.setAccessibleName(name)
        self.field = FactField()
        self.field.setAccessibleName(f"Correct: {name}")
        self.field.setPlaceholderText(HINTS.get(name, ""))
        self.field.setToolTip("Return lets it count, Escape leaves it. Empty: it says nothing.")
        self.field.setMaxLength(300)
        self.field.hide()
        self.field.given.connect(self._give)
        self.field.left.connect(self.leave)
        self.field.installEventFilter(self)
        self.edit = icon_button("edit", f"Correct: {name}", self.begin)
        self.edit.setFixedSize(QSize(_SMALL, _SMALL))
        self.edit.setIconSize(QSize(_SMALL - 7, _SMALL - 7))
        self.edit.setVisible(name in HINTS)
        title = QHBoxLayout()
        title.setSpacing(0)
        self._title = caption(name)
        title.addWidget(self._title)
        title.addWidget(self.edit)
        title.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._title.setFixedHeight(_SMALL)
        layout.addLayout(title)
        layout.addWidget(self.value)
        layout.addWidget(self.field)

    def show_value(self, value: str, *, corrected: bool) -> None:
        self.value.setText(value)
        self.value.set_ink("accent" if corrected else "text")
        self._title.setText(f"{self.name} (corrected)" if corrected else self.name)
        self.value.setAccessibleName(self._title.text())
        self.leave()

    def begin(self) -> None:
        """Let the value be corrected where it stands."""
        if self.edit.isHidden():
            return
        shown = self.value.text()
        self.field.setText("" if shown == formats.NOTHING else shown)
        self.value.hide()
        self.field.show()
        self.field.setFocus()
        self.field.selectAll()

    def leave(self) -> None:
        if self.field.isHidden():
            return
        had_focus = self.field.hasFocus()
        self.field.hide()
        self.value.show()
        if had_focus:
            self.edit.setFocus()

    def _give(self, text: str) -> None:
        shown = self.value.text()
        if text == ("" if shown == formats.NOTHING else shown):
            self.leave()
        else:
            self.given.emit(self.name, text)

    def set_editable(self, editable: bool) -> None:
        self.edit.setVisible(editable and self.name in HINTS)
        if not editable:
            self.leave()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        # A press elsewhere lets things be; another window in front does not.
        if event.type() == QEvent.Type.FocusOut and self.window().isActiveWindow():
            self.leave()
        return False


class Facts(QWidget):
    """Small titles over values, in a grid."""

    given = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cells: dict[str, FactCell] = {}
        self._editable = True
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.M)
        self._grid.setVerticalSpacing(Space.XS)
        for column in range(_COLUMNS):
            self._grid.setColumnStretch(column, 2 if column == 0 else 1)

    def set_facts(
        self, facts: Sequence[tuple[str, str]], corrected: Mapping[str, object] | None = None
    ) -> None:
        for place, (name, value) in enumerate(facts):
            if name not in self.cells:
                self._add(place, name)
            self.cells[name].show_value(value, corrected=name in (corrected or {}))

    def set_editable(self, editable: bool) -> None:
        self._editable = editable
        for cell in self.cells.values():
            cell.set_editable(editable)

    def _add(self, place: int, name: str) -> None:
        row, column = divmod(place, _COLUMNS)
        cell = self.cells[name] = FactCell(name)
        cell.set_editable(self._editable)
        cell.given.connect(self.given)
        self._grid.addWidget(cell, row, column)
        self._grid.setRowMinimumHeight(row, _SMALL + Size.ROW - Space.S)
