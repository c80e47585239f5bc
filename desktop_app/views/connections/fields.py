"""What the forms of connections are made of."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QGridLayout, QLineEdit, QWidget

from desktop_app.ui import fonts
from desktop_app.ui.controls import caption
from desktop_app.ui.tokens import Space


def line(name: str, hint: str, *, mono: bool = False) -> QLineEdit:
    """A field of one line."""
    made = QLineEdit()
    made.setAccessibleName(name)
    made.setPlaceholderText(hint)
    if mono:
        made.setFont(fonts.mono(12))
    return made


def choose_pem(asking: QWidget, chosen: Callable[[str], object]) -> None:
    """Ask for a file; ``chosen`` is given its path."""
    dialog = QFileDialog(asking.window(), "Choose a PEM file")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda path: chosen(str(Path(path))))
    dialog.open()


class Places:
    """Puts captions and fields one below another."""

    def __init__(self) -> None:
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(Space.L)
        self.grid.setVerticalSpacing(Space.XS)
        self.grid.setColumnStretch(0, 1)
        self.grid.setColumnStretch(1, 1)
        self.row = 0

    def both(self, title: str, field: QWidget) -> None:
        self._named(title, field, 0, 2)
        self._next()

    def pair(self, left: str, first: QWidget, right: str, second: QWidget) -> None:
        self._named(left, first, 0, 1)
        self._named(right, second, 1, 1)
        self._next()

    def note(self, words: QWidget) -> None:
        self.grid.addWidget(words, self.row, 0, 1, 2)
        self.grid.setRowMinimumHeight(self.row + 1, Space.S)
        self.row += 2

    def _named(self, title: str, field: QWidget, column: int, span: int) -> None:
        name = caption(title)
        name.setBuddy(field)
        self.grid.addWidget(name, self.row, column, 1, span)
        self.grid.addWidget(field, self.row + 1, column, 1, span)

    def _next(self) -> None:
        self.grid.setRowMinimumHeight(self.row + 2, Space.S)
        self.row += 3
