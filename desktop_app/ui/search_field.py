"""A field that takes one of many known words and finds it by any part of it."""

from collections.abc import Mapping

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from desktop_app.ui import icons, texts, theme

_SHOWN = 10


class SearchField(QLineEdit):
    """``choices``: what is shown of each value. The down key lists them all."""

    chosen = Signal()
    """What is meant may be another now."""

    def __init__(
        self, name: str, choices: Mapping[str, str], hint: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._shown: dict[str, str] = {}
        self._meant: dict[str, str] = {}
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setClearButtonEnabled(True)
        self._words = QStringListModel(self)
        found = QCompleter(self._words, self)
        found.setFilterMode(Qt.MatchFlag.MatchContains)
        found.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        found.setMaxVisibleItems(_SHOWN)
        self.setCompleter(found)
        self._found = found
        self._lens = QAction(name, self)
        self.addAction(self._lens, QLineEdit.ActionPosition.LeadingPosition)
        theme.follow(self, lambda: self._lens.setIcon(icons.icon("search")))
        self.textChanged.connect(lambda _: self.chosen.emit())
        self.textChanged.connect(lambda _: self._tell_whole())
        self.set_choices(choices)

    def set_choices(self, choices: Mapping[str, str]) -> None:
        """Offer these instead; what stands in the field stays."""
        self._shown = dict(choices)
        self._meant = {shown.casefold(): value for value, shown in choices.items()}
        self._meant |= {value.casefold(): value for value in choices}
        self._words.setStringList(list(self._shown.values()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell_whole()

    def _tell_whole(self) -> None:
        """What the field is too narrow for is in its tip."""
        margins = self.textMargins()
        buttons = 2 * self.height()
        room = self.width() - margins.left() - margins.right() - buttons
        cut = self.fontMetrics().horizontalAdvance(self.text()) > room
        self.setToolTip(texts.tip(self.text()) if cut else "")

    def value(self) -> str:
        """The value that is meant; what was typed, where none is."""
        typed = self.text().strip()
        return self._meant.get(typed.casefold(), typed)

    def set_value(self, value: str) -> None:
        self.setText(self._shown.get(value, value))
        self.setCursorPosition(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        listed = self._found.popup()
        if event.key() == Qt.Key.Key_Down and not (listed is not None and listed.isVisible()):
            # All of them, unless something else than a choice was begun.
            known = self.text().strip().casefold() in self._meant
            self._found.setCompletionPrefix("" if known else self.text())
            self._found.complete()
        else:
            super().keyPressEvent(event)
