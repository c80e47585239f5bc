"""What can be done to the chosen alerts and to the chosen rule: each with its word and its key."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from desktop_app.ui import icons, texts, theme
from desktop_app.ui.controls import button

Deed = Literal["acknowledge", "snooze", "reopen", "go", "details", "edit", "arm", "remove"]


@dataclass(frozen=True, slots=True)
class _Hand:
    word: str
    icon: str
    key: str


_HANDS: dict[Deed, _Hand] = {
    "acknowledge": _Hand("Acknowledge", "check", "A"),
    "snooze": _Hand("Snooze…", "clock", "Z"),
    "reopen": _Hand("Let it fire again", "undo", "F"),
    "go": _Hand("Go to it", "arrow-right", "G"),
    "details": _Hand("Details", "info", "I"),
    "edit": _Hand("Edit…", "edit", "E"),
    "arm": _Hand("Arm", "play", "R"),
    "remove": _Hand("Delete", "trash", "Del"),
}
OF_ALERTS: tuple[Deed, ...] = ("acknowledge", "snooze", "reopen", "go", "details")
OF_RULES: tuple[Deed, ...] = ("edit", "arm", "remove")


class Hands(QObject):
    """Actions whose keys work wherever ``keys_in`` or a part of it has the focus."""

    chosen = Signal(str)
    """A :data:`Deed`."""

    def __init__(self, deeds: Sequence[Deed], keys_in: QWidget) -> None:
        super().__init__(keys_in)
        self.actions: dict[Deed, QAction] = {}
        self._icons: dict[Deed, str] = {}
        self._buttons: list[tuple[Deed, QPushButton]] = []
        for deed in deeds:
            hand = _HANDS[deed]
            action = QAction(hand.word, self)
            action.setShortcut(QKeySequence(hand.key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.setShortcutVisibleInContextMenu(True)
            action.triggered.connect(lambda _=False, deed=deed: self.chosen.emit(deed))
            keys_in.addAction(action)
            self.actions[deed] = action
            self._icons[deed] = hand.icon

    def allow(self, deed: Deed, why_not: str, word: str = "", icon: str = "") -> None:
        """It can be done, unless ``why_not`` says why it cannot; ``word`` is what it is called
        now."""
        action = self.actions[deed]
        action.setText(word or _HANDS[deed].word)
        self._icons[deed] = icon or _HANDS[deed].icon
        action.setEnabled(not why_not)
        key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(texts.tip(why_not or f"{action.text().rstrip('…')} ({key})"))
        self._sync()

    def button(self, deed: Deed, *, plain: bool = False) -> QPushButton:
        """A button for it that lives as long as this does; ``plain`` has its word alone."""
        made = button(_HANDS[deed].word, self.actions[deed].trigger)
        made.setProperty("plain", plain)
        self._buttons.append((deed, made))
        theme.follow(made, self._sync)
        return made

    def menu(self, parent: QWidget) -> QMenu:
        """All of them, for the mouse."""
        menu = QMenu(parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for deed, action in self.actions.items():
            action.setIcon(icons.icon(self._icons[deed]))
            menu.addAction(action)
        return menu

    def place_of(self, deed: Deed, otherwise: QWidget) -> QPoint:
        """Where a menu that belongs to it opens: below its button, or within ``otherwise``."""
        for one, made in self._buttons:
            if one == deed and made.isVisible():
                return made.mapToGlobal(made.rect().bottomLeft())
        return otherwise.mapToGlobal(otherwise.rect().center())

    def _sync(self) -> None:
        for deed, made in self._buttons:
            action = self.actions[deed]
            made.setText(action.text())
            if not made.property("plain"):
                made.setIcon(icons.icon(self._icons[deed], theme.tokens().text_muted))
            made.setToolTip(action.toolTip())
            made.setEnabled(action.isEnabled())
