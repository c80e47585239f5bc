"""Ctrl+K: everything that can be done, by a few letters of its name."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui import caps, fonts, fuzzy, theme
from desktop_app.ui.columns import AnyIndex
from desktop_app.ui.controls import Hairline, Label
from desktop_app.ui.overlay import Overlay
from desktop_app.ui.tokens import Radius, Space, Tokens, Type

WIDTH = 600
ROW = 34
ROWS = 11
SHOWN = 100
ActionRole = Qt.ItemDataRole.UserRole
PlacesRole = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be done. ``group`` says what kind of thing it is, ``keys`` its
    shortcut."""

    title: str
    group: str
    callback: Callable[[], object]
    keys: str = ""


Provider = Callable[[], Iterable[Action]]
"""Gives actions each time the palette is opened."""
Search = Callable[[str], Action]
"""Gives the action that looks elsewhere for what was typed; it stands below all that is found."""


def ranked(query: str, actions: Iterable[Action]) -> list[tuple[Action, frozenset[int]]]:
    """The actions that match, best first, each with the places of the letters that were found in
    its title; all of them, in their order, without a query."""
    if not query.strip():
        return [(action, frozenset()) for action in actions]
    found: list[tuple[float, Action, frozenset[int]]] = []
    sieve = fuzzy.Sieve(query)
    for action in actions:
        if sieve.holds_back(f"{action.title} {action.group}"):
            continue
        if (title := fuzzy.match(query, action.title)) is not None:
            found.append((title.score, action, title.places))
        elif (whole := fuzzy.match(query, f"{action.title} {action.group}")) is not None:
            inside = frozenset(place for place in whole.places if place < len(action.title))
            found.append((whole.score - ROW, action, inside))
    found.sort(key=lambda entry: -entry[0])
    return [(action, places) for _, action, places in found]


class CommandPalette(Overlay):
    """A field and what it finds; Return does the chosen thing, Escape leaves."""

    def __init__(
        self, providers: Sequence[Provider], window: QWidget, searches: Sequence[Search] = ()
    ) -> None:
        super().__init__(window, "Commands")
        self._searches = searches
        self._actions = [action for provider in providers for action in provider()]
        self.field = QLineEdit()
        self.field.setPlaceholderText("Go to a page, find an action …")
        self.field.setAccessibleName("Search commands")
        self.field.setFrame(False)
        self.field.setFont(fonts.sans(Type.HEADING))
        self.field.setProperty("role", "plain")
        self.field.setTextMargins(Space.S - Space.XXS, 0, Space.S, 0)
        self.list = QListWidget()
        self.list.setAccessibleName("Commands found")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setProperty("role", "plain")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(RowDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self._nothing = Label("Nothing is called that.", ink="text_muted")
        self._nothing.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        layout = QVBoxLayout(self.panel)
        layout.setContentsMargins(1, Space.S, 1, Space.S)
        layout.setSpacing(Space.S)
        for widget in (self.field, Hairline(), self.list, self._nothing):
            layout.addWidget(widget)
        self.field.textChanged.connect(self._fill)
        self.field.returnPressed.connect(self._run_current)
        self.list.itemClicked.connect(self._run)
        self.panel.setFixedWidth(WIDTH)
        self._fill("")

    def open(self) -> None:
        super().open()
        self.field.setFocus()

    def titles(self) -> list[str]:
        """What is listed now, best first."""
        return [self.list.item(row).text() for row in range(self.list.count())]

    def place_panel(self) -> None:
        rows = self.list.count()
        self.list.setFixedHeight(min(rows, ROWS) * ROW)
        self.list.setVisible(rows > 0)
        self._nothing.setVisible(rows == 0)
        self.panel.adjustSize()
        self.panel.move((self.width() - WIDTH) // 2, self.height() // 10)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The field leaves these to what it stands in."""
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: ROWS,
            Qt.Key.Key_PageUp: -ROWS,
        }
        step = steps.get(Qt.Key(event.key()))
        rows = self.list.count()
        if step is None or rows == 0:
            super().keyPressEvent(event)
            return
        row = self.list.currentRow() + step
        self.list.setCurrentRow(row % rows if abs(step) == 1 else min(max(row, 0), rows - 1))

    def _fill(self, query: str) -> None:
        self.list.clear()
        found = ranked(query, self._actions)[:SHOWN]
        if words := query.strip():
            found += [(search(words), frozenset()) for search in self._searches]
        for action, places in found:
            item = QListWidgetItem(action.title)
            item.setData(ActionRole, action)
            item.setData(PlacesRole, places)
            spoken = ", ".join(filter(None, (action.title, action.group, action.keys)))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.place_panel()

    def _run_current(self) -> None:
        if (item := self.list.currentItem()) is not None:
            self._run(item)

    def _run(self, item: QListWidgetItem) -> None:
        action: Action = item.data(ActionRole)
        self.close_overlay()
        action.callback()


class RowDelegate(QStyledItemDelegate):
    """The title with the letters that were found, what kind of thing it is, and its key."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        return QSize(0, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        t = theme.tokens()
        action: Action = index.data(ActionRole)
        rect: QRect = option.rect.adjusted(Space.S, 0, -Space.S, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = option.state & QStyle.StateFlag.State_Selected
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(t.selected if selected else t.hover)
            painter.drawRoundedRect(rect, Radius.SMALL, Radius.SMALL)
        inner = rect.adjusted(Space.S, 0, -Space.S, 0)
        if action.keys:
            caps.paint(painter, inner, action.keys)
            inner.setRight(inner.right() - caps.width(action.keys) - Space.M)
        painter.setFont(fonts.sans(Type.SMALL))
        painter.setPen(t.text_muted)
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(inner, int(right), action.group)
        group = painter.fontMetrics().horizontalAdvance(action.group)
        inner.setRight(inner.right() - group - Space.M)
        _paint_title(painter, inner, action.title, index.data(PlacesRole), t)
        painter.restore()


def _paint_title(
    painter: QPainter, rect: QRect, title: str, places: frozenset[int], t: Tokens
) -> None:
    """Letters that were found stand out. They are drawn run by run, as wide as each is."""
    left, start = rect.left(), 0
    painter.setPen(t.text)
    while start < len(title) and left < rect.right():
        found = start in places
        end = start
        while end < len(title) and (end in places) == found:
            end += 1
        painter.setFont(fonts.strong() if found else fonts.sans())
        painter.setPen(t.accent if found else t.text)
        room = rect.right() + 1 - left
        run = painter.fontMetrics().elidedText(title[start:end], Qt.TextElideMode.ElideRight, room)
        words = QRect(left, rect.top(), room, rect.height())
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), run)
        left += painter.fontMetrics().horizontalAdvance(run)
        start = end
