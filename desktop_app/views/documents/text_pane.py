"""The text of a document, one section at a time."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.services.documents import DocumentResult, Documents
from desktop_app.ui import fonts, formats
from desktop_app.ui.background import Background
from desktop_app.ui.controls import Hairline, Label
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.picker import Picker
from desktop_app.ui.tokens import Space
from desktop_app.views.documents import wording
from desktop_app.views.documents.reader import Reader
from worker_core.storage import Section

_WHOLE = "Whole document"
_LABEL_LIMIT = 80


class TextPane(QWidget):
    """A picker of sections over the reader; says which characters are in sight."""

    section_shown = Signal(object)
    """The section in the reader; None for the whole document."""

    def __init__(
        self, documents: Documents, background: Background, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._documents = documents
        self._background = background
        self._document_id = 0
        self._characters = 0
        self._sections: Sequence[Section] = ()
        self.picker = Picker()
        self.picker.setAccessibleName("Section to read")
        self.picker.activated.connect(self._picked)
        self._place = Label(font=fonts.sans(11), ink="text_muted")
        self._place.setMinimumWidth(150)
        self._place.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.reader = Reader()
        self.reader.wanted.connect(self._load)
        self.reader.moved.connect(self._say_place)
        self._elsewhere = EmptyState("documents", "")
        self._elsewhere.hide()
        head = QHBoxLayout()
        head.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        head.setSpacing(Space.M)
        head.addWidget(self.picker, 1)
        head.addWidget(self._place)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(Hairline())
        layout.addWidget(self.reader, 1)
        layout.addWidget(self._elsewhere, 1)

    def show_result(self, result: DocumentResult) -> None:
        """Begin a document at its first characters."""
        self._document_id = result.document.id
        self._characters = result.document.characters or 0
        self._sections = result.sections
        self.picker.clear()
        self.picker.addItem(_WHOLE)
        for section in result.sections:
            named = f"{wording.section_name(section.name)}  {section.title}"
            self.picker.addItem(formats.shorten(named, _LABEL_LIMIT))
        self._show(0)

    def show_section(self, section: Section) -> None:
        self._show(self._sections.index(section) + 1)

    def show_place(self, start: int, end: int) -> None:
        """Show a passage, marked, within the section in which it stands."""
        section = wording.section_at(self._sections, start)
        place = self._sections.index(section) + 1 if section else 0
        self._show(place, (start, end))

    def _picked(self, place: int) -> None:
        self._show(place)

    def _show(self, place: int, mark: tuple[int, int] | None = None) -> None:
        section = self._sections[place - 1] if place else None
        self.picker.setCurrentIndex(place)
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
            self._elsewhere.set_text("There is no text here")

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
            self._place.setText("")
            return
        self._place.setText(
            f"{formats.count(first)}–{formats.count(last)} of {formats.count(self._characters)}"
        )
