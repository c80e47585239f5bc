"""Labels that a person gives to the sentences of the document that is open."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from desktop_app.services.readable import Readable
from desktop_app.ui.background import Background
from desktop_app.views.documents.sentence_marks import SentenceMarks
from worker_core.operations.labels import LabelStatus
from worker_core.storage import LabelRecord, ToneLabel


class Labelling(QObject):
    """One command after the other: what a key repeats meanwhile is let fall, not counted twice."""

    changed = Signal(int)
    """The label of the sentence at this place is another one."""
    status_read = Signal(object)

    def __init__(
        self, documents: Readable, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._documents = documents
        self._background = background
        self._sha256 = ""
        self._marks = SentenceMarks()
        self._given: list[tuple[int, int]] = []
        self._busy = False
        self.read_only = False

    def begin(self, sha256: str, marks: SentenceMarks) -> None:
        """Label these sentences from now on."""
        if sha256 != self._sha256:
            self._given.clear()
        self._sha256, self._marks = sha256, marks

    def read_status(self) -> None:
        """Ask how many labels are awaited before the next training."""

        def told(status: LabelStatus) -> None:
            self.status_read.emit(status)

        self._background.run(
            self._documents.label_status(),
            "count the labels",
            on_success=told,
            on_failure=lambda _: self.status_read.emit(None),
            owner=self,
        )

    def give(self, place: int, label: ToneLabel) -> None:
        mark = self._marks[place]
        if self._busy or self.read_only or (mark.label and mark.label.label == label):
            return
        self._busy = True
        start, end = mark.span
        took = self._taker(place)

        def given(record: LabelRecord) -> None:
            self._given.append((start, end))
            took(record)

        self._background.run(
            self._documents.give_label(self._sha256, start, end, label),
            "label the sentence",
            on_success=given,
            on_end=self._ended,
            owner=self,
        )

    def undo(self, place: int) -> None:
        """Take the label of a sentence back; the one before it stands again."""
        label = self._marks[place].label
        if self._busy or self.read_only or label is None:
            return
        self._busy = True
        span = self._marks[place].span
        took = self._taker(place)

        def taken_back(before: LabelRecord | None) -> None:
            self._given = [one for one in self._given if one != span]
            took(before)

        self._background.run(
            self._documents.undo_label(label.id),
            "take the label back",
            on_success=taken_back,
            on_end=self._ended,
            owner=self,
        )

    def last_given(self) -> int | None:
        """The place of the sentence that was labelled last in this document."""
        return self._marks.of_span(*self._given[-1]) if self._given else None

    def _taker(self, place: int) -> Callable[[LabelRecord | None], None]:
        """What takes in an answer, unless another document is open by then."""
        marks = self._marks

        def took(label: LabelRecord | None) -> None:
            if marks is self._marks:
                marks.give(place, label)
                self.changed.emit(place)
            self.read_status()

        return took

    def _ended(self) -> None:
        self._busy = False
