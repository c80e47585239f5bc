"""The rows that are shown, made when they are first wanted."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QWidget

from desktop_app.services.preferences import Preference
from desktop_app.ui import fonts
from desktop_app.ui.controls import Label, muted
from desktop_app.ui.tokens import Space, Type
from desktop_app.views.settings.row import SettingRow

_SIDE_BY_SIDE = 1100
"""How wide it is for two settings beside each other; their fields would be wider than any value."""


class Sheet(QScrollArea):
    """Rows below the names of their subjects, two side by side where there is room. A row that is
    not shown keeps what was typed."""

    changed = Signal(str)
    """The name of the setting that was edited."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Settings")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows: dict[str, SettingRow] = {}
        self._heads: dict[str, Label] = {}
        self._words = muted(wrap=True)
        body = QWidget()
        body.setProperty("role", "plain")
        self._shown: list[Label | SettingRow] = []
        self._columns = 1
        self._layout = QGridLayout(body)
        self._layout.setContentsMargins(Space.L, Space.M, Space.L, Space.L)
        self._layout.setHorizontalSpacing(Space.L)
        self._layout.setVerticalSpacing(Space.M)
        self._layout.addWidget(self._words, 0, 0, 1, 2)
        self.setWidget(body)

    def show_these(self, preferences: Iterable[Preference], words: str = "") -> None:
        """Show these, in this order, with a sentence above them."""
        self.setUpdatesEnabled(False)
        try:
            self._clear()
            self._words.setText(words)
            self._words.setVisible(bool(words))
            subject = None
            for one in preferences:
                if one.subject != subject:
                    subject = one.subject
                    self._shown.append(self._head(subject))
                self._shown.append(self._row(one))
            self._place()
        finally:
            self.setUpdatesEnabled(True)
        self.verticalScrollBar().setValue(0)

    @property
    def shown(self) -> list[str]:
        """The names of the settings in sight, in their order."""
        return [one.preference.name for one in self._shown if isinstance(one, SettingRow)]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        columns = 2 if self.width() >= _SIDE_BY_SIDE else 1
        if columns != self._columns:
            self._columns = columns
            self._place()

    def _clear(self) -> None:
        for widget in self._shown:
            self._layout.removeWidget(widget)
            widget.hide()
        self._shown.clear()

    def _place(self) -> None:
        """Put what is shown into rows, read from left to right; a name has a row of its own."""
        self._layout.setRowStretch(self._layout.rowCount() - 1, 0)
        row, column = 0, self._columns
        for widget in self._shown:
            alone = isinstance(widget, Label)
            if alone or column >= self._columns:
                row, column = row + 1, 0
            wide = 2 if alone or self._columns == 1 else 1
            self._layout.addWidget(widget, row, column, 1, wide, Qt.AlignmentFlag.AlignTop)
            column += self._columns if alone else 1
            widget.show()
        for place in range(2):
            self._layout.setColumnStretch(place, 1)
        self._layout.setRowStretch(row + 1, 1)

    def _head(self, subject: str) -> Label:
        if subject not in self._heads:
            head = Label(subject, font=fonts.strong(Type.HEADING), parent=self.widget())
            head.setContentsMargins(0, Space.XS, 0, Space.XS)
            self._heads[subject] = head
        return self._heads[subject]

    def _row(self, one: Preference) -> SettingRow:
        if one.name not in self.rows:
            row = SettingRow(one)
            row.setParent(self.widget())
            row.changed.connect(lambda name=one.name: self.changed.emit(name))
            self.rows[one.name] = row
        return self.rows[one.name]
