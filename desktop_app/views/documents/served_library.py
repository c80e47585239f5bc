"""One's own documents as the server lists them, and what a search among them finds."""

from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.qt_models.keyed_table import RowRole
from desktop_app.services.served_documents import ServedDocuments
from desktop_app.ui.background import Background
from desktop_app.ui.columns import AnyIndex
from desktop_app.ui.controls import Hairline, Surface, button, heading, icon_button
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.messages import Messages
from desktop_app.ui.tokens import Space
from desktop_app.views.documents.finder import Finder
from desktop_app.views.documents.library_nothing import nothing_left, nothing_yet, unreadable
from desktop_app.views.documents.searching import Searching
from desktop_app.views.documents.served_table import ServedTable
from worker_core.operations.remote.document_answers import Document, Documents
from worker_core.storage import SearchFilters

# Several files may settle at about the same time; the server is asked once.
_SETTLE_MS = 300


class ServedLibrary(Surface):
    """Asks the server in the background, only while it is on show."""

    chosen = Signal(str)
    """A document was clicked or opened; carries the hash of its content."""
    place_chosen = Signal(str, int, int)
    """A place that a search found: the document's hash, start and end in its text."""
    files_wanted = Signal()
    """There is nothing yet, and the user would add something."""

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
        self._filters = SearchFilters()
        self._reading = self._again = False
        self.finder = Finder()
        self.finder.field.setPlaceholderText("Search your documents")
        self.table = ServedTable()
        self.table.set_empty(EmptyState("documents", "Asking the server…"))
        self.table.clicked.connect(self._row_chosen)
        self.table.opened.connect(self._row_chosen)
        self.more = button("Show older ones", self._read_on, kind="quiet")
        self.more.hide()
        self.searching = Searching(documents, background, self)
        self.searching.place_chosen.connect(self._place_chosen)
        self._soon = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._soon.timeout.connect(self.refresh)
        self._lay_out()
        self.finder.changed.connect(self._narrow)
        self.finder.left.connect(self._go_on)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(Space.M, Space.XS, Space.XS, 0)
        head.addWidget(heading("Your documents"), 1)
        head.addWidget(icon_button("restart", "Ask the server again", self.refresh))
        find = QVBoxLayout()
        find.setContentsMargins(Space.M, Space.XS, Space.XS, Space.S)
        find.addWidget(self.finder)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(1, 1, 1, 1)
        rows.setSpacing(0)
        rows.addLayout(head)
        rows.addLayout(find)
        rows.addWidget(Hairline())
        rows.addWidget(self.table, 1)
        rows.addWidget(self.searching.hits, 1)
        rows.addWidget(self.more)
        self.searching.hits.hide()
        self.setFocusProxy(self.table)

    @property
    def reading(self) -> bool:
        """Whether an answer of the server is waited for."""
        return self._reading

    # What is wanted

    def look_for(self, words: str) -> None:
        """Search all of them for words."""
        self.finder.clear_filters()
        self.finder.field.setText(words)
        self.finder.now()

    def begin_search(self) -> None:
        """The keys go into the field."""
        self.finder.field.setFocus()
        self.finder.field.selectAll()

    def refresh_soon(self) -> None:
        """Something has changed, and more may follow."""
        self._soon.start()

    def pause(self) -> None:
        """While it is hidden nothing is asked."""
        self._soon.stop()
        self.finder.settle()

    def refresh(self) -> None:
        """Ask for the newest, and for what is searched."""
        if self._reading:
            self._again = True
            return
        self.searching.look_again()
        self._read(None)

    def _narrow(self) -> None:
        filters = self.finder.chosen()
        if filters is None:
            return
        words = self.finder.words
        self.table.setVisible(not words)
        self.more.setVisible(not words and self._after is not None)
        self.searching.hits.setVisible(bool(words))
        other, self._filters = filters != self._filters, filters
        self.searching.look(words, filters)
        if other:
            self.refresh()

    def _go_on(self) -> None:
        view = self.table if self.searching.hits.isHidden() else self.searching.hits
        view.setFocus()
        if not view.currentIndex().isValid() and view.model().rowCount():
            view.setCurrentIndex(view.model().index(0, 0))

    # The list

    def _read_on(self) -> None:
        if not self._reading:
            self._read(self._after)

    def _read(self, after: str | None) -> None:
        self._reading = True
        filters = self._filters
        self._background.run(
            self._documents.list(after, filters),
            "list your documents",
            on_success=partial(self._take, after, filters),
            on_failure=self._could_not,
            on_end=self._ended,
            owner=self,
        )

    def _take(self, after: str | None, filters: SearchFilters, page: Documents) -> None:
        if filters != self._filters:
            self._again = True
            return
        if not page.documents and after is None:
            narrowed = bool(list(filters))
            self.table.set_empty(
                nothing_left(self._clear) if narrowed else nothing_yet(self.files_wanted.emit)
            )
        self.table.take(page.documents, anew=after is None)
        self._after = page.next
        self.more.setVisible(page.next is not None and self.searching.hits.isHidden())

    def _clear(self) -> None:
        self.finder.clear_filters()
        self.finder.now()

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

    def _row_chosen(self, index: AnyIndex) -> None:
        row: Document = index.data(RowRole)
        self.chosen.emit(row.document)

    def _place_chosen(self, number: int, start: int, end: int) -> None:
        for hit in self.searching.hits.found.hits:
            if hit.document.id == number:
                self.place_chosen.emit(hit.document.sha256, start, end)
                return
