"""The rows that are shown, made when they are first wanted."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop_app.services.preferences import Preference
from desktop_app.ui import fonts
from desktop_app.ui.controls import Label, muted
from desktop_app.ui.tokens import Space, Type
from desktop_app.views.settings.row import SettingRow


class Sheet(QScrollArea):
    """Rows below the names of their subjects. A row that is not shown keeps what was typed."""

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
        self._layout = QVBoxLayout(body)
        self._layout.setContentsMargins(Space.L, Space.M, Space.L, Space.L)
        self._layout.setSpacing(Space.M)
        self._layout.addWidget(self._words)
        self._layout.addStretch(1)
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
                    self._append(self._head(subject))
                self._append(self._row(one))
        finally:
            self.setUpdatesEnabled(True)
        self.verticalScrollBar().setValue(0)

    @property
    def shown(self) -> list[str]:
        """The names of the settings in sight, in their order."""
        items = (self._layout.itemAt(place) for place in range(self._layout.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [one.preference.name for one in widgets if isinstance(one, SettingRow)]

    def _clear(self) -> None:
        # The sentence stays first, and the stretch last.
        while self._layout.count() > 2:
            item = self._layout.takeAt(1)
            if item is not None and (widget := item.widget()) is not None:
                widget.hide()

    def _append(self, widget: QWidget) -> None:
        self._layout.insertWidget(self._layout.count() - 1, widget)
        widget.show()

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
