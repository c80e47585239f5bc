"""The Documents page of a connection over the API: files go in, one's own are found and read."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from desktop_app.services.served_documents import ServedDocuments
from desktop_app.services.tray import Phase, TrayItem
from desktop_app.ui.background import Background
from desktop_app.ui.messages import Messages
from desktop_app.ui.tokens import Space
from desktop_app.views.documents.drop_zone import DropZone
from desktop_app.views.documents.result import ResultView
from desktop_app.views.documents.served_library import ServedLibrary
from desktop_app.views.documents.tray_panel import TrayPanel

_TRAY_SHARE = 0.42
_LIST_SHARE, _LIST_LEAST, _LIST_MOST = 0.3, 400, 560


class ServedDocumentsPage(QWidget):
    """Intake, tray and list at the left; what was found in the chosen document at the right."""

    navigate = Signal(str, object)
    files_chosen = Signal(list)
    """Paths to take in, exactly as if they had been dropped."""

    def __init__(
        self,
        documents: ServedDocuments,
        background: Background,
        messages: Messages,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._store, self._background, self._messages = documents.store, background, messages
        self._wanted: tuple[str, tuple[int, int] | None] | None = None
        self._opened_from: QWidget = self
        self.drop_zone = DropZone()
        self.drop_zone.files_chosen.connect(self.files_chosen)
        self.tray = TrayPanel()
        self.tray.chosen.connect(self._tray_chosen)
        self.library = ServedLibrary(documents, background, messages)
        self.library.files_wanted.connect(self.drop_zone.choose)
        self.library.chosen.connect(self._library_chosen)
        self.library.place_chosen.connect(self._place_chosen)
        self.result = ResultView(documents.store, background, messages)
        self.result.offer_reading_alone()
        self.library.searching.hits.entered.connect(self.result.enter)
        self.result.closed.connect(self._result_closed)
        self.result.full_wanted.connect(self._toggle_full)
        self.result.again_wanted.connect(self._take_again)
        self.result.task_wanted.connect(lambda uuid: self.navigate.emit("tasks", {"uuid": uuid}))
        self._lay_out()
        for item in documents.tray:
            self.tray.show_item(item)

    def _lay_out(self) -> None:
        self._left = QWidget()
        column = QVBoxLayout(self._left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        column.addWidget(self.drop_zone)
        column.addWidget(self.tray)
        column.addWidget(self.library, 1)
        self._halves = QSplitter(Qt.Orientation.Horizontal)
        self._halves.setHandleWidth(Space.M)
        self._halves.setStyleSheet("QSplitter::handle { background: transparent; }")
        self._halves.setChildrenCollapsible(False)
        self._halves.addWidget(self._left)
        self._halves.addWidget(self.result)
        self._halves.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        layout.addWidget(self._halves)
        self.setFocusProxy(self.library)

    # What the window calls

    def shown(self) -> None:
        self.library.refresh()

    def hidden(self) -> None:
        self.library.pause()

    def set_read_only(self, read_only: bool) -> None:
        """What a connection that may only be looked at allows."""
        self.result.set_read_only(read_only)

    def search(self) -> None:
        """``/`` was pressed."""
        self._set_full(full=False)
        self.library.begin_search()

    def open(self, detail: object) -> None:
        """Show the document that a mapping names by ``sha256``, the hash of its content, or those
        that have some ``words``."""
        told = detail if isinstance(detail, Mapping) else {}
        if isinstance(words := told.get("words"), str):
            self.library.look_for(words)
        if isinstance(sha256 := told.get("sha256"), str):
            self._open(sha256)

    @Slot(object)
    def tray_changed(self, item: TrayItem) -> None:
        """A dropped file has come further."""
        self.tray.show_item(item)
        if not item.settled:
            return
        if self.isVisible():
            self.library.refresh_soon()
        if item.document_id is not None and item.document_id == self.result.document_id:
            self.result.reload()

    @Slot()
    def ask_anew(self) -> None:
        """What could not be had before may be had now."""
        if not self.isVisible():
            return
        self.library.refresh()
        if self.result.document_id is not None:
            self.result.reload()
        elif self._wanted is not None:
            self._open(*self._wanted)

    # One of them

    def _tray_chosen(self, item: TrayItem) -> None:
        self._opened_from = self.tray.list
        if item.phase is Phase.FAILED:
            self._wanted = None
            self.result.open_problem(item)
            self._make_room()
        elif item.phase is Phase.DONE and item.sha256 is not None:
            self._open(item.sha256)

    def _library_chosen(self, sha256: str) -> None:
        self._opened_from = self.library.table
        self._open(sha256)

    def _place_chosen(self, sha256: str, start: int, end: int) -> None:
        self._opened_from = self.library.searching.hits
        self._open(sha256, (start, end))

    def _open(self, sha256: str, place: tuple[int, int] | None = None) -> None:
        wanted = self._wanted = sha256, place

        def found(number: int | None) -> None:
            if wanted is not self._wanted:
                return
            if number is None:
                self._messages.info(
                    "No worker has taken up this document yet.",
                    "Open it again when its task runs; the page Tasks shows that.",
                )
                return
            self.result.open_document(number, place)
            self._make_room()

        self._background.run(
            self._store.find(sha256), "read the document", on_success=found, owner=self
        )

    def _result_closed(self) -> None:
        self._wanted = None
        self._set_full(full=False)
        self.tray.list.clearSelection()
        self._opened_from.setFocus()

    def _make_room(self) -> None:
        """The list keeps what it needs, and the result takes the rest."""
        if self._halves.sizes()[1] == 0 or self._left.width() > self.width() // 2:
            total = self._halves.width()
            left = min(max(round(total * _LIST_SHARE), _LIST_LEAST), _LIST_MOST)
            self._halves.setSizes([left, max(1, total - left)])

    def _toggle_full(self) -> None:
        self._set_full(full=self._left.isVisibleTo(self))

    def _set_full(self, *, full: bool) -> None:
        self._left.setVisible(not full)
        self.result.head.set_full(full)

    def _take_again(self, path: Path) -> None:
        self.files_chosen.emit([path])

    # Events

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.tray.fit(round(self.height() * _TRAY_SHARE))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self.result.isHidden():
            self.result.close_view()
        else:
            super().keyPressEvent(event)
