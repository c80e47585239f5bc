"""A table as every page uses it: dense, calm, driven by the keyboard, and never rebuilt."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QTableView,
    QWidget,
)

from desktop_app.ui import fonts, formats
from desktop_app.ui.columns import AnyIndex, Column
from desktop_app.ui.controls import button
from desktop_app.ui.delegate import CellDelegate
from desktop_app.ui.header import Header
from desktop_app.ui.tokens import Size, Space

COPIED_ROWS = 10_000


class Table(QTableView):
    """Shows a model whose columns are described by :class:`Column`.

    While it is scrolled away from the top, rows that arrive there do not move what is read; a
    button counts them and leads back. Select all is a request to the page, since the rows of a
    filter may be a million.
    """

    opened = Signal(QModelIndex)
    """Return, Space or a double click on a row."""
    current_changed = Signal(QModelIndex)
    """The row with the cursor has changed; invalid when there is none."""
    select_all_requested = Signal()
    widths_changed = Signal(dict)
    """Of the columns that the user gave a width, the width by the column's title."""

    def __init__(self, name: str, columns: Sequence[Column], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._columns = tuple(columns)
        self._cells = CellDelegate(self)
        self._cells.columns = self._columns
        self._empty: QWidget | None = None
        self._rows: QAbstractItemModel | None = None
        self._arrived = 0
        self._by_hand: set[int] = set()
        header = self._header = Header(self)
        header.columns = self._columns
        header.sectionResized.connect(self._section_resized)
        self.setHorizontalHeader(header)
        self.setItemDelegate(self._cells)
        self._configure()
        self._arrivals = button("0 new", self.scrollToTop, icon="arrow-up")
        self._arrivals.setParent(self.viewport())
        self._arrivals.hide()
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    def _configure(self) -> None:
        self.setFont(fonts.sans())
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows = self.verticalHeader()
        rows.hide()
        rows.setMinimumSectionSize(Size.ROW)
        rows.setDefaultSectionSize(Size.ROW)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    # The model

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)
        self._rows = model
        if model is None:
            return
        header = self.horizontalHeader()
        for place, column in enumerate(self._columns):
            self.setColumnWidth(place, column.width)
            if column.stretch:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
        model.rowsInserted.connect(self._rows_arrived)
        model.rowsRemoved.connect(self._update_empty)
        model.modelReset.connect(self._update_empty)
        model.layoutChanged.connect(self._update_empty)
        self._update_empty()
        self._share_room()

    def current_row(self) -> int:
        """The row with the cursor, or -1."""
        return self.currentIndex().row()

    def selectRow(self, row: int) -> None:
        """Choose this row and no other, whatever keys are held down: by itself Qt would take Shift
        and Control for a choice of several."""
        super().selectRow(row)
        if self._rows is not None and self.selected_rows() != [row]:
            chosen = self.selectionModel()
            flags = chosen.SelectionFlag
            chosen.select(self._rows.index(row, 0), flags.ClearAndSelect | flags.Rows)

    def selected_rows(self) -> list[int]:
        """The chosen rows, from the top."""
        if self._rows is None:
            return []
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        super().currentChanged(current, previous)
        self.current_changed.emit(current)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._rows is None:
            return
        area = event.rect()
        first, last = self.rowAt(area.top()), self.rowAt(area.bottom())
        if first < 0:
            return
        last = self._row_count() - 1 if last < 0 else last
        chosen = [
            (span.top(), span.bottom()) for span in self.selectionModel().selection().toList()
        ]
        wide = self.horizontalHeader().length() - self.horizontalHeader().offset()
        top = self.rowViewportPosition(first)
        rows = (
            (
                row,
                QRect(0, top + (row - first) * Size.ROW, wide, Size.ROW),
                any(start <= row <= end for start, end in chosen),
            )
            for row in range(first, last + 1)
        )
        spans = [
            (place, self.columnViewportPosition(place), self.columnWidth(place))
            for place in range(len(self._columns))
            if not self.isColumnHidden(place)
        ]
        self._cells.paint_rows(QPainter(self.viewport()), self._rows, rows, spans)

    # What is shown in place of rows, and rows that arrive

    def set_empty(self, widget: QWidget) -> None:
        """What is shown while the model has no row."""
        if self._empty is not None:
            self._empty.deleteLater()
        self._empty = widget
        widget.setParent(self.viewport())
        self._update_empty()

    def set_stale(self, stale: bool) -> None:
        """Greys the rows while they are old."""
        if stale != self._cells.stale:
            self._cells.stale = stale
            self.viewport().update()

    def _update_empty(self) -> None:
        if self._empty is None:
            return
        keys = QApplication.focusWidget()
        held = keys is not None and self._empty.isAncestorOf(keys)
        self._empty.setVisible(self._row_count() == 0)
        self._empty.setGeometry(self.viewport().rect())
        if held and self.current_row() >= 0:
            # Qt has given the keys to the table, with a cursor that chooses nothing.
            self.selectRow(self.current_row())

    def _row_count(self) -> int:
        return 0 if self._rows is None else self._rows.rowCount()

    def _rows_arrived(self, _parent: AnyIndex, first: int, last: int) -> None:
        self._update_empty()
        bar = self.verticalScrollBar()
        if first > 0 or bar.value() == 0:
            return
        arrived = last - first + 1
        # The view lays itself out later; its new length must be known for the place to be held.
        bar.setMaximum(bar.maximum() + arrived * Size.ROW)
        bar.setValue(bar.value() + arrived * Size.ROW)
        self._arrived += arrived
        self._arrivals.setText(f"{formats.count(self._arrived)} new")
        self._arrivals.adjustSize()
        self._arrivals.show()
        self._place_arrivals()

    def _scrolled(self, value: int) -> None:
        if value == 0 and self._arrived:
            self._arrived = 0
            self._arrivals.hide()

    def _place_arrivals(self) -> None:
        left = (self.viewport().width() - self._arrivals.width()) // 2
        self._arrivals.move(left, Space.S)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()
        self._update_empty()
        self._place_arrivals()

    # Widths

    def setColumnHidden(self, column: int, hide: bool) -> None:
        super().setColumnHidden(column, hide)
        self._share_room()

    def _share_room(self) -> None:
        """Gives columns that may be wider half of what the stretched one has beyond its wish."""
        shown = [p for p in range(len(self._columns)) if not self.isColumnHidden(p)]
        growing = [p for p in shown if self._columns[p].most and p not in self._by_hand]
        if not growing or self._rows is None:
            return
        fixed = sum(
            self._columns[p].width if p in growing or self._columns[p].stretch else wide
            for p, wide in ((p, self.columnWidth(p)) for p in shown)
        )
        left = max(self.viewport().width() - fixed, 0) // 2
        for others, place in zip(range(len(growing), 0, -1), growing, strict=True):
            column = self._columns[place]
            more = min(left // others, column.most - column.width)
            left -= more
            if self.columnWidth(place) != column.width + more:
                self.setColumnWidth(place, column.width + more)

    def restore_widths(self, widths: Mapping[str, int]) -> None:
        """Sets columns to widths that :attr:`widths_changed` once told, by their titles."""
        for place in range(len(self._columns)):
            if (wide := widths.get(self._title(place))) is not None:
                self._by_hand.add(place)
                self.setColumnWidth(place, max(wide, self._header.minimumSectionSize()))
        self._share_room()

    def _title(self, place: int) -> str:
        return str(self.model().headerData(place, Qt.Orientation.Horizontal) or "")

    def _section_resized(self, place: int, _old: int, _new: int) -> None:
        # Only a hand on the header is the user's wish; others change with the window.
        if self._header.held and not self._columns[place].stretch:
            self._by_hand.add(place)
            told = {self._title(p): self.columnWidth(p) for p in sorted(self._by_hand)}
            self.widths_changed.emit(told)

    # Mouse and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(event.position().toPoint().y()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        self._open_current()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, row: int) -> None:
        before = self._cells.hovered_row
        if row == before:
            return
        self._cells.hovered_row = row
        for changed in (before, row):
            if changed >= 0:
                top = self.rowViewportPosition(changed)
                self.viewport().update(QRect(0, top, self.viewport().width(), Size.ROW))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._open_current()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all_requested.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.selected_text())
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()  # it is the page's: it closes what is open
        else:
            super().keyPressEvent(event)

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        # A row is chosen as a whole: within it Home and End would lead nowhere.
        rows = self._row_count()
        ends = {
            QAbstractItemView.CursorAction.MoveHome: 0,
            QAbstractItemView.CursorAction.MoveEnd: rows - 1,
        }
        if self._rows is None or not rows or action not in ends:
            return super().moveCursor(action, modifiers)
        return self._rows.index(ends[action], max(self.currentIndex().column(), 0))

    def keyboardSearch(self, _search: str) -> None:
        """Letters are shortcuts of the window; searching belongs to the query bar."""

    def _open_current(self) -> None:
        index = self.currentIndex()
        if index.isValid():
            self.opened.emit(index)

    def selected_text(self) -> str:
        """The chosen rows as lines of tab-separated text under their titles."""
        model = self.model()
        places = [p for p in range(len(self._columns)) if not self.isColumnHidden(p)]
        lines = ["\t".join(self._title(place) for place in places)]
        for row in self.selected_rows()[:COPIED_ROWS]:
            cells = [
                self._columns[place].text(model.index(row, place).data(self._columns[place].role))
                for place in places
            ]
            lines.append("\t".join(cells))
        return "\n".join(lines)
