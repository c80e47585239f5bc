"""The list of what could be typed next, below the field in which one types."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar

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

from desktop_app.services.shown import clean
from desktop_app.ui import fonts, theme
from desktop_app.ui.columns import AnyIndex
from desktop_app.ui.tokens import Radius, Space, Type

WIDTH = 460
ROW = 28
ROWS = 9
_OfferRole = Qt.ItemDataRole.UserRole


class Offer(Protocol):
    """What can be shown: what would be typed, or what that is known by, and what it means."""

    @property
    def text(self) -> str: ...
    @property
    def description(self) -> str: ...


OfferT = TypeVar("OfferT", bound=Offer)


class Suggestions(QFrame, Generic[OfferT]):
    """Stands above the window and never has the focus: that stays where one types.

    :param accented: whether an offer is one of the words that begin others
    """

    chosen = Signal(object)
    """The offer that was clicked."""

    def __init__(
        self, window: QWidget, accented: Callable[[OfferT], bool] = lambda _offer: False
    ) -> None:
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
        self.list.setItemDelegate(_RowDelegate(accented, self.list))
        self.list.itemClicked.connect(lambda item: self.chosen.emit(item.data(_OfferRole)))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, Space.XS, 1, Space.XS)
        layout.addWidget(self.list)
        self.hide()

    @property
    def current(self) -> OfferT | None:
        """What an arrow key has chosen; None before one was pressed."""
        return self._offer(self.list.currentRow())

    @property
    def first(self) -> OfferT | None:
        return self._offer(0)

    def _offer(self, row: int) -> OfferT | None:
        item = self.list.item(row) if 0 <= row < self.list.count() else None
        return None if item is None else item.data(_OfferRole)

    def texts(self) -> list[str]:
        return [self.list.item(row).text() for row in range(self.list.count())]

    def offer(self, offers: Sequence[OfferT], below: QPoint) -> None:
        """Show these with the left upper corner there, in coordinates of the parent; none hides
        the list."""
        self.list.clear()
        for offer in offers:
            item = QListWidgetItem(clean(offer.text))
            item.setData(_OfferRole, offer)
            spoken = ", ".join(filter(None, (clean(offer.text), offer.description)))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
            self.list.addItem(item)
        if not offers:
            self.hide()
            return
        self.list.setCurrentRow(-1)
        window = self._over.rect()
        height = min(len(offers), ROWS) * ROW + 2 * Space.XS + 2
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

    def __init__(self, accented: Callable[[OfferT], bool], parent: QWidget) -> None:
        super().__init__(parent)
        self._accented: Callable[[Any], bool] = accented

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        return QSize(0, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        t = theme.tokens()
        offer: Offer = index.data(_OfferRole)
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
        painter.setPen(t.accent if self._accented(offer) else t.text)
        said = clean(offer.text)
        meant = clean(offer.description)
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
