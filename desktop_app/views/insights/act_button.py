"""Buttons that enqueue the task that brings what is missing."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop_app.ui.controls import Kind, button
from desktop_app.ui.tokens import Space
from desktop_app.views.insights.acts import Act


class ActButtons(QWidget):
    """One below the other. While nothing may be changed they say why not."""

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: list[QPushButton] = []
        self._acts: list[Act] = []
        self._hindrance = ""
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(Space.XS)

    def offer(self, acts: Sequence[Act]) -> None:
        if list(acts) == self._acts:
            return
        self._acts = list(acts)
        for old in self.buttons:
            self._layout.removeWidget(old)
            old.deleteLater()
        self.buttons = [act_button(act, self.wanted.emit) for act in acts]
        for made in self.buttons:
            self._layout.addWidget(made)
        self.setVisible(bool(acts))
        self.hinder(self._hindrance)

    def hinder(self, why: str) -> None:
        """Nothing can be started for this reason; with an empty one it can."""
        self._hindrance = why
        for act, made in zip(self._acts, self.buttons, strict=True):
            hinder(made, act, why)


def act_button(
    act: Act, on_click: Callable[[Act], object], *, kind: Kind = "normal"
) -> QPushButton:
    made = button(act.words, lambda: on_click(act), kind=kind)
    hinder(made, act, "")
    return made


def hinder(made: QPushButton, act: Act, why: str) -> None:
    made.setEnabled(not why)
    made.setToolTip(why or f"Enqueues “{act.title}”")
