"""A menu of things that were given a name: choose one, keep the present one, put them in order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QWidget

from desktop_app.services.named_file import LONGEST_NAME, Named, NamedFile, NamedFileError
from desktop_app.services.shown import clean
from desktop_app.ui import icons, texts
from desktop_app.ui.controls import Label, button
from desktop_app.ui.messages import MessageAction, Messages
from desktop_app.ui.tokens import Space


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the menu is of.

    Attributes:
        tip: what one of its things says.
        keep: keeps the present one under a name; ``can_keep``, whether there is one.
    """

    file: NamedFile[Any]
    tip: Callable[[Any], str]
    keep: Callable[[str], None]
    can_keep: bool


class NamedMenu(QMenu):
    """To be filled each time before it is opened: another window may have changed the file."""

    chosen = Signal(object)
    """The thing itself."""
    naming = Signal(str, object)
    """A name is wanted: what to begin with, and what to call with it."""

    def __init__(self, messages: Messages, parent: QWidget) -> None:
        super().__init__(parent)
        self.setToolTipsVisible(True)
        self._messages = messages
        self._told = ""

    def fill(self, shelf: Shelf) -> None:
        self.clear()
        things: Sequence[Named] = shelf.file.all()
        self._tell_problem(shelf.file.problem)
        for thing in things:
            action = self.addAction(_shown(thing.name))
            action.setToolTip(texts.tip(clean(shelf.tip(thing))))
            action.triggered.connect(lambda _=False, thing=thing: self.chosen.emit(thing))
        self.addSeparator()
        word = shelf.file.words.one
        save = self.addAction(icons.icon("plus"), f"Save this {word}…")
        save.setEnabled(shelf.can_keep)
        save.triggered.connect(lambda _=False: self.naming.emit("", self._keep(shelf)))
        if things:
            change = self.addMenu(icons.icon("edit"), "Change")
            for place, thing in enumerate(things):
                entry = change.addMenu(_shown(thing.name))
                self._add_changes(entry, shelf.file, thing.name, (place, len(things)))

    def _add_changes(
        self, entry: QMenu, file: NamedFile[Any], name: str, at: tuple[int, int]
    ) -> None:
        place, number = at

        def add(title: str, icon: str, act: Callable[[], object]) -> None:
            entry.addAction(icons.icon(icon), title).triggered.connect(lambda _=False: act())

        add("Rename…", "edit", lambda: self.naming.emit(name, self._rename(file, name)))
        if place:
            add("Move up", "arrow-up", lambda: self._try(lambda: file.move(name, place - 1)))
        if place + 1 < number:
            add("Move down", "arrow-down", lambda: self._try(lambda: file.move(name, place + 1)))
        add("Remove", "trash", lambda: self._try(lambda: self._remove(file, name)))

    def _keep(self, shelf: Shelf) -> Callable[[str], bool]:
        return lambda name: self._try(lambda: shelf.keep(name))

    def _rename(self, file: NamedFile[Any], old: str) -> Callable[[str], bool]:
        return lambda name: self._try(lambda: file.rename(old, name))

    def _remove(self, file: NamedFile[Any], name: str) -> None:
        removed = file.remove(name)
        if removed is not None:
            thing, place = removed
            back = MessageAction("Undo", lambda: self._try(lambda: file.put(thing, place)))
            self._messages.info(f"The {file.words.one} “{clean(name)}” is removed.", action=back)

    def _try(self, change: Callable[[], object]) -> bool:
        """Whether it could be done; if not, why not is told."""
        try:
            change()
        except NamedFileError as error:
            self._messages.warn(error.message, error.remedy)
            return False
        return True

    def _tell_problem(self, problem: str) -> None:
        if problem and problem != self._told:
            self._messages.warn(problem, "What comes with the application is shown.")
        self._told = problem


class NameRow(QWidget):
    """Hidden until a name is wanted; Return gives it, Escape does not."""

    done = Signal()

    def __init__(self, word: str, example: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._give: Callable[[str], bool] | None = None
        self.field = QLineEdit()
        self.field.setAccessibleName(f"Name of the {word}")
        self.field.setPlaceholderText(f"For example: {example}")
        self.field.setMaxLength(LONGEST_NAME)
        self.field.returnPressed.connect(self._ready)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addWidget(Label(f"Name of the {word}"))
        layout.addWidget(self.field, 1)
        layout.addWidget(button("Save", self._ready, kind="primary"))
        layout.addWidget(button("Leave it", self._end, kind="quiet"))
        self.hide()

    def ask(self, name: str, give: Callable[[str], bool]) -> None:
        """``give`` is called with what is typed, until it says that it could be kept."""
        self._give = give
        self.field.setText(name)
        self.show()
        self.field.setFocus()
        self.field.selectAll()

    def _ready(self) -> None:
        if self._give is not None and self._give(self.field.text()):
            self._end()

    def withdraw(self) -> None:
        """No name is wanted any more."""
        if not self.isHidden():
            self._end()

    def _end(self) -> None:
        self._give = None
        self.hide()
        self.done.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._end()
        else:
            super().keyPressEvent(event)


def _shown(name: str) -> str:
    # An ampersand in an entry would make a shortcut.
    return clean(name).replace("&", "&&")
