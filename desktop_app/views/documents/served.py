"""The Documents page of a connection over the API: files go in, one's own are found and read."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.services.served_documents import ServedDocuments
from desktop_app.services.tray import TrayItem
from desktop_app.ui.background import Background
from desktop_app.ui.drawer import WithDrawer
from desktop_app.ui.messages import Messages
from desktop_app.ui.tokens import Space
from desktop_app.views.documents.drop_zone import DropZone
from desktop_app.views.documents.served_drawer import ServedDrawer
from desktop_app.views.documents.served_library import ServedLibrary
from desktop_app.views.documents.tray_panel import TrayPanel

_TRAY_SHARE = 0.42


class ServedDocumentsPage(QWidget):
    """Intake, tray and list; what was found in the chosen document at the right."""

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
        self._documents, self._background, self._messages = documents, background, messages
        self.drop_zone = DropZone()
        self.drop_zone.files_chosen.connect(self.files_chosen)
        self.tray = TrayPanel()
        self.tray.chosen.connect(self._tray_chosen)
        self.library = ServedLibrary(documents, background, messages)
        self.library.files_wanted.connect(self.drop_zone.choose)
        self.library.chosen.connect(self._open)
        self.library.place_chosen.connect(self._open_at)
        self.detail = ServedDrawer()
        self.detail.more_wanted.connect(self._read_text)
        self.detail.task_wanted.connect(lambda uuid: self.navigate.emit("tasks", {"uuid": uuid}))
        self._lay_out()
        for item in documents.tray:
            self.tray.show_item(item)

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        column.addWidget(self.drop_zone)
        column.addWidget(self.tray)
        column.addWidget(self.library, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        layout.addWidget(WithDrawer(left, self.detail))
        self.setFocusProxy(self.library)

    # What the window calls

    def shown(self) -> None:
        self.library.refresh()

    def hidden(self) -> None:
        self.library.pause()

    def search(self) -> None:
        """``/`` was pressed."""
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
        if item.settled and self.isVisible():
            self.library.refresh_soon()

    @Slot()
    def ask_anew(self) -> None:
        """What could not be had before may be had now."""
        if self.isVisible():
            self.library.refresh()
            if self.detail.isHidden() or self.detail.told_again():
                return
            self._open(self.detail.sha256, self.detail.task_id)

    # One of them

    def _tray_chosen(self, item: TrayItem) -> None:
        if item.sha256 is not None and item.task_id is not None:
            self._open(item.sha256, item.task_id)
        elif item.message:
            self._messages.warn(item.message, item.remedy)

    def _open_at(self, sha256: str, start: int, end: int) -> None:
        self._open(sha256, place=(start, end))

    def _open(
        self, sha256: str, task_id: str | None = None, place: tuple[int, int] | None = None
    ) -> None:
        self.detail.begin(sha256, task_id, place)
        self._background.run(
            self._documents.document(sha256),
            "read the document",
            on_success=self.detail.show_document,
            on_failure=partial(self.detail.refuse, sha256),
            owner=self,
        )

    def _read_text(self, sha256: str, start: int) -> None:
        self._background.run(
            self._documents.text(sha256, start),
            "read the text",
            on_success=partial(self.detail.take_text, sha256),
            on_failure=partial(self.detail.refuse, sha256),
            owner=self,
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.tray.fit(round(self.height() * _TRAY_SHARE))
