"""What can be done to the chosen model: each thing with its key, and why not where it cannot."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QPushButton, QWidget

from desktop_app.services.models import Model
from desktop_app.ui import texts
from desktop_app.ui.controls import Kind, button
from desktop_app.views.models import wording
from worker_core.operations.models import ModelHistory
from worker_core.storage import ModelRecord

Deed = Literal["promote", "roll_back", "retrain"]

_NOTHING: Final = "Choose a model first."
_IN_USE: Final = "It is in use already."
_NONE: Final = "Choose another version than the one in use."
_NOTHING_BEFORE: Final = "No trained version is in use, so there is none to go back from."
_NO_TASK: Final = "No task retrains this by itself; it is made along with others."


@dataclass(frozen=True, slots=True)
class _Hand:
    word: str
    icon: str
    key: str
    kind: Kind


_HANDS: Final[dict[Deed, _Hand]] = {
    "promote": _Hand("Promote…", "arrow-up", "U", "primary"),
    "roll_back": _Hand("Roll back…", "undo", "B", "normal"),
    "retrain": _Hand("Retrain", "restart", "R", "normal"),
}


class Hands(QObject):
    """Buttons whose keys work wherever ``keys_in`` or a part of it has the focus."""

    def __init__(self, on_deed: Callable[[Deed], object], keys_in: QWidget) -> None:
        super().__init__(keys_in)
        self._hindrance = ""
        self._model: Model | None = None
        self._history: ModelHistory | None = None
        self._other: ModelRecord | None = None
        self.buttons: dict[Deed, QPushButton] = {}
        self.actions: dict[Deed, QAction] = {}
        for deed, hand in _HANDS.items():
            action = QAction(hand.word, self)
            action.setShortcut(QKeySequence(hand.key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(lambda _=False, deed=deed: on_deed(deed))
            keys_in.addAction(action)
            self.actions[deed] = action
            self.buttons[deed] = button(hand.word, action.trigger, kind=hand.kind, icon=hand.icon)
        self._sync()

    def show(
        self, model: Model | None, history: ModelHistory | None, other: ModelRecord | None
    ) -> None:
        """These are meant now."""
        self._model, self._history, self._other = model, history, other
        self._sync()

    def hinder(self, why: str) -> None:
        """Nothing can be changed for this reason; with an empty one it can again."""
        self._hindrance = why
        self._sync()

    def why_not(self, deed: Deed) -> str:
        """Why that cannot be done now; empty where it can."""
        if self._model is None or self._history is None:
            return _NOTHING
        if self._hindrance:
            return self._hindrance
        match deed:
            case "retrain":
                return "" if wording.can_retrain(self._model) else _NO_TASK
            case "roll_back":
                return "" if self._history.pointer.version is not None else _NOTHING_BEFORE
            case "promote":
                return self._why_not_promoted(self._history)

    def _why_not_promoted(self, history: ModelHistory) -> str:
        other = self._other
        if other is None:
            return _NONE
        if other.version == history.pointer.version:
            return _IN_USE
        return wording.GONE if other.version in history.gone else ""

    def _sync(self) -> None:
        for deed, action in self.actions.items():
            why = self.why_not(deed)
            action.setEnabled(not why)
            self.buttons[deed].setEnabled(not why)
            self.buttons[deed].setToolTip(texts.tip(why or f"{_HANDS[deed].key}"))
