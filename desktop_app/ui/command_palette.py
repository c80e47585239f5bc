"""Go anywhere and do anything by typing a few letters of it."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui import fonts, fuzzy, icons, keys, theme
from desktop_app.ui.controls import Hairline, Label
from desktop_app.ui.overlay import Overlay
from desktop_app.ui.tokens import Radius, Size, Space

SHOWN = 60
REMEMBERED = 6
_ROW = 34
_ROWS = 11

ActionRole = Qt.ItemDataRole.UserRole
PlacesRole = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class Action:
    """Something the user can do. ``words`` are found too, but not shown."""

    id: str
    title: str
    group: str
    callback: Callable[[], object]
    shortcut: str = ""
    icon: str = "arrow-right"
    words: str = ""


Provider = Callable[[str], Iterable[Action]]
"""Gives actions for what was typed. One with a fixed list may ignore it; one over a large store
searches and returns the few that fit."""


def rank(query: str, actions: Iterable[Action]) -> list[tuple[Action, frozenset[int]]]:
    """Actions that fit, best first, with the places of the letters in their titles."""
    found: list[tuple[float, int, Action, frozenset[int]]] = []
    for order, action in enumerate(actions):
        title = fuzzy.match(query, action.title)
        if title is not None:
            found.append((-title.score, order, action, title.places))
            continue
        around = fuzzy.match(query, f"{action.title} {action.group} {action.words}")
        if around is not None:
            inside = frozenset(place for place in around.places if place < len(action.title))
            found.append((-around.score + 8.0, order, action, inside))
    found.sort(key=lambda entry: entry[:2])
    return [(action, places) for _, _, action, places in found[:SHOWN]]


class _Model(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[Action, frozenset[int]]] = []

    def show(self, rows: list[tuple[Action, frozenset[int]]]) -> None:
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = 0) -> Any:
        if not index.isValid():
            return None
        action, places = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return action.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{action.title}, {action.group}"
        return {ActionRole: action, PlacesRole: places}.get(role)


class _Row(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, _index: object) -> QSize:
        return QSize(0, _ROW)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        t = theme.tokens()
        action: Action = index.data(ActionRole)
        rect: QRect = option.rect.adjusted(Space.S, 0, -Space.S, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(t.selected)
            painter.drawRoundedRect(rect, Radius.SMALL, Radius.SMALL)
        inner = rect.adjusted(Space.S, 0, -Space.S, 0)
        ratio = painter.device().devicePixelRatioF()
        picture = icons.pixmap(action.icon, t.text_muted, Size.ICON, ratio)
        painter.drawPixmap(QPoint(inner.left(), inner.center().y() - 7), picture)
        right = inner.right()
        if action.shortcut:
            right = keys.paint_caps(painter, inner, action.shortcut) - Space.M
        painter.setFont(fonts.sans(12))
        painter.setPen(t.text_muted)
        wide = painter.fontMetrics().horizontalAdvance(action.group)
        middle = Qt.AlignmentFlag.AlignVCenter
        group = QRect(right - wide, inner.top(), wide + 1, inner.height())
        painter.drawText(group, int(middle), action.group)
        title = inner.adjusted(Size.ICON + Space.M, 0, 0, 0)
        title.setRight(group.left() - Space.M)
        self._paint_title(painter, title, action.title, index.data(PlacesRole))
        painter.restore()

    @staticmethod
    def _paint_title(painter: QPainter, rect: QRect, text: str, places: frozenset[int]) -> None:
        """Runs of letters that were found stand out from those that were not."""
        t = theme.tokens()
        left, start = rect.left(), 0
        painter.setClipRect(rect)
        while start < len(text):
            end = start
            is_found = start in places
            while end < len(text) and (end in places) == is_found:
                end += 1
            painter.setFont(fonts.strong() if is_found else fonts.sans())
            painter.setPen(t.accent if is_found else t.text)
            run = QRect(left, rect.top(), rect.right() - left + 1, rect.height())
            painter.drawText(run, int(Qt.AlignmentFlag.AlignVCenter), text[start:end])
            left += painter.fontMetrics().horizontalAdvance(text[start:end])
            start = end
        painter.setClipping(False)


class CommandPalette(Overlay):
    """A line to type in, and what fits below it. Without a word: what was used last, then all."""

    chosen = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, "Command palette")
        self._providers: list[Provider] = []
        self._used: deque[str] = deque(maxlen=REMEMBERED)
        self._model = _Model()
        self._line = QLineEdit()
        self._line.setPlaceholderText("Go to a page, find a task, do something…")
        self._line.setAccessibleName("Search commands")
        self._line.setFrame(False)
        self._line.setFont(fonts.sans(15))
        self._line.setProperty("role", "bare")
        self._line.setMinimumHeight(46)
        self._list = QListView()
        self._list.setModel(self._model)
        self._list.setItemDelegate(_Row(self._list))
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setProperty("role", "plain")
        self._list.setUniformItemSizes(True)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setAccessibleName("Commands that fit")
        self._nothing = Label("Nothing fits. Try fewer letters.", ink="text_muted")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setFixedHeight(_ROW * 2)
        layout = QVBoxLayout(self.panel)
        layout.setContentsMargins(1, 1, 1, Space.S)
        layout.setSpacing(Space.XS)
        layout.addWidget(self._line)
        layout.addWidget(Hairline())
        layout.addWidget(self._list)
        layout.addWidget(self._nothing)
        self._line.textChanged.connect(self._find)
        self._line.returnPressed.connect(self._run_current)
        self._list.clicked.connect(self._run)
        self._line.installEventFilter(self)

    def add_provider(self, provider: Provider) -> None:
        """Adds a source of actions; it is asked whenever the text changes."""
        self._providers.append(provider)

    def open(self) -> None:
        super().open()
        self._line.clear()
        self._find("")
        self._line.setFocus()

    def place_panel(self) -> None:
        wide = min(640, self.width() - 2 * Space.XL)
        rows = self._model.rowCount()
        self._list.setFixedHeight(min(rows, _ROWS) * _ROW)
        self._list.setVisible(rows > 0)
        self._nothing.setVisible(rows == 0)
        self.panel.setFixedWidth(wide)
        self.panel.adjustSize()
        self.panel.move((self.width() - wide) // 2, max(self.height() // 8, Space.XL))

    def shown_titles(self) -> list[str]:
        return [self._model.index(row).data() for row in range(self._model.rowCount())]

    def _find(self, query: str) -> None:
        actions = [action for provider in self._providers for action in provider(query)]
        if not query.strip():
            used = list(self._used)
            actions.sort(key=lambda a: used.index(a.id) if a.id in used else len(used))
        self._model.show(rank(query, actions))
        self._list.setCurrentIndex(self._model.index(0))
        self.place_panel()

    def _run_current(self) -> None:
        self._run(self._list.currentIndex())

    def _run(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        action: Action = index.data(ActionRole)
        if action.id in self._used:
            self._used.remove(action.id)
        self._used.appendleft(action.id)
        self.close_overlay()
        self.chosen.emit(action)
        action.callback()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # The line leaves these to its parents.
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: _ROWS,
            Qt.Key.Key_PageUp: -_ROWS,
        }
        step = steps.get(Qt.Key(event.key()))
        rows = self._model.rowCount()
        if step is None or rows == 0:
            super().keyPressEvent(event)
            return
        row = self._list.currentIndex().row() + step
        row = row % rows if abs(step) == 1 else min(max(row, 0), rows - 1)
        self._list.setCurrentIndex(self._model.index(row))
