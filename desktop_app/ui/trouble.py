"""What keeps the window from working, over all of it: sentences, remedies, and the ways on."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_app.ui import fonts
from desktop_app.ui.controls import Kind, Label, button, heading
from desktop_app.ui.overlay import Overlay
from desktop_app.ui.tokens import Space

_WIDTH = 560


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and what to do about it."""

    message: str
    remedy: str


class Trouble(Overlay):
    """Stays until one of its buttons is pressed: nothing below it can be used."""

    answered = Signal(str)
    """The key of the button."""

    def __init__(
        self,
        window: QWidget,
        problems: Sequence[Problem],
        ways: Sequence[tuple[str, str]],
        title: str = "AFI Desk cannot start like this",
    ) -> None:
        """:param ways: key and label of each button, the likeliest first"""
        super().__init__(window, title)
        layout = QVBoxLayout(self.panel)
        layout.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        layout.setSpacing(Space.S)
        layout.addWidget(heading(title))
        for problem in problems:
            layout.addSpacing(Space.S)
            layout.addWidget(self._text(problem.message, Label(font=fonts.medium())))
            layout.addWidget(self._text(problem.remedy, Label(ink="text_muted")))
        layout.addSpacing(Space.M)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        self.buttons: dict[str, QPushButton] = {}
        for number, (key, label) in enumerate(ways):
            kind: Kind = "primary" if number == 0 else "normal"
            one = button(label, partial(self._answer, key), kind=kind)
            self.buttons[key] = one
            buttons.addWidget(one)
        buttons.addStretch(1)
        layout.addLayout(buttons)
        self.panel.setFixedWidth(_WIDTH)

    def _text(self, text: str, label: Label) -> Label:
        label.setText(text)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _answer(self, key: str) -> None:
        self.close_overlay()
        self.answered.emit(key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
