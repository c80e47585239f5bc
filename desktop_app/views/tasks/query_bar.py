"""What is looked for: one search, what it means in words, and those that were saved."""

from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.monitor.query import (
    EVERYTHING,
    Query,
    QuerySyntaxError,
    Vocabulary,
    describe,
    parse,
)
from desktop_app.monitor.query.edit import chosen_states, with_states
from desktop_app.qt_models.words import clean
from desktop_app.services.saved_queries import SavedQueries
from desktop_app.ui import fonts
from desktop_app.ui.controls import Label, button
from desktop_app.ui.messages import Messages
from desktop_app.ui.named_menu import NamedMenu, NameRow, Shelf
from desktop_app.ui.tokens import Space
from desktop_app.views.tasks.query_field import QueryField

# Long enough that a word is typed as one search, too short to be noticed.
_TYPING_MS = 150
_NOTHING_TYPED = "All tasks. Type a word, or a condition such as state:failed or runtime:>5"


class QueryBar(QWidget):
    """While what is typed cannot be understood, the search before it stays in force."""

    changed = Signal(object)
    """The search in force is another."""

    def __init__(
        self,
        saved: SavedQueries,
        messages: Messages,
        vocabulary: Callable[[], Vocabulary],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._query = EVERYTHING
        # What the search in force was typed as.
        self._text = ""
        self.search = QueryField(vocabulary)
        self.saved = button("Saved", icon="filter", tip="Saved searches")
        self._shelf = saved
        self.menu = NamedMenu(messages, self)
        self.saved.setMenu(self.menu)
        self.export = button("Export", icon="download", tip="Write all tasks that match to a file")
        self.naming = NameRow("search", "Late forecasts")
        self.sentence = Label(
            font=fonts.sans(12), ink="text_muted", elide=Qt.TextElideMode.ElideRight
        )
        self.sentence.setContentsMargins(Space.XS, 0, 0, 0)
        self._typed = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._arrange()
        self._typed.timeout.connect(self.announce)
        self.search.textChanged.connect(self._typed.start)
        self.search.left.connect(self.announce)
        self.search.settled.connect(self._typed.start)
        self.menu.aboutToShow.connect(self._before_menu)
        self.menu.chosen.connect(lambda query: self.set_text(query.text))
        self.menu.naming.connect(self.naming.ask)
        self.naming.done.connect(self.search.setFocus)
        self._explain("")

    def _arrange(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(Space.S)
        line.addWidget(self.search, 1)
        line.addWidget(self.saved)
        line.addWidget(self.export)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.XS)
        layout.addLayout(line)
        layout.addWidget(self.naming)
        layout.addWidget(self.sentence)

    @property
    def query(self) -> Query:
        """The search in force."""
        return self._query

    @property
    def states(self) -> frozenset[str]:
        """The states that the search is confined to; none for all."""
        return chosen_states(self._query.root)

    def set_text(self, text: str) -> None:
        """Search for that, at once."""
        if self.search.text() != text:  # else the cursor would jump to the end
            self.search.setText(text)
        self.announce()

    def set_states(self, states: frozenset[str]) -> None:
        """Confine the search to these states instead of those before, and leave the rest of it."""
        with suppress(QuerySyntaxError):
            self.announce()
            self.set_text(with_states(self._text, states))

    def announce(self) -> None:
        """Take what is typed as it stands now."""
        self._typed.stop()
        text = self.search.text()
        try:
            query = parse(text)
        except QuerySyntaxError as error:
            if not self.search.is_busy_with(error):
                self.search.mark(error)
                self._explain(str(error), ink="danger")
            return
        self._text = text
        self._explain("" if query.everything else f"{describe(query)}.")
        if query != self._query:
            self._query = query
            self.changed.emit(query)

    def _explain(self, said: str, *, ink: str = "text_muted") -> None:
        self.sentence.set_ink(ink)
        self.sentence.setText(clean(said) or _NOTHING_TYPED)
        self.search.setAccessibleDescription(clean(said))

    def _before_menu(self) -> None:
        self.announce()
        text, saved = self._text, self._shelf
        self.menu.fill(
            Shelf(
                saved,
                tip=lambda query: str(query.text),
                keep=lambda name: saved.save(name, text),
                can_keep=bool(text.strip()),
            )
        )
