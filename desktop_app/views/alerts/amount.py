"""The field of an amount of what is measured."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from desktop_app.ui.controls import Label
from desktop_app.ui.tokens import Space
from desktop_app.views.alerts import wording
from worker_core.operations.alert_rules import Measure


class Amount(QWidget):
    """A value of the measure that is chosen, and what it is counted in."""

    changed = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.number = QLineEdit()
        self.number.setAccessibleName(name)
        self.number.setMaxLength(30)
        self.unit = Label(ink="text_muted")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addWidget(self.number, 1)
        layout.addWidget(self.unit)
        self.setFocusProxy(self.number)
        self.number.textChanged.connect(lambda _: self.changed.emit())

    def show_value(self, value: float, measure: Measure) -> None:
        self.number.setText(wording.typed(value, measure))

    def set_unit(self, measure: Measure) -> None:
        self.unit.setText(wording.unit_words(measure))

    def value(self, measure: Measure) -> float | None:
        return wording.read(self.number.text(), measure)
