"""The Documents page of a connection over the API: files go in, one's own are listed and read."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.qt_models.keyed_table import RowRole
from desktop_app.services.served_documents import ServedDocuments
from desktop_app.services.tray import TrayItem
from desktop_app.ui.background import Background
from desktop_app.ui.columns import AnyIndex
from desktop_app.ui.controls import Hairline, Surface, button, heading, icon_button
from desktop_app.ui.drawer import WithDrawer
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.messages import Messages
from desktop_app.ui.tokens import Space
from desktop_app.views.documents.drop_zone import DropZone
from desktop_app.views.documents.library_nothing import nothing_yet, unreadable
from desktop_app.views.documents.served_drawer import ServedDrawer
from desktop_app.views.documents.served_table import ServedTable
from desktop_app.views.documents.tray_panel import TrayPanel
from worker_core.operations.remote.answers import Document, Documents

_TRAY_SHARE = 0.42
# Several files may settle at about the same time; the server is asked once.
_SETTLE_MS = 300


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
        self._after: str | None = None
        self._reading = self._again = False
        self.drop_zone = DropZone()
        self.drop_zone.files_chosen.connect(self.files_chosen)
        self.tray = TrayPanel()
        self.tray.chosen.connect(self._tray_chosen)
        self.table = ServedTable()
        self.table.set_empty(EmptyState("documents", "Asking the server…"))
        self.table.clicked.connect(self._row_chosen)
        self.table.opened.connect(self._row_chosen)
        self.more = button("Show older ones", self._read_on, kind="quiet")
        self.more.hide()
        self.detail = ServedDrawer()
        self.detail.more_wanted.connect(self._read_text)
        self.detail.task_wanted.connect(lambda uuid: self.navigate.emit("tasks", {"uuid": uuid}))
        self._soon = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._soon.timeout.connect(self.refresh)
        self._lay_out()
        for item in documents.tray:
            self.tray.show_item(item)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(Space.M, Space.XS, Space.XS, 0)
        head.addWidget(heading("Your documents"), 1)
        head.addWidget(icon_button("restart", "Ask the server again", self.refresh))
        listing = Surface()
        rows = QVBoxLayout(listing)
        rows.setContentsMargins(1, 1, 1, 1)
        rows.setSpacing(0)
        rows.addLayout(head)
        rows.addWidget(Hairline())
        rows.addWidget(self.table, 1)
        rows.addWidget(self.more)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        column.addWidget(self.drop_zone)
        column.addWidget(self.tray)
        column.addWidget(listing, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        layout.addWidget(WithDrawer(left, self.detail))
        self.setFocusProxy(self.table)

    # What the window calls

    def shown(self) -> None:
        self.refresh()

    def hidden(self) -> None:
        self._soon.stop()

    def open(self, detail: object) -> None:
        """Show the document that a mapping names by ``sha256``, the hash of its content."""
        told = detail if isinstance(detail, Mapping) else {}
        if isinstance(sha256 := told.get("sha256"), str):
            self._open(sha256)
        elif told:
            self._messages.info(
                "Texts are searched in the database, which is not reached from here",
                "Choose one of your documents, or use a connection with the team’s database.",
            )

    @Slot(object)
    def tray_changed(self, item: TrayItem) -> None:
        """A dropped file has come further."""
        self.tray.show_item(item)
        if item.settled and self.isVisible():
            self._soon.start()

    @Slot()
    def ask_anew(self) -> None:
        """What could not be had before may be had now."""
        if self.isVisible():
            self.refresh()
            if self.detail.isHidden() or self.detail.told_again():
                return
            self._open(self.detail.sha256, self.detail.task_id)

    # The list

    def refresh(self) -> None:
        """Ask for the newest."""
        if self._reading:
            self._again = True
            return
        self._read(None)

    def _read_on(self) -> None:
        if not self._reading:
            self._read(self._after)

    def _read(self, after: str | None) -> None:
        self._reading = True
        self._background.run(
            self._documents.list(after),
            "list your documents",
            on_success=partial(self._take, after),
            on_failure=self._could_not,
            on_end=self._ended,
            owner=self,
        )

    def _take(self, after: str | None, page: Documents) -> None:
        if not page.documents and after is None:
            self.table.set_empty(nothing_yet(self.drop_zone.choose))
        self.table.take(page.documents, anew=after is None)
        self._after = page.next
        self.more.setVisible(page.next is not None)

    def _could_not(self, error: Exception) -> None:
        said = getattr(error, "message", "") or str(error) or type(error).__name__
        remedy = getattr(error, "remedy", "")
        if self.table.rows.rowCount():
            self._messages.error(f"Your documents could not be listed: {said}", remedy)
        else:
            self.table.set_empty(unreadable(said, remedy, self.refresh))

    def _ended(self) -> None:
        self._reading = False
        if self._again:
            self._again = False
            self.refresh()

    # One of them

    def _row_chosen(self, index: AnyIndex) -> None:
        row: Document = index.data(RowRole)
        self._open(row.document)

    def _tray_chosen(self, item: TrayItem) -> None:
        if item.sha256 is not None and item.task_id is not None:
            self._open(item.sha256, item.task_id)
        elif item.message:
            self._messages.warn(item.message, item.remedy)

    def _open(self, sha256: str, task_id: str | None = None) -> None:
        self.detail.begin(sha256, task_id)
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
