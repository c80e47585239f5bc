"""The text of a document, one section at a time: sections at its left, a sentence below it."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from desktop_app.services.document_store import DocumentResult
from desktop_app.services.readable import Readable
from desktop_app.ui import fonts, formats
from desktop_app.ui.background import Background
from desktop_app.ui.columns import AnyIndex
from desktop_app.ui.controls import Hairline, Label
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.picker import Picker
from desktop_app.ui.tokens import Space
from desktop_app.views.documents import sections, wording
from desktop_app.views.documents.chosen_sentence import ChosenSentence
from desktop_app.views.documents.legend import Legend
from desktop_app.views.documents.marked_reader import MarkedReader
from desktop_app.views.documents.outline import WHOLE, Outline
from desktop_app.views.documents.place_label import PlaceLabel
from desktop_app.views.documents.sentence_marks import SentenceMarks
from worker_core.storage import Section

_LABEL_LIMIT = 80
# From this width on the sections stand beside the text; below, a picker leads to them.
OUTLINE_FROM = 680
_OUTLINE, _OUTLINE_LEAST, _OUTLINE_MOST = 208, 176, 340
_TEXT = 390


class TextPane(QWidget):
    """Sections, reader and the chosen sentence; says which characters are in sight."""

    section_shown = Signal(object)
    """The section in the reader; None for the whole document."""

    def __init__(
        self, documents: Readable, background: Background, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._documents = documents
        self._background = background
        self._document_id = 0
        self._characters = 0
        self._sections: Sequence[Section] = ()
        self.picker = Picker()
        self.picker.setAccessibleName("Section to read")
        self.picker.activated.connect(self._show)
        self.outline = Outline()
        self.outline.clicked.connect(self._outline_chosen)
        self.outline.opened.connect(self._outline_chosen)
        self.reader = MarkedReader()
        self.sentence = ChosenSentence(self.reader, documents, background, self)
        self._elsewhere = EmptyState("documents", "")
        self._elsewhere.hide()
        self._arrange()
        self.reader.wanted.connect(self._load)
        self.reader.moved.connect(self._say_place)
        self.sentence.place_wanted.connect(self.show_place)

    def _arrange(self) -> None:
        self._place = PlaceLabel()
        self._legend = Legend()
        self._misplaced = Label(font=fonts.sans(12), ink="warning")
        self._misplaced.setWordWrap(True)
        self._misplaced.setContentsMargins(Space.M, 0, Space.M, Space.S)
        head = QHBoxLayout()
        head.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        head.setSpacing(Space.M)
        head.addWidget(self.picker, 2)
        head.addWidget(self._legend)
        head.addWidget(self._place, 1)
        text = QWidget()
        text.setProperty("role", "plain")
        column = QVBoxLayout(text)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._misplaced)
        column.addWidget(Hairline())
        column.addWidget(self.reader, 1)
        column.addWidget(self._elsewhere, 1)
        column.addWidget(self.sentence.panel)
        self._halves = QSplitter(Qt.Orientation.Horizontal)
        self._halves.setHandleWidth(1)
        self._halves.setChildrenCollapsible(False)
        self._halves.addWidget(self.outline)
        self._halves.addWidget(text)
        self.outline.setMinimumWidth(_OUTLINE_LEAST)
        self.outline.setMaximumWidth(_OUTLINE_MOST)
        # Where there is more room, the titles of the sections need some of it too.
        for place, share in enumerate((_OUTLINE, _TEXT)):
            self._halves.setStretchFactor(place, share)
        self._halves.setSizes([_OUTLINE, _TEXT])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._halves)

    # What is open

    def show_result(self, result: DocumentResult) -> None:
        """Begin a document at its first characters."""
        self._document_id = result.document.id
        self._characters = result.document.characters or 0
        self._sections = result.sections
        self.picker.clear()
        self.picker.addItem(WHOLE)
        for section in result.sections:
            named = f"{wording.section_name(section.name)}  {section.title}"
            self.picker.addItem(formats.shorten(named, _LABEL_LIMIT))
        self.show_marks(result)
        self._show(0)

    def show_marks(self, result: DocumentResult) -> None:
        """Take in what is known of its sentences, and leave what is read where it is."""
        marks = SentenceMarks(result.sentences, result.labels, self._characters)
        self._legend.setVisible(len(marks) > 0)
        self._misplaced.setText(wording.misplaced(marks.misplaced))
        self._misplaced.setVisible(marks.misplaced > 0)
        self.sentence.begin(result.document, marks)
        scores = result.sentiment.scores if result.sentiment else ()
        whole = result.sentiment.whole if result.sentiment else None
        self.outline.set_rows(sections.rows(result.sections, scores), whole.mean if whole else None)
        self.outline.choose(max(self.picker.currentIndex(), 0))
        self._fit()

    def show_section(self, section: Section) -> None:
        self._show(self._sections.index(section) + 1)

    def show_place(self, start: int, end: int) -> None:
        """Show a passage, marked, within the section in which it stands."""
        section = wording.section_at(self._sections, start)
        place = self._sections.index(section) + 1 if section else 0
        self._show(place, (start, end))
        self.sentence.choose_span(start, end)

    def _outline_chosen(self, index: AnyIndex) -> None:
        self._show(index.row())

    def _show(self, place: int, mark: tuple[int, int] | None = None) -> None:
        self.sentence.close()
        section = self._sections[place - 1] if place else None
        self.picker.setCurrentIndex(place)
        self.outline.choose(place)
        start, end = (section.start, section.end) if section else (0, self._characters)
        empty = start >= end
        self.reader.setVisible(not empty)
        self._elsewhere.setVisible(empty)
        if empty:
            self._explain(section)
        self.reader.show_stretch(start, end, mark)
        self._say_place()
        self.section_shown.emit(section)

    def _explain(self, section: Section | None) -> None:
        if section is not None and section.by_reference:
            self._elsewhere.set_text(
                "This section is given by reference",
                "The filing says that its content stands in another document.",
            )
        else:
            self._elsewhere.set_text(
                "There is no text here", "A scan without recognised text has none to read."
            )

    def _load(self, stretch: int, start: int, end: int) -> None:
        self._background.run(
            self._documents.text(self._document_id, start, end),
            "read the document's text",
            on_success=partial(self.reader.add, stretch, start),
            owner=self,
        )

    def _say_place(self) -> None:
        first, last = self.reader.shown_range()
        loaded = self.reader.loaded
        if loaded[0] == loaded[1]:
            self._place.forget()
        else:
            self._place.show_place(first, last, self._characters)

    def set_read_only(self, read_only: bool) -> None:
        self.sentence.set_read_only(read_only)

    def _fit(self) -> None:
        beside = self.width() >= OUTLINE_FROM and len(self._sections) > 0
        self.outline.setVisible(beside)
        self.picker.setVisible(not beside and len(self._sections) > 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
