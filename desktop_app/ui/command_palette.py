"""Ctrl+K: everything that can be done, by a few letters of its name."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop_app.ui.tokens import Space

WIDTH, HEIGHT = 560, 380
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be done. ``group`` is a word before its title, ``keys`` its shortcut."""

    title: str
    group: str
    callback: Callable[[], object]
    keys: str = ""


Provider = Callable[[], Iterable[Action]]


def match(query: str, text: str) -> int | None:
    """How well the letters of ``query`` are found in this order in ``text``: the lower the better,
    None if they are not all there. Letters at the start of words and in a row count most."""
    cost, last, lower = 0, -1, text.lower()
    for letter in query.lower().replace(" ", ""):
        place = lower.find(letter, last + 1)
        if place < 0:
            return None
        begins_word = place == 0 or not lower[place - 1].isalnum()
        if place != last + 1:
            later = next(
                (
                    i
                    for i in range(place, len(lower))
                    if lower[i] == letter and not lower[i - 1].isalnum()
                ),
                None,
            )
            if not begins_word and later is not None:
                place, begins_word = later, True
            cost += 1 if begins_word else 5 + place - last
        last = place
    return cost * 100 + len(text)


def ranked(query: str, actions: Iterable[Action]) -> list[Action]:
    """The actions that match, best first; all of them, in their order, without a query."""
    if not query.strip():
        return list(actions)
    found = [(match(query, f"{a.group} {a.title}"), match(query, a.title), a) for a in actions]
    scored = [
        (min(cost for cost in (whole, alone) if cost is not None), action)
        for whole, alone, action in found
        if whole is not None or alone is not None
    ]
    return [action for _, action in sorted(scored, key=lambda pair: pair[0])]


class CommandPalette(QDialog):
    """A field and what it finds; Return does the chosen thing, Escape leaves."""

    def __init__(self, providers: Sequence[Provider], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setWindowTitle("Commands")
        self.setProperty("role", "raised")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._actions = [action for provider in providers for action in provider()]
        self._field = QLineEdit()
        self._field.setPlaceholderText("Go to a page, find an action …")
        self._field.setAccessibleName("Search commands")
        self._list = QListWidget()
        self._list.setAccessibleName("Commands found")
        self._list.setFrameShape(QListWidget.Shape.NoFrame)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        layout.addWidget(self._field)
        layout.addWidget(self._list)
        self._field.textChanged.connect(self._fill)
        self._field.installEventFilter(self)
        self._list.itemClicked.connect(self._run)
        self.resize(WIDTH, HEIGHT)
        self._fill("")

    def show_over(self, parent: QWidget) -> None:
        corner = parent.mapToGlobal(parent.rect().topLeft())
        self.move(corner.x() + (parent.width() - WIDTH) // 2, corner.y() + 72)
        self.show()
        self._field.setFocus()

    def titles(self) -> list[str]:
        """What is listed now, best first."""
        return [self._list.item(row).text() for row in range(self._list.count())]

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            row = (self._list.currentRow() + step) % max(1, self._list.count())
            self._list.setCurrentRow(row)
            return True
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if (item := self._list.currentItem()) is not None:
                self._run(item)
            return True
        return False

    def _fill(self, query: str) -> None:
        self._list.clear()
        for action in ranked(query, self._actions)[:SHOWN]:
            keys = f"    {action.keys}" if action.keys else ""
            item = QListWidgetItem(f"{action.group}: {action.title}{keys}")
            item.setData(Qt.ItemDataRole.UserRole, action)
            self._list.addItem(item)
        self._list.setCurrentRow(0)

    def _run(self, item: QListWidgetItem) -> None:
        action: Action = item.data(Qt.ItemDataRole.UserRole)
        self.close()
        action.callback()
