"""The Documents page: files go in, are followed, and are read."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from desktop_app.services.documents import Documents
from desktop_app.services.kept import Kept
from desktop_app.services.tray import Phase, TrayItem
from desktop_app.ui.background import Background
from desktop_app.ui.messages import Messages
from desktop_app.ui.tokens import Space
from desktop_app.views.documents.compare import CompareView
from desktop_app.views.documents.drop_zone import DropZone
from desktop_app.views.documents.library import Library
from desktop_app.views.documents.result import ResultView
from desktop_app.views.documents.tray_panel import TrayPanel
from worker_core.storage import DocumentRecord

# Share of the page's height that the tray may take before it scrolls.
_TRAY_SHARE = 0.42
# Beside a result, the list takes this share of the width, within these bounds.
_LIST_SHARE, _LIST_LEAST, _LIST_MOST = 0.3, 400, 560


class DocumentsPage(QWidget):
    """Intake, tray and library at the left; the result of one document at the right."""

    navigate = Signal(str, object)
    files_chosen = Signal(list)
    """Paths to take in, exactly as if they had been dropped."""

    def __init__(
        self,
        documents: Documents,
        background: Background,
        messages: Messages,
        kept: Kept | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.documents = documents
        self._background = background
        self._messages = messages
        self._shown = False
        self._stale = True
        self._opened_from: QWidget = self
        self.drop_zone = DropZone()
        self.drop_zone.files_chosen.connect(self.files_chosen)
        self.tray = TrayPanel()
        self.tray.chosen.connect(self._tray_chosen)
        self.library = Library(documents, background, messages, kept)
        self.library.chosen.connect(self._library_chosen)
        self.library.passed.connect(self._follow)
        self.library.place_chosen.connect(self._place_chosen)
        self.library.files_wanted.connect(self.drop_zone.choose)
        self.result = ResultView(documents, background, messages)
        self.result.corrected.connect(self.library.model.change)
        self.library.searching.hits.entered.connect(self.result.enter)
        self.result.closed.connect(self._result_closed)
        self.result.full_wanted.connect(self._toggle_full)
        self.result.again_wanted.connect(self._take_again)
        self.result.task_wanted.connect(self._show_task)
        self.result.compare_wanted.connect(self.compare_filing)
        self.compare = CompareView(documents, background)
        self.compare.closed.connect(self._compare_closed)
        self._left = QWidget()
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(Space.M)
        left.addWidget(self.drop_zone)
        left.addWidget(self.tray)
        left.addWidget(self.library, 1)
        self._halves = QSplitter(Qt.Orientation.Horizontal)
        self._halves.setHandleWidth(Space.M)
        self._halves.setStyleSheet("QSplitter::handle { background: transparent; }")
        self._halves.setChildrenCollapsible(False)
        self._halves.addWidget(self._left)
        self._halves.addWidget(self.result)
        self._halves.addWidget(self.compare)
        self._halves.setStretchFactor(1, 1)
        self._halves.setStretchFactor(2, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        layout.addWidget(self._halves)
        self.setFocusProxy(self.library.table)
        for item in documents.tray:
            self.tray.show_item(item)

    # What the window calls

    def shown(self) -> None:
        """The page came into sight."""
        self._shown = True
        if self._stale:
            self._stale = False
            self.library.refresh()

    def hidden(self) -> None:
        self._shown = False
        self.library.pause()

    def set_read_only(self, read_only: bool) -> None:
        """What a connection that may only be looked at allows."""
        self.result.set_read_only(read_only)

    def search(self) -> None:
        """``/`` was pressed."""
        if self._left.isHidden():
            self._toggle_full()
        self.library.finder.field.setFocus()
        self.library.finder.field.selectAll()

    def open(self, detail: object) -> None:
        """Show the document that a mapping names by ``sha256``, the hash of its content, those of a
        symbol, by ``ticker``, or those that have some ``words``."""
        told = detail if isinstance(detail, Mapping) else {}
        ticker, sha256 = told.get("ticker"), told.get("sha256")
        if isinstance(ticker, str):
            self.library.look_at(ticker)
        words = told.get("words")
        if isinstance(words, str):
            self.library.look_for(words)
        if isinstance(sha256, str):
            self._background.run(
                self.documents.find(sha256),
                "find the document",
                on_success=self._found,
                owner=self,
            )

    @Slot(object)
    def tray_changed(self, item: TrayItem) -> None:
        """A dropped file has come further."""
        self.tray.show_item(item)
        if item.settled:
            self._settled(item)

    def _settled(self, item: TrayItem) -> None:
        if self._shown:
            self.library.refresh_soon()
        else:
            self._stale = True
        if item.document_id is not None and item.document_id == self.result.document_id:
            self.result.reload()
        elif (selected := self.tray.selected()) is not None and selected.key == item.key:
            self._tray_chosen(item)

    # Opening and closing a result

    def _tray_chosen(self, item: TrayItem) -> None:
        self._opened_from = self.tray.list
        if item.phase is Phase.FAILED:
            self.library.table.clearSelection()
            self.result.open_problem(item)
            self._make_room()
        elif item.phase is Phase.DONE and item.document_id is not None:
            self._open(item.document_id)

    def _library_chosen(self, document_id: int) -> None:
        self._opened_from = self.library.table
        self._open(document_id)

    def _place_chosen(self, document_id: int, start: int, end: int) -> None:
        self._opened_from = self.library.searching.hits
        self._open(document_id, (start, end))

    def _open(self, document_id: int, place: tuple[int, int] | None = None) -> None:
        self.compare.close_view()
        self.library.select(document_id)
        self.result.open_document(document_id, place)
        self._make_room()

    def _follow(self, document_id: int) -> None:
        """While a result is open, the cursor of the library leads it."""
        if not self.result.isHidden():
            self.result.open_document(document_id)

    def _result_closed(self) -> None:
        self._set_full(full=False)
        self.tray.list.clearSelection()
        self._opened_from.setFocus()

    def _make_room(self) -> None:
        """The list keeps what it needs, and the result takes the rest."""
        if self._halves.sizes()[1] == 0 or self._left.width() > self.width() // 2:
            total = self._halves.width()
            left = min(max(round(total * _LIST_SHARE), _LIST_LEAST), _LIST_MOST)
            self._halves.setSizes([left, max(1, total - left)])

    def compare_filing(self, document: DocumentRecord) -> None:
        """Hold a filing against another one of its company, on the whole page."""
        self._left.hide()
        self.result.hide()
        self.compare.open(document)
        self.compare.setFocus()

    def _compare_closed(self) -> None:
        self.result.show()
        self._left.setVisible(not self.result.head.is_full)
        self.result.setFocus()

    def _toggle_full(self) -> None:
        self._set_full(full=self._left.isVisibleTo(self))

    def _set_full(self, *, full: bool) -> None:
        self._left.setVisible(not full)
        self.result.head.set_full(full)

    def _take_again(self, path: Path) -> None:
        self.files_chosen.emit([path])

    def _show_task(self, task_id: str) -> None:
        self.navigate.emit("tasks", {"uuid": task_id})

    def _found(self, document_id: int | None) -> None:
        if document_id is None:
            self._messages.warn(
                "This document is not in the library", "Drop its file to process it again."
            )
        else:
            self._open(document_id)

    # Events

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.tray.fit(round(self.height() * _TRAY_SHARE))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self.result.isHidden():
            self.result.close_view()
        else:
            super().keyPressEvent(event)
