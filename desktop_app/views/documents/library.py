"""All documents of the store, and what a search among them finds; both read on as one scrolls."""

import time
from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import QModelIndex, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.services.documents import Documents
from desktop_app.services.kept import Kept
from desktop_app.ui.background import Background
from desktop_app.ui.column_menu import ChosenColumns
from desktop_app.ui.columns import AnyIndex
from desktop_app.ui.controls import Hairline, Surface, heading, icon_button
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.messages import Messages
from desktop_app.ui.tokens import Space
from desktop_app.views.documents import library_model
from desktop_app.views.documents.finder import Finder
from desktop_app.views.documents.library_model import LibraryModel
from desktop_app.views.documents.library_nothing import nothing_left, nothing_yet, unreadable
from desktop_app.views.documents.library_table import NEEDS, LibraryTable
from desktop_app.views.documents.searching import Searching
from worker_core.storage import DocumentRecord, SearchFilters

PAGE = 100

# Several files may settle at about the same time; the store is asked once.
_SETTLE_MS = 150


class Library(Surface):
    """Reads the store in the background, only while it is on show."""

    chosen = Signal(int)
    """A document was clicked or opened; carries its id."""
    place_chosen = Signal(int, int, int)
    """A place that a search found: the document's id, start and end in its text."""
    passed = Signal(int)
    """The cursor moved onto a document; carries its id."""
    files_wanted = Signal()
    """There is nothing yet, and the user would add something."""

    def __init__(
        self,
        documents: Documents,
        background: Background,
        messages: Messages,
        kept: Kept | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._documents = documents
        self._background = background
        self._messages = messages
        self._kept = kept
        self._reading = self._again = self._failed = False
        self._filters = SearchFilters()
        # Counts what was asked for, so that late answers to something else are let fall.
        self._look = self._shown = 0
        self.model = LibraryModel(time.time, self)
        self.model.page_wanted.connect(self._read_on)
        self.table = LibraryTable()
        self.table.setModel(self.model)
        self.table.set_empty(EmptyState("documents", "Reading the library…"))
        self.table.opened.connect(self._opened)
        self.table.clicked.connect(self._opened)
        self.table.current_changed.connect(self._moved)
        self.finder = Finder()
        self.searching = Searching(documents, background, self)
        self.searching.place_chosen.connect(self.place_chosen)
        self.columns = ChosenColumns(
            self.table,
            library_model.TITLES,
            lambda place: self.width() >= NEEDS.get(library_model.Column(place), 1_000_000),
        )
        self._soon = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._soon.timeout.connect(self.refresh)
        self._arrange()
        self._restore()
        self.finder.changed.connect(self._narrow)
        self.finder.left.connect(self._go_on)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(Space.M, Space.XS, Space.XS, 0)
        head.addWidget(heading("Library"), 1)
        head.addWidget(self.columns.button)
        head.addWidget(icon_button("restart", "Read the library again", self.refresh))
        find = QVBoxLayout()
        find.setContentsMargins(Space.M, Space.XS, Space.XS, Space.S)
        find.addWidget(self.finder)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addLayout(find)
        layout.addWidget(Hairline())
        layout.addWidget(self.table, 1)
        layout.addWidget(self.searching.hits, 1)
        self.searching.hits.hide()

    # How it was left

    def _restore(self) -> None:
        kept = self._kept
        if kept is None:
            return
        self.columns.restore(kept.get("columns", dict, {}))
        self.finder.restore(kept.get("filters", dict, {}))
        self.finder.settle()
        self._filters = self.finder.chosen() or SearchFilters()
        self.columns.changed.connect(lambda columns: self._keep("columns", columns))

    def _keep(self, name: str, value: object) -> None:
        if self._kept is not None:
            self._background.run(self._kept.put(name, value), "remember how the page was left")

    # What is wanted

    def look_at(self, ticker: str) -> None:
        """Show the documents of a symbol."""
        self.finder.field.clear()
        self.finder.restore({"ticker": ticker})
        self.finder.now()

    def look_for(self, words: str) -> None:
        """Search all documents for words."""
        self.finder.clear_filters()
        self.finder.field.setText(words)
        self.finder.now()

    def _narrow(self) -> None:
        filters = self.finder.chosen()
        if filters is None:
            return
        self._keep("filters", self.finder.told())
        words = self.finder.words
        self.table.setVisible(not words)
        self.searching.hits.setVisible(bool(words))
        self.columns.button.setEnabled(not words)
        other, self._filters = filters != self._filters, filters
        self.searching.look(words, filters)
        if other:
            self._look += 1
        if not words and (other or self._failed):
            self.refresh()

    def _go_on(self) -> None:
        view = self.table if self.searching.hits.isHidden() else self.searching.hits
        view.setFocus()
        if not view.currentIndex().isValid() and view.model().rowCount():
            view.setCurrentIndex(view.model().index(0, 0))

    def refresh_soon(self) -> None:
        """Something in the store has changed, and more may follow."""
        self._soon.start()

    def refresh(self) -> None:
        """Read the newest documents again."""
        if self._reading:
            self._again = True
            return
        self.searching.look_again()
        look = self._look
        self._read(
            self._documents.library(PAGE, None, self._filters),
            "read the library",
            lambda page: self._refreshed(look, page),
        )

    def pause(self) -> None:
        """While it is hidden nothing is read."""
        self._soon.stop()
        self.finder.settle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.columns.fit()

    def _read_on(self) -> None:
        if self._reading or self._failed:
            return
        look = self._look
        self._read(
            self._documents.library(PAGE, self.model.last_id, self._filters),
            "read more of the library",
            lambda page: self._appended(look, page),
        )

    def _read(self, reading: Coroutine[Any, Any, Any], what: str, then: Any) -> None:
        self._reading = True
        self._background.run(
            reading,
            what,
            on_success=then,
            on_failure=self._could_not,
            on_end=self._ended,
            owner=self,
        )

    def _refreshed(self, look: int, page: tuple[DocumentRecord, ...]) -> None:
        self._failed = False
        if look != self._look:
            self._again = True
            return
        selected = self.selected()
        if not page:
            self._say_nothing_yet()
        (self.model.refresh if look == self._shown else self.model.begin)(page, PAGE)
        self._shown = look
        if selected is not None and self.selected() is None:
            self.select(selected.id)

    def _appended(self, look: int, page: tuple[DocumentRecord, ...]) -> None:
        if look == self._look:
            self.model.append(page, PAGE)

    def _could_not(self, error: Exception) -> None:
        self._failed = True
        said = getattr(error, "message", "") or str(error) or type(error).__name__
        remedy = getattr(error, "remedy", "") or "Read it again; the log has the details."
        if self.model.rowCount():
            self._messages.error(f"Could not read the library: {said}", remedy)
        else:
            self.table.set_empty(unreadable(said, remedy, self.refresh))

    def _say_nothing_yet(self) -> None:
        if list(self._filters):
            self.table.set_empty(nothing_left(self._clear))
        else:
            self.table.set_empty(nothing_yet(self.files_wanted.emit))

    def _clear(self) -> None:
        self.finder.clear_filters()
        self.finder.now()

    def _ended(self) -> None:
        self._reading = False
        if self._again:
            self._again = False
            self.refresh()

    # The cursor

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
