"""The list of what could be typed next, below the search field."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.monitor.query import Completion
from desktop_app.qt_models.words import clean
from desktop_app.ui import fonts, theme
from desktop_app.ui.columns import AnyIndex
from desktop_app.ui.tokens import Radius, Space, Type

WIDTH = 460
ROW = 28
ROWS = 9
_CompletionRole = Qt.ItemDataRole.UserRole


class Completions(QFrame):
    """Stands above the window and never has the focus: that stays where one types."""

    chosen = Signal(object)
    """The completion that was clicked."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._over = window
        self.setProperty("role", "raised")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Suggestions")
        self.list = QListWidget()
        self.list.setAccessibleName("Suggestions")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setProperty("role", "plain")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        self.list.setItemDelegate(_RowDelegate(self.list))
        self.list.itemClicked.connect(lambda item: self.chosen.emit(item.data(_CompletionRole)))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, Space.XS, 1, Space.XS)
        layout.addWidget(self.list)
        self.hide()

    @property
    def current(self) -> Completion | None:
        """What an arrow key has chosen; None before one was pressed."""
        return self._completion(self.list.currentRow())

    @property
    def first(self) -> Completion | None:
        return self._completion(0)

    def _completion(self, row: int) -> Completion | None:
        item = self.list.item(row) if 0 <= row < self.list.count() else None
        return None if item is None else item.data(_CompletionRole)

    def texts(self) -> list[str]:
        return [self.list.item(row).text() for row in range(self.list.count())]

    def offer(self, completions: Sequence[Completion], below: QPoint) -> None:
        """Show these with the left upper corner there, in coordinates of the parent; none hides
        the list."""
        self.list.clear()
        for completion in completions:
            item = QListWidgetItem(clean(completion.text))
            item.setData(_CompletionRole, completion)
            spoken = ", ".join(filter(None, (clean(completion.text), completion.description)))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
            self.list.addItem(item)
        if not completions:
            self.hide()
            return
        self.list.setCurrentRow(-1)
        window = self._over.rect()
        height = min(len(completions), ROWS) * ROW + 2 * Space.XS + 2
        left = min(below.x(), window.width() - WIDTH - Space.S)
        self.setGeometry(max(left, Space.S), below.y(), WIDTH, height)
        self.show()
        self.raise_()

    def step(self, by: int) -> None:
        """Choose the next or the one before; after the last comes the first."""
        rows, row = self.list.count(), self.list.currentRow()
        if rows:
            self.list.setCurrentRow((row + by) % rows if row >= 0 else 0 if by > 0 else rows - 1)


class _RowDelegate(QStyledItemDelegate):
    """What would be typed, and what it means."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        return QSize(0, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        t = theme.tokens()
        completion: Completion = index.data(_CompletionRole)
        rect: QRect = option.rect.adjusted(Space.XS, 0, -Space.XS, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = option.state & QStyle.StateFlag.State_Selected
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(t.selected if selected else t.hover)
            painter.drawRoundedRect(rect, Radius.SMALL, Radius.SMALL)
        inner = rect.adjusted(Space.S, 0, -Space.S, 0)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.setPen(t.accent if completion.kind == "field" else t.text)
        said = clean(completion.text)
        meant = clean(completion.description)
        painter.setFont(fonts.mono())
        room = inner.width() if not meant else inner.width() * 11 // 20
        cut = painter.fontMetrics().elidedText(said, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(inner, middle, cut)
        inner.setLeft(inner.left() + painter.fontMetrics().horizontalAdvance(cut) + Space.M)
        right = middle | int(Qt.AlignmentFlag.AlignRight)
        painter.setFont(fonts.sans(Type.SMALL))
        painter.setPen(t.text_muted)
        cut = painter.fontMetrics().elidedText(meant, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, right, cut)
        painter.restore()
