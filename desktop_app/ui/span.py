"""A length of time as one types it: a number and its unit."""

import math

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from desktop_app.ui.editors import Choice
from desktop_app.ui.tokens import Space

UNITS = (("seconds", 1), ("minutes", 60), ("hours", 3600), ("days", 86_400))
LETTERS = "smhd"


def shortest(seconds: float) -> tuple[str, int]:
    """Seconds as a number and the unit, by its place in ``UNITS``, in which it is shortest."""
    for place in reversed(range(len(UNITS))):
        size = UNITS[place][1]
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:.0f}", place
    return f"{seconds:.6f}".rstrip("0").rstrip("."), 0


class Span(QWidget):
    """A number and its unit of time."""

    changed = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.number = QLineEdit()
        self.number.setAccessibleName(name)
        self.number.setMaxLength(20)
        self.unit = Choice()
        self.unit.setAccessibleName(f"{name}: unit")
        for word, size in UNITS:
            self.unit.addItem(word, size)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addWidget(self.number, 1)
        layout.addWidget(self.unit)
        self.setFocusProxy(self.number)
        self.number.textChanged.connect(self.changed)
        self.unit.currentIndexChanged.connect(self.changed)

    @property
    def unit_s(self) -> int:
        """Seconds of the unit."""
        return int(self.unit.currentData())

    def set_seconds(self, seconds: float | None) -> None:
        number, place = ("", 1) if seconds is None else shortest(seconds)
        self.number.setText(number)
        self.unit.setCurrentIndex(place)

    def set_expression(self, expression: str) -> None:
        """One that another version has kept need not be a number."""
        try:
            self.set_seconds(float(expression) if expression else None)
        except ValueError:
            self.number.setText(expression)

    def seconds(self) -> float | None:
        """None where nothing was typed; not a number where something else was."""
        text = self.number.text().strip()
        if not text:
            return None
        try:
            return float(text) * self.unit_s
        except ValueError:
            return math.nan

    def expression(self) -> str:
        """As a timetable takes it. A unit that was typed with the number counts."""
        text = self.number.text().strip().lower()
        if not text or text[-1] in LETTERS:
            return text
        return f"{text}{LETTERS[self.unit.currentIndex()]}"
