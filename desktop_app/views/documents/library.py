"""All documents of the store in a table that reads on as one scrolls."""

import time

from PySide6.QtCore import QModelIndex, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.services.documents import Documents
from desktop_app.ui.background import Background
from desktop_app.ui.columns import AnyIndex, Column, Kind
from desktop_app.ui.controls import Hairline, Surface, heading, icon_button
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.messages import Messages
from desktop_app.ui.tables import Table
from desktop_app.ui.tokens import Space
from desktop_app.views.documents import library_model
from desktop_app.views.documents.library_model import LibraryModel, RecordRole
from worker_core.storage import DocumentRecord

PAGE = 100

# Several files may settle at about the same time; the store is asked once.
_SETTLE_MS = 150

# Columns that give way when the panel is narrow, and the width that each needs it to have.
_NEEDS = {
    library_model.Column.COMPANY: 400,
    library_model.Column.TYPE: 520,
    library_model.Column.WHEN: 620,
    library_model.Column.EXTENT: 720,
}


def _status_ink(index: AnyIndex) -> str:
    record: DocumentRecord = index.data(RecordRole)
    return "danger" if record.status == "failed" else "text_muted"


_COLUMNS = (
    Column(stretch=True),
    Column(width=180),
    Column(width=84, ink="text_muted"),
    Column(Kind.NUMBER, 96),
    Column(width=92, ink=_status_ink),
    Column(Kind.NUMBER, 108, ink="text_muted"),
)


class LibraryTable(Table):
    """Leaves out the columns for which there is no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Documents", _COLUMNS, parent)

    def fit(self, width: int) -> None:
        for column, needed in _NEEDS.items():
            self.setColumnHidden(column, width < needed)


class Library(Surface):
    """Reads the store in the background, only while it is on show."""

    chosen = Signal(int)
    """A document was clicked or opened; carries its id."""
    passed = Signal(int)
    """The cursor moved onto a document; carries its id."""
    files_wanted = Signal()
    """There is nothing yet, and the user would add something."""

    def __init__(
        self,
        documents: Documents,
        background: Background,
        messages: Messages,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._documents = documents
        self._background = background
        self._messages = messages
        self._reading = False
        self._again = False
        self._failed = False
        self.model = LibraryModel(time.time, self)
        self.model.page_wanted.connect(self._read_on)
        self.table = LibraryTable()
        self.table.setModel(self.model)
        self.table.set_empty(EmptyState("documents", "Reading the library…"))
        self.table.opened.connect(self._opened)
        self.table.clicked.connect(self._opened)
        self.table.current_changed.connect(self._moved)
        self._soon = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._soon.timeout.connect(self.refresh)
        head = QHBoxLayout()
        head.setContentsMargins(Space.M, Space.XS, Space.XS, Space.XS)
        head.addWidget(heading("Library"), 1)
        head.addWidget(icon_button("restart", "Read the library again", self.refresh))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(Hairline())
        layout.addWidget(self.table, 1)

    def refresh_soon(self) -> None:
        """Something in the store has changed, and more may follow."""
        self._soon.start()

    def refresh(self) -> None:
        """Read the newest documents again."""
        if self._reading:
            self._again = True
            return
        self._reading = True
        self._background.run(
            self._documents.library(PAGE),
            "read the library",
            on_success=self._refreshed,
            on_failure=self._could_not,
            on_end=self._ended,
            owner=self,
        )

    def pause(self) -> None:
        """While it is hidden nothing is read."""
        self._soon.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.table.fit(self.width())

    def _read_on(self) -> None:
        if self._reading or self._failed:
            return
        self._reading = True
        self._background.run(
            self._documents.library(PAGE, self.model.last_id),
            "read more of the library",
            on_success=self._appended,
            on_failure=self._could_not,
            on_end=self._ended,
            owner=self,
        )

    def _refreshed(self, page: tuple[DocumentRecord, ...]) -> None:
        self._failed = False
        selected = self.selected()
        if not page:
            self._say_nothing_yet()
        self.model.refresh(page, PAGE)
        if selected is not None and self.selected() is None:
            self.select(selected.id)

    def _appended(self, page: tuple[DocumentRecord, ...]) -> None:
        self.model.append(page, PAGE)

    def _could_not(self, error: Exception) -> None:
        self._failed = True
        said = getattr(error, "message", "") or str(error) or type(error).__name__
        remedy = getattr(error, "remedy", "") or "Read it again; the log has the details."
        if self.model.rowCount():
            self._messages.error(f"Could not read the library: {said}", remedy)
        else:
            sentence = f"The library could not be read: {said}"
            self.table.set_empty(EmptyState("error", sentence, remedy, "Try again", self.refresh))

    def _say_nothing_yet(self) -> None:
        self.table.set_empty(
            EmptyState(
                "documents",
                "No documents yet",
                "Drop a filing on this window. What it says and its tone appear here.",
                "Choose files…",
                self.files_wanted.emit,
            )
        )

    def _ended(self) -> None:
        self._reading = False
        if self._again:
            self._again = False
            self.refresh()

    def selected(self) -> DocumentRecord | None:
        rows = self.table.selected_rows()
        return self.model.records[rows[0]] if rows else None

    def select(self, document_id: int) -> None:
        """Put the cursor on a document, if it has been read."""
        row = self.model.row_of(document_id)
        if row is not None and row not in self.table.selected_rows():
            self.table.selectRow(row)

    def _opened(self, index: QModelIndex) -> None:
        self.chosen.emit(self.model.records[index.row()].id)

    def _moved(self, index: AnyIndex) -> None:
        # A table that gains the focus puts its cursor somewhere without selecting anything.
        if index.isValid() and index.row() in self.table.selected_rows():
            self.passed.emit(self.model.records[index.row()].id)
