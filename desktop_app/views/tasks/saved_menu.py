"""The menu of saved searches: choose one, keep the present one, and put them in order."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QWidget

from desktop_app.qt_models.words import clean
from desktop_app.services.saved_queries import LONGEST_NAME, SavedQueries, SavedQueriesError
from desktop_app.ui import icons, texts
from desktop_app.ui.controls import Label, button
from desktop_app.ui.messages import Messages
from desktop_app.ui.tokens import Space


class SavedMenu(QMenu):
    """To be filled each time before it is opened: another window may have changed the file."""

    chosen = Signal(str)
    """The text of a search."""
    naming = Signal(str, object)
    """A name is wanted: what to begin with, and what to call with it."""

    def __init__(self, saved: SavedQueries, messages: Messages, parent: QWidget) -> None:
        super().__init__(parent)
        self.setToolTipsVisible(True)
        self._saved = saved
        self._messages = messages
        self._told = ""
        self.text = ""
        """The search that would be saved."""

    def fill(self) -> None:
        self.clear()
        queries = self._saved.all()
        self._tell_problem()
        for query in queries:
            action = self.addAction(_shown(query.name))
            action.setToolTip(texts.tip(clean(query.text)))
            action.triggered.connect(lambda _=False, text=query.text: self.chosen.emit(text))
        self.addSeparator()
        save = self.addAction(icons.icon("plus"), "Save this search…")
        save.setEnabled(bool(self.text.strip()))
        save.triggered.connect(lambda _=False: self._ask_name("", self._keep(self.text)))
        if queries:
            change = self.addMenu(icons.icon("edit"), "Change")
            for place, query in enumerate(queries):
                self._add_changes(change, query.name, place, len(queries))

    def _add_changes(self, menu: QMenu, name: str, place: int, number: int) -> None:
        entry = menu.addMenu(_shown(name))

        def add(title: str, icon: str, act: Callable[[], object]) -> None:
            entry.addAction(icons.icon(icon), title).triggered.connect(lambda _=False: act())

        add("Rename…", "edit", lambda: self._ask_name(name, self._rename(name)))
        if place:
            add("Move up", "arrow-up", lambda: self._try(lambda: self._saved.move(name, place - 1)))
        if place + 1 < number:
            add(
                "Move down",
                "arrow-down",
                lambda: self._try(lambda: self._saved.move(name, place + 1)),
            )
        add("Remove", "trash", lambda: self._try(lambda: self._saved.remove(name)))

    def _ask_name(self, name: str, give: Callable[[str], bool]) -> None:
        self.naming.emit(name, give)

    def _keep(self, text: str) -> Callable[[str], bool]:
        return lambda name: self._try(lambda: self._saved.save(name, text))

    def _rename(self, old: str) -> Callable[[str], bool]:
        return lambda name: self._try(lambda: self._saved.rename(old, name))

    def _try(self, change: Callable[[], object]) -> bool:
        """Whether it could be done; if not, why not is told."""
        try:
            change()
        except SavedQueriesError as error:
            self._messages.warn(error.message, error.remedy)
            return False
        return True

    def _tell_problem(self) -> None:
        problem = self._saved.problem
        if problem and problem != self._told:
            self._messages.warn(problem, "The searches that come with the application are shown.")
        self._told = problem


class NameRow(QWidget):
    """Hidden until a name is wanted; Return gives it, Escape does not."""

    done = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._give: Callable[[str], bool] | None = None
        self.field = QLineEdit()
        self.field.setAccessibleName("Name of the search")
        self.field.setPlaceholderText("For example: Late forecasts")
        self.field.setMaxLength(LONGEST_NAME)
        self.field.returnPressed.connect(self._ready)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addWidget(Label("Name of the search"))
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
