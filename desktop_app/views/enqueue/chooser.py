"""The left half of the page: search and list."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desktop_app.ui import icons, theme
from desktop_app.ui.controls import Hairline, Surface
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.tokens import Space
from desktop_app.views.enqueue.task_list import TaskList
from desktop_app.views.enqueue.task_model import TaskModel
from worker_core.catalog import TASKS, TaskSpec

_NARROWEST = 240


class Chooser(Surface):
    """All tasks, and a field that leaves those that fit. ``task`` is the one chosen last, also
    while the search leaves it out."""

    chosen = Signal(str)
    entered_task = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(_NARROWEST)
        self.tasks: Mapping[str, TaskSpec] = TASKS
        self._model = TaskModel(TASKS.values(), self)
        self.list = TaskList(self._model)
        self.list.chosen.connect(self._took)
        self.list.entered_task.connect(self.entered_task)
        self.field = QLineEdit(placeholderText="Search tasks")
        self.field.setAccessibleName("Search tasks")
        # The room that an action leaves at the text is added to that of the stylesheet.
        self.field.setTextMargins(-Space.S, 0, 0, 0)
        self._lens = QAction("Search tasks", self.field)
        self._lens.triggered.connect(self.field.setFocus)
        self.field.addAction(self._lens, QLineEdit.ActionPosition.LeadingPosition)
        self._clear = QAction("Clear the search (Esc)", self.field)
        self._clear.triggered.connect(self.field.clear)
        self.field.addAction(self._clear, QLineEdit.ActionPosition.TrailingPosition)
        self._clear.setVisible(False)
        theme.follow(self, self._redraw)
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self._nothing = EmptyState("search", "No task fits", "Try fewer or other words.")
        self._nothing.hide()
        head = QVBoxLayout()
        head.setContentsMargins(Space.M, Space.M, Space.M, Space.S)
        head.addWidget(self.field)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(Hairline())
        layout.addWidget(self.list, 1)
        layout.addWidget(self._nothing, 1)
        self.task: TaskSpec = next(iter(TASKS.values()))
        self.list.choose_first()

    def offer(self, tasks: Iterable[TaskSpec]) -> None:
        """Offer these tasks instead, at least one; the one that is chosen stays so if it can."""
        self.tasks = {spec.name: spec for spec in tasks}
        self._model.set_tasks(self.tasks.values())
        self._search(self.field.text())

    def choose(self, name: str) -> None:
        """Puts the cursor on a task of the catalog, if need be by giving up the search."""
        if not self.list.choose(name):
            self.field.clear()
            self.list.choose(name)

    def _took(self, name: str) -> None:
        self.task = self.tasks[name]
        self.chosen.emit(name)

    def _redraw(self) -> None:
        self._lens.setIcon(icons.icon("search"))
        self._clear.setIcon(icons.icon("close"))

    def _search(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        self._model.search(text)
        found = self._model.rowCount() > 0
        self.list.setVisible(found)
        self._nothing.setVisible(not found)
        if not self.list.choose(self.task.name):
            self.list.choose_first()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the search field, arrows and Return are the list's and Escape clears."""
        pressed = event.type() == QEvent.Type.KeyPress
        if watched is self.field and pressed and isinstance(event, QKeyEvent):
            return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        match event.key():
            case Qt.Key.Key_Down | Qt.Key.Key_Up:
                self.list.setFocus(Qt.FocusReason.OtherFocusReason)
                self.list.keyPressEvent(event)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if not event.modifiers():
                if self.list.chosen_task() is not None:
                    self.entered_task.emit()
            case Qt.Key.Key_Escape if self.field.text():
                self.field.clear()
            case _:
                return False
        return True
