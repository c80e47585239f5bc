"""Names and values of one task, each on one line."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop_app.ui import fonts
from desktop_app.ui.controls import Label
from desktop_app.ui.tokens import Space

_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse
_MONO = frozenset({"Id", "Name", "Queue", "Worker"})


class Facts(QWidget):
    """A value that does not fit is cut in its middle: names of workers and tasks differ at both
    ends. Copying gives the whole."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[str, tuple[Label, Label]] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.M)
        self._grid.setVerticalSpacing(Space.XS)
        self._grid.setColumnMinimumWidth(0, 84)
        self._grid.setColumnStretch(1, 1)

    def set_rows(self, rows: Sequence[tuple[str, str]]) -> None:
        """Shows these, in the order in which each name was first given, and hides the others."""
        given = dict(rows)
        for name in given:
            if name not in self._rows:
                self._add(name)
        for name, (title, value) in self._rows.items():
            title.setVisible(name in given)
            value.setVisible(name in given)
            if value.text() != given.get(name, ""):
                value.setText(given.get(name, ""))

    def _add(self, name: str) -> None:
        font = fonts.mono() if name in _MONO else fonts.sans()
        value = Label(font=font, elide=Qt.TextElideMode.ElideMiddle)
        value.setTextInteractionFlags(_SELECTABLE)
        value.setAccessibleName(name)
        title = Label(name, ink="text_muted")
        place = len(self._rows)
        self._grid.addWidget(title, place, 0)
        self._grid.addWidget(value, place, 1)
        self._rows[name] = (title, value)
