"""The tray on the page: one row for each file that was dropped, from the drop to the result."""

from PySide6.QtCore import QEvent, QItemSelection, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListView, QVBoxLayout, QWidget

from desktop_app.services.tray import TrayItem
from desktop_app.ui.controls import Hairline, Surface, button, heading, muted
from desktop_app.ui.tokens import Space
from desktop_app.views.documents import wording
from desktop_app.views.documents.tray_cell import TrayCell
from desktop_app.views.documents.tray_model import ItemRole, TrayModel

PACE_MS = 150


class TrayList(QListView):
    """The rows, as high as their words need at the width there is, up to a height of the whole."""

    chosen = Signal(object)
    """A row was selected, or opened with Return or Space; carries its item."""
    resized = Signal()

    def __init__(self, model: TrayModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._limit = 0
        self._cell = TrayCell(self)
        self.setAccessibleName("Dropped files")
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setItemDelegate(self._cell)
        self.setModel(model)
        model.reworded.connect(self._cell.sizeHintChanged)

    def fit(self, limit: int) -> None:
        """Take the height of the rows, but no more than ``limit`` pixels."""
        self._limit = limit
        needed = 0
        for item in self._model.items:
            needed += self._cell.height(item)
            if needed >= limit:
                break
        self.setFixedHeight(min(needed, limit))

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        if rows := selected.indexes():
            self.chosen.emit(rows[0].data(ItemRole))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if self.currentIndex().isValid():
                self.setCurrentIndex(self.currentIndex())
                self.chosen.emit(self.currentIndex().data(ItemRole))
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()  # it is the page's: it closes what is open
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, _search: str) -> None:
        """Letters are shortcuts of the window."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()
            self.fit(self._limit)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(QPersistentModelIndex(self.indexAt(event.position().toPoint())))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(QPersistentModelIndex())

    def _hover(self, index: QPersistentModelIndex) -> None:
        if index != self._cell.hovered:
            self._cell.hovered = index
            self.viewport().update()


class TrayPanel(Surface):
    """The rows under a head that counts them. Out of sight while there is none."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = TrayModel(self)
        self.list = TrayList(self.model)
        self.list.chosen.connect(self.chosen)
        self._limit = 0
        self._pending: dict[int, TrayItem] = {}
        self._pace = QTimer(self, singleShot=True, interval=PACE_MS)
        self._pace.timeout.connect(self._paced)
        self._counts = muted()
        self._hide = button("Hide finished", self._hide_finished, kind="quiet")
        head = QHBoxLayout()
        head.setContentsMargins(Space.M, Space.XS, Space.XS, Space.XS)
        head.setSpacing(Space.S)
        head.addWidget(heading("Dropped files"))
        head.addWidget(self._counts, 1)
        head.addWidget(self._hide)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(Hairline())
        layout.addWidget(self.list)
        self.hide()

    def show_item(self, item: TrayItem) -> None:
        """Take in a file's latest state: at once, or, where many come, some times a second. Each
        change of the rows has all of them laid out anew."""
        self._pending[item.key] = item
        if not self._pace.isActive():
            self.flush()
            self._pace.start()

    def flush(self) -> None:
        """Show what has come since."""
        if self._pending:
            items, self._pending = list(self._pending.values()), {}
            self.model.show_all(items)
            self._update()

    def _paced(self) -> None:
        if self._pending:
            self.flush()
            self._pace.start()

    def selected(self) -> TrayItem | None:
        """The file whose row is selected."""
        rows = self.list.selectedIndexes()
        item: TrayItem | None = rows[0].data(ItemRole) if rows else None
        return item

    def fit(self, limit: int) -> None:
        """Let the rows be up to ``limit`` pixels high."""
        self._limit = limit
        self.list.fit(limit)

    def _hide_finished(self) -> None:
        self.flush()
        self.model.hide_settled()
        self._update()

    def _update(self) -> None:
        items = self.model.items
        self._counts.setText(wording.tray_counts(items))
        self._hide.setVisible(any(item.settled for item in items))
        self.setVisible(bool(items))
        self.list.fit(self._limit)
