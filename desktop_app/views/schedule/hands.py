"""What can be done to the chosen entry: each thing with its word, its key and its conditions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QPushButton, QToolButton, QWidget

from desktop_app.ui import icons, texts, theme
from desktop_app.ui.controls import button, icon_button
from desktop_app.ui.one_at_a_time import READ_ONLY
from worker_core.operations.schedule import ScheduleEntry

Deed = Literal["run", "edit", "switch", "seen", "reset", "remove", "task"]

NOTHING_CHOSEN = "Choose an entry first."
_UPKEEP = "It delivers tasks that the broker has lost, and stays as it is."
_BUILT_IN = "It comes with the program. Disable it instead."
_AS_IT_CAME = "It is as it came with the program."
_OWN = "It did not come with the program. Edit or remove it."
_NOTHING_MISSED = "It has missed nothing."
_NEVER_RAN = "It has started no task yet."
_CHANGED_BY_NOBODY: tuple[Deed, ...] = ("edit", "switch", "remove")


@dataclass(frozen=True, slots=True)
class _Hand:
    word: str
    icon: str
    key: str
    changes: bool = True


_HANDS: dict[Deed, _Hand] = {
    "run": _Hand("Run now", "play", "R"),
    "edit": _Hand("Edit…", "edit", "E"),
    "switch": _Hand("Disable", "pause", "D"),
    "seen": _Hand("Missed runs seen", "check", "S"),
    "task": _Hand("Show the last task", "tasks", "L", changes=False),
    "reset": _Hand("Reset to built-in", "undo", "Shift+R"),
    "remove": _Hand("Remove", "trash", "Del"),
}


def refusal(deed: Deed, row: ScheduleEntry) -> str:
    """Why that cannot be done to an entry; empty where it can."""
    refused: dict[Deed, str] = {}
    if row.enabled and row.problem is not None and not row.overdue:
        refused["run"] = row.problem
    if not row.missed:
        refused["seen"] = _NOTHING_MISSED
    if row.last_task_id is None:
        refused["task"] = _NEVER_RAN
    if not (row.built_in and row.edited):
        refused["reset"] = _AS_IT_CAME if row.built_in else _OWN
    if row.built_in:
        refused["remove"] = _BUILT_IN
    if row.upkeep:
        refused |= dict.fromkeys(_CHANGED_BY_NOBODY, _UPKEEP)
    return refused.get(deed, "")


class Hands(QObject):
    """Actions whose keys work wherever ``keys_in`` or a part of it has the focus. ``on_deed`` is
    called with what was chosen."""

    def __init__(self, on_deed: Callable[[Deed, ScheduleEntry], object], keys_in: QWidget) -> None:
        super().__init__(keys_in)
        self._on_deed = on_deed
        self._row: ScheduleEntry | None = None
        self._hindrance = ""
        self.actions: dict[Deed, QAction] = {}
        self._buttons: list[tuple[Deed, QPushButton | QToolButton]] = []
        for deed, hand in _HANDS.items():
            action = QAction(hand.word, self)
            action.setShortcut(QKeySequence(hand.key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.setShortcutVisibleInContextMenu(True)
            action.triggered.connect(lambda _=False, deed=deed: self._do(deed))
            keys_in.addAction(action)
            self.actions[deed] = action
        self.show_row(None)

    def show_row(self, row: ScheduleEntry | None) -> None:
        """This entry is meant now."""
        self._row = row
        if row is not None:
            self.actions["switch"].setText("Disable" if row.enabled else "Enable")
        for deed, action in self.actions.items():
            why = self._why_not(deed)
            action.setEnabled(not why)
            key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            action.setToolTip(texts.tip(why or f"{action.text().rstrip('…')} ({key})"))
        self._sync()

    def hinder(self, why: str) -> None:
        """Nothing can be changed for this reason; with an empty one it can again."""
        self._hindrance = why
        self.show_row(self._row)

    def button(self, deed: Deed) -> QPushButton:
        """A button for it that lives as long as this does."""
        hand, action = _HANDS[deed], self.actions[deed]
        made = button(hand.word, action.trigger)
        self._buttons.append((deed, made))
        theme.follow(made, self._sync)
        return made

    def icon_button(self, deed: Deed) -> QToolButton:
        """The same as a picture alone."""
        hand, action = _HANDS[deed], self.actions[deed]
        made = icon_button(hand.icon, hand.word, action.trigger)
        self._buttons.append((deed, made))
        theme.follow(made, self._sync)
        return made

    def menu(self, parent: QWidget) -> QMenu:
        """All of them, for the mouse."""
        menu = QMenu(parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for deed, action in self.actions.items():
            if deed == "reset":
                menu.addSeparator()
            action.setIcon(icons.icon(self._icon(deed)))
            menu.addAction(action)
        return menu

    def _icon(self, deed: Deed) -> str:
        off = self._row is not None and not self._row.enabled
        return "play" if deed == "switch" and off else _HANDS[deed].icon

    def _sync(self) -> None:
        for deed, made in self._buttons:
            action = self.actions[deed]
            if isinstance(made, QPushButton):
                made.setText(action.text())
            made.setIcon(icons.icon(self._icon(deed), theme.tokens().text_muted))
            made.setToolTip(action.toolTip())
            made.setEnabled(action.isEnabled())

    def _why_not(self, deed: Deed) -> str:
        if self._row is None:
            return NOTHING_CHOSEN
        if _HANDS[deed].changes and self._hindrance:
            return self._hindrance
        return refusal(deed, self._row)

    def _do(self, deed: Deed) -> None:
        if self._row is not None:
            self._on_deed(deed, self._row)


def hindrance(*, read_only: bool, busy: bool) -> str:
    """Why nothing can be changed at the moment; empty where it can."""
    if read_only:
        return READ_ONLY
    return "The change before is still under way." if busy else ""
