"""The sentence that is looked at: marked in the text, explained and labelled below it."""

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from desktop_app.services.readable import Readable
from desktop_app.ui.background import Background
from desktop_app.views.documents.labelling import Labelling
from desktop_app.views.documents.marked_reader import MarkedReader
from desktop_app.views.documents.reasons import reasons_of
from desktop_app.views.documents.sentence_marks import LABELS, SentenceMarks
from desktop_app.views.documents.sentence_panel import SentencePanel
from worker_core.storage import DocumentRecord


class ChosenSentence(QObject):
    """Joins the reader, the panel and the labels. There may be none that is chosen."""

    place_wanted = Signal(int, int)
    """To a sentence that is not in the reader yet."""

    def __init__(
        self,
        reader: MarkedReader,
        documents: Readable,
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._reader = reader
        self._documents = documents
        self._background = background
        self._document_id = 0
        self._marks = SentenceMarks()
        self._chosen: int | None = None
        self.labelling = Labelling(documents, background, self)
        self.panel = SentencePanel()
        reader.picked.connect(self._picked)
        reader.step_wanted.connect(self._step)
        reader.label_wanted.connect(self._give)
        reader.undo_wanted.connect(self._undo)
        self.panel.step_wanted.connect(self._step)
        self.panel.label_wanted.connect(self._give)
        self.panel.undo_wanted.connect(self._undo)
        self.panel.closed.connect(self.close)
        self.labelling.changed.connect(self._label_changed)
        self.labelling.status_read.connect(self.panel.show_status)

    @property
    def place(self) -> int | None:
        """Its place among the marks."""
        return self._chosen

    @property
    def marks(self) -> SentenceMarks:
        return self._marks

    def begin(self, document: DocumentRecord, marks: SentenceMarks) -> None:
        """Work on these sentences from now on; the chosen one stays, if it is among them."""
        span = self._marks[self._chosen].span if self._chosen is not None else None
        same = document.id == self._document_id
        self.close()
        self._document_id, self._marks = document.id, marks
        self.labelling.begin(document.sha256, marks)
        self._reader.set_marks(marks)
        if same and span is not None:
            self.choose_span(*span)

    def choose_span(self, start: int, end: int) -> None:
        """Choose the sentence of exactly this place, if there is one."""
        place = self._marks.of_span(start, end)
        if place is not None:
            self._choose(place)

    def close(self) -> None:
        """Choose none."""
        if self._chosen is None:
            return
        self._chosen = None
        self._reader.choose(None)
        focus = QApplication.focusWidget()
        if focus is not None and self.panel.isAncestorOf(focus):
            self._reader.setFocus()
        self.panel.hide()

    def set_read_only(self, read_only: bool) -> None:
        self.labelling.read_only = read_only
        self.panel.set_read_only(read_only)

    def _picked(self, place: int) -> None:
        if place < 0:
            self.close()
        else:
            self._choose(place)

    def _step(self, step: int, told: bool) -> None:
        first, _ = self._reader.shown_range()
        place = self._marks.beside(self._chosen, first, step, told=told)
        if place is None:
            return
        start, end = self._marks[place].span
        if self._reader.words(start, end) is None:
            self.place_wanted.emit(start, end)
        else:
            self._choose(place)
            self._reader.bring_into_sight(start, end)

    def _choose(self, place: int) -> None:
        """Show why a sentence has its tone; its words may have to be fetched first."""
        self._chosen = place
        mark = self._marks[place]
        self._reader.choose(mark)
        if self.panel.isHidden():
            self.labelling.read_status()
        self.panel.show_sentence(mark)
        start, end = mark.span
        words = self._reader.words(start, end)
        if words is not None:
            self._explain(place, words)
            return
        self.panel.show_reasons([])
        self._background.run(
            self._documents.text(self._document_id, start, end),
            "read the sentence",
            on_success=partial(self._explain, place),
            owner=self,
        )

    def _explain(self, place: int, words: str) -> None:
        if place == self._chosen:
            self.panel.show_reasons(reasons_of(self._marks[place].sentence.evidence, words))

    def _give(self, label: str) -> None:
        if self._chosen is not None and label in LABELS:
            self.labelling.give(self._chosen, LABELS[label])

    def _undo(self) -> None:
        """Take back the label of the chosen sentence, else the one that was given last."""
        place = self._chosen
        if place is None or self._marks[place].label is None:
            place = self.labelling.last_given()
        if place is not None:
            self.labelling.undo(place)

    def _label_changed(self, place: int) -> None:
        mark = self._marks[place]
        self._reader.dress(*self._reader.within_loaded(*mark.span))
        self._reader.viewport().update()
        if place == self._chosen:
            self.panel.show_sentence(mark)
        else:
            self.place_wanted.emit(*mark.span)
