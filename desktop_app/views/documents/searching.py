"""A search among the documents: asked in the background, read on as one scrolls."""

from typing import Protocol

from PySide6.QtCore import QObject, Signal

from desktop_app.ui.background import Background
from desktop_app.ui.empty import EmptyState
from desktop_app.views.documents.hits import Hits
from worker_core.storage import SearchFilters, SearchHit

PAGE = 50


class Searchable(Protocol):
    """Where the documents are. Errors are in words for the user."""

    async def search(
        self, words: str, filters: SearchFilters, limit: int, after: int = 0
    ) -> tuple[SearchHit, ...]: ...


class Searching(QObject):
    """Its hits are a view of their own. An answer to other words than those that are asked for by
    then is let fall."""

    place_chosen = Signal(int, int, int)
    """The document's id, and where in its text the words are."""

    def __init__(
        self, documents: Searchable, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._documents = documents
        self._background = background
        self._words = ""
        self._filters = SearchFilters()
        self._asked = 0
        self._reading_on = False
        self.hits = Hits()
        self.hits.opened.connect(self._opened)
        self.hits.found.page_wanted.connect(self._read_on)

    def look(self, words: str, filters: SearchFilters) -> None:
        """Find the documents that have the words; without any there is nothing to show."""
        if (words, filters) == (self._words, self._filters):
            return
        self._words, self._filters = words, filters
        self._ask()

    def look_again(self) -> None:
        """More may have been indexed by now."""
        if self._words:
            self._ask()

    def _ask(self) -> None:
        self._asked += 1
        self._reading_on = False
        asked = self._asked
        if not self._words:
            self.hits.found.begin((), PAGE)
            return

        def found(hits: tuple[SearchHit, ...]) -> None:
            if asked == self._asked:
                self.hits.set_empty(None if hits else self._nothing())
                self.hits.found.begin(hits, PAGE)
                self.hits.scrollToTop()

        def failed(error: Exception) -> None:
            if asked == self._asked:
                said = getattr(error, "message", "") or str(error) or type(error).__name__
                self.hits.found.begin((), PAGE)
                self.hits.set_empty(EmptyState("search", said, getattr(error, "remedy", "")))

        self._background.run(
            self._documents.search(self._words, self._filters, PAGE),
            "search the documents",
            on_success=found,
            on_failure=failed,
            owner=self,
        )

    def _read_on(self) -> None:
        if self._reading_on:
            return
        self._reading_on = True
        asked = self._asked

        def more(hits: tuple[SearchHit, ...]) -> None:
            if asked == self._asked:
                self.hits.found.append(hits, PAGE)

        def ended() -> None:
            if asked == self._asked:
                self._reading_on = False

        self._background.run(
            self._documents.search(self._words, self._filters, PAGE, self.hits.found.rowCount()),
            "read more of what was found",
            on_success=more,
            on_end=ended,
            owner=self,
        )

    def _nothing(self) -> EmptyState:
        hint = "All of the words must be there. Try fewer, or one OR other."
        if list(self._filters):
            hint = "Try fewer words, or other filters."
        return EmptyState("search", "No document has these words", hint)

    def _opened(self, hit: SearchHit) -> None:
        self.place_chosen.emit(hit.document.id, *hit.place)
