"""Cards side by side, in as many rows as they need to be read."""

import math

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from desktop_app.ui.tokens import Space


class CardGrid(QWidget):
    """Shares its width among cards, each at least ``least`` wide; rows are as even as can be."""

    def __init__(self, least: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least = least
        self._cards: list[QWidget] = []
        self._columns = 0
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(Space.M)

    @property
    def columns(self) -> int:
        """How many cards stand side by side."""
        return self._columns

    def add(self, card: QWidget) -> None:
        self._cards.append(card)
        self._columns = 0
        self._place()

    def remove(self, card: QWidget) -> None:
        """Takes a card out; it is the caller's to delete.

        :raises ValueError: it is none of these
        """
        self._cards.remove(card)
        self._grid.removeWidget(card)
        self._columns = 0
        self._place()

    def _place(self) -> None:
        if not self._cards:
            return
        fitting = max((self.width() + Space.M) // (self._least + Space.M), 1)
        rows = math.ceil(len(self._cards) / fitting)
        columns = math.ceil(len(self._cards) / rows)
        if columns == self._columns:
            return
        for place, card in enumerate(self._cards):
            self._grid.addWidget(card, place // columns, place % columns)
        # After that: a column that only now came to be would have no share.
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, int(column < columns))
        self._columns = columns

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()
