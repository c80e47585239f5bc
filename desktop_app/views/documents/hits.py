"""What a search found: the documents, the best first, each with a place that shows the words."""

import math
from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop_app.ui import fonts, texts, theme
from desktop_app.ui.columns import AnyIndex
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.tokens import Space, Tokens
from desktop_app.views.documents import wording
from worker_core.storage import SearchHit

HitRole: Final = int(Qt.ItemDataRole.UserRole) + 1
_TOP: Final = QModelIndex()
_LINE = 18
_LINES = 3
# How wide a snippet is in one line, about.
_SNIPPET = 1340
_FOR_THE_DOTS, _LONG_WORD = 2, 30
_TITLE = 20
_MIDDLE = int(Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)


class HitsModel(QAbstractListModel):
    """Hits in the order of the search, read on page by page."""

    page_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hits: list[SearchHit] = []
        self._complete = True

    @property
    def hits(self) -> Sequence[SearchHit]:
        return self._hits

    def rowCount(self, parent: AnyIndex = _TOP) -> int:
        return 0 if parent.isValid() else len(self._hits)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._hits):
            return None
        hit = self._hits[index.row()]
        match role:
            case _ if role == HitRole:
                return hit
            case Qt.ItemDataRole.DisplayRole:
                return wording.title(hit.document)
            case Qt.ItemDataRole.ToolTipRole:
                return texts.tip(hit.document.filename)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{wording.title(hit.document)}, {where(hit)}: {hit.shown[0]}"
        return None

    def canFetchMore(self, parent: AnyIndex) -> bool:
        return not parent.isValid() and bool(self._hits) and not self._complete

    def fetchMore(self, parent: AnyIndex) -> None:
        if not parent.isValid():
            self.page_wanted.emit()

    def begin(self, hits: Sequence[SearchHit], limit: int) -> None:
        """Take in the first hits of another search."""
        self.beginResetModel()
        self._hits = list(hits)
        self._complete = len(hits) < limit
        self.endResetModel()

    def append(self, hits: Sequence[SearchHit], limit: int) -> None:
        """Take in the hits after the last. One that has come up since is not told twice."""
        known = {hit.document.id for hit in self._hits}
        fresh = [hit for hit in hits if hit.document.id not in known]
        self._complete = len(hits) < limit or not fresh
        if fresh:
            first = len(self._hits)
            self.beginInsertRows(_TOP, first, first + len(fresh) - 1)
            self._hits += fresh
            self.endInsertRows()


def lines_at(width: int) -> int:
    """How many lines of a snippet are shown in a list of this width."""
    return min(max(math.ceil(_SNIPPET / max(width, 1)), 1), _LINES)


def where(hit: SearchHit) -> str:
    """The section around the words, and whether they stand together."""
    section = wording.section_name(hit.section) if hit.section else ""
    spread = "" if hit.together else "the words stand here and there"
    return " · ".join(filter(None, (section, spread)))


class HitCell(QStyledItemDelegate):
    """Title and date, section, and the snippet with the words marked: bold, on a ground."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self.hovered = QPersistentModelIndex()
        self.lines = _LINES

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        return QSize(0, Space.S + _TITLE + _LINE + self.lines * _LINE + Space.S)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        t = theme.tokens()
        rect: QRect = option.rect
        hit: SearchHit = index.data(HitRole)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, t.selected)
        elif self.hovered == index:
            painter.fillRect(rect, t.hover)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, t.hairline)
        inner = rect.adjusted(Space.M, Space.S, -Space.M, 0)
        filed = hit.document.filing_date
        painter.setFont(fonts.sans(12))
        painter.setPen(t.text_muted)
        date = filed.isoformat() if filed else ""
        taken = painter.fontMetrics().horizontalAdvance(date) + (Space.M if date else 0)
        painter.drawText(QRect(inner.left(), inner.top(), inner.width(), _TITLE), _RIGHT, date)
        below = QRect(inner.left(), inner.top() + _TITLE, inner.width(), _LINE)
        said = painter.fontMetrics().elidedText(
            where(hit) or hit.document.filename, Qt.TextElideMode.ElideRight, below.width()
        )
        painter.drawText(below, _MIDDLE, said)
        painter.setFont(fonts.medium())
        painter.setPen(t.text)
        title = QRect(inner.left(), inner.top(), inner.width() - taken, _TITLE)
        named = painter.fontMetrics().elidedText(
            wording.title(hit.document), Qt.TextElideMode.ElideRight, title.width()
        )
        painter.drawText(title, _MIDDLE, named)
        paint_snippet(painter, QRectF(inner.left(), below.bottom() + 1, inner.width(), 0), hit, t)


def paint_snippet(painter: QPainter, rect: QRectF, hit: SearchHit, t: Tokens) -> None:
    """The snippet over three lines at most."""
    layout = laid_out(hit, rect.width(), t)
    painter.setPen(t.text)
    layout.draw(painter, rect.topLeft())


def laid_out(hit: SearchHit, width: float, t: Tokens) -> QTextLayout:
    """The lines of a snippet. Where the list is too narrow for all of it, what is cut is not taken
    for the end."""
    text, marks = hit.shown
    layout, shown = _lines(text, marks, width, t)
    if shown < len(text):
        kept = text[: max(shown - _FOR_THE_DOTS, 0)]
        whole, _, begun = kept.rpartition(" ")
        kept = whole if whole and len(begun) < _LONG_WORD else kept
        layout, _ = _lines(f"{kept.rstrip(' …')}…", marks, width, t)
    return layout


def _lines(
    text: str, places: Sequence[tuple[int, int]], width: float, t: Tokens
) -> tuple[QTextLayout, int]:
    """The lines of a snippet or its beginning, and how many of its characters are on them."""
    layout = QTextLayout(text, fonts.sans(12))
    option = QTextOption(Qt.AlignmentFlag.AlignLeft)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    look = QTextCharFormat()
    look.setFontWeight(QFont.Weight.DemiBold)
    look.setForeground(t.accent)
    look.setBackground(t.accent_soft)
    marks = []
    for start, end in places:
        mark = QTextLayout.FormatRange()
        mark.start, mark.length, mark.format = _units(text, start), 0, look
        mark.length = _units(text, min(end, len(text))) - mark.start
        if mark.length > 0:
            marks.append(mark)
    layout.setFormats(marks)
    layout.beginLayout()
    units = 0
    for place in range(_LINES):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        line.setPosition(QPointF(0.0, place * _LINE))
        units = line.textStart() + line.textLength()
    layout.endLayout()
    return layout, _characters(text, units)


def _characters(text: str, units: int) -> int:
    """How many characters so many of Qt's are."""
    if max(text, default="") <= "\uffff":
        return units
    return len(text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore"))


def _units(text: str, place: int) -> int:
    """A place as Qt counts it."""
    head = text[:place]
    return place if max(head, default="") <= "\uffff" else len(head.encode("utf-16-le")) // 2


class Hits(QListView):
    """The list, driven by mouse and keys."""

    opened = Signal(object)
    """A click or Return; carries the hit."""
    entered = Signal()
    """Return: the keys are wanted in what was opened."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.found = HitsModel(self)
        self._cell = HitCell(self)
        self._empty: EmptyState | None = None
        self.setAccessibleName("Documents found")
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(self._cell)
        self.setModel(self.found)
        self.clicked.connect(self._open)

    def set_empty(self, state: EmptyState | None) -> None:
        """What is shown while nothing was found."""
        if self._empty is not None:
            self._empty.hide()
            self._empty.deleteLater()
        self._empty = state
        if state is not None:
            state.setParent(self.viewport())
            state.setGeometry(self.viewport().rect())
            state.show()

    def _open(self, index: AnyIndex) -> None:
        self.opened.emit(index.data(HitRole))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if self.currentIndex().isValid():
                self._open(self.currentIndex())
                if event.key() != Qt.Key.Key_Space:
                    self.entered.emit()
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()  # it is the page's: it closes what is open
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, _search: str) -> None:
        """Letters are shortcuts of the window."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        lines = lines_at(self.viewport().width())
        if lines != self._cell.lines:
            self._cell.lines = lines
            self.scheduleDelayedItemsLayout()
        super().resizeEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        index = QPersistentModelIndex(self.indexAt(event.position().toPoint()))
        if index != self._cell.hovered:
            self._cell.hovered = index
            self.viewport().update()
