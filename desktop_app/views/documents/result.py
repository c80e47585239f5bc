"""One document: the facts of its cover, what was found in it, and its text."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.services.document_store import DocumentResult
from desktop_app.services.readable import Readable
from desktop_app.services.tray import TrayItem
from desktop_app.ui.background import Background
from desktop_app.ui.controls import Hairline, Surface
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.messages import Messages
from desktop_app.views.documents.correcting import Correcting
from desktop_app.views.documents.figure_detail import Wanted
from desktop_app.views.documents.problem import Problem
from desktop_app.views.documents.result_head import ResultHead
from desktop_app.views.documents.result_panes import ResultPanes
from desktop_app.views.documents.strongest import Strongest
from worker_core.storage import DocumentRecord


class ResultView(Surface):
    """Closed until something is opened in it. Reads in the background."""

    closed = Signal()
    full_wanted = Signal()
    again_wanted = Signal(object)
    """The path of a failed file that is to be taken in again."""
    task_wanted = Signal(str)
    compare_wanted = Signal(object)
    """The record of a filing that is to be compared with another one."""

    corrected = Signal(object)
    """A document has other facts now; carries its record."""

    def __init__(
        self,
        documents: Readable,
        background: Background,
        messages: Messages,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName("Result")
        self.setMinimumWidth(420)
        self._documents = documents
        self._background = background
        self._messages = messages
        self._shown: DocumentResult | None = None
        self._place: tuple[int, int] | None = None
        self._entering = False
        self.document_id: int | None = None
        """The document that is open or about to be."""
        self.head = ResultHead()
        self.head.close_wanted.connect(self.close_view)
        self.head.full_wanted.connect(self.full_wanted)
        self.head.compare_wanted.connect(self._compare)
        self._correcting = Correcting(self.head, documents, background, messages, self)
        self._correcting.corrected.connect(self._corrected)
        self.panes = ResultPanes(documents, background, messages)
        self.text, self.findings = self.panes.text, self.panes.findings
        self.figures = self.panes.figures
        self.figures.place_wanted.connect(self._find_value)
        self._strongest = Strongest(documents, background, self.findings, self)
        self._strongest.wanted = lambda document_id: document_id == self.document_id
        self._pending = EmptyState("documents", "")
        self._problem = Problem()
        self._problem.again_wanted.connect(self.again_wanted)
        self._problem.task_wanted.connect(self.task_wanted)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        self._line = Hairline()
        layout.addWidget(self._line)
        layout.addWidget(self.panes, 1)
        layout.addWidget(self._pending, 1)
        layout.addWidget(self._problem, 1)
        self._show_only(self._pending)
        self.hide()

    def offer_reading_alone(self) -> None:
        """What only a database can do is not offered: comparing, correcting, finding places."""
        self.head.offer_reading_alone()
        self.figures.detail.offer_no_places()

    # What is open

    def open_document(self, document_id: int, place: tuple[int, int] | None = None) -> None:
        """Read a document and show it, at a place of its text if one is told; one that is open
        stays as it is."""
        self.show()
        self._place = place
        if document_id != self.document_id:
            self.document_id = document_id
            self._read(document_id)
        elif self._shown is not None:
            self._go_to_place()

    def enter(self) -> None:
        """The keyboard goes to the text, at once or when it is there."""
        self._entering = True
        if self._shown is not None and self._place is None:
            self._go_in()

    def _go_in(self) -> None:
        if self._entering and self.text.reader.isVisible():
            self._entering = False
            self.text.reader.setFocus()

    def reload(self) -> None:
        """Read again what is open: more may be known of it."""
        if self.document_id is not None:
            self._read(self.document_id)

    def open_problem(self, item: TrayItem) -> None:
        """Show why a file was not processed."""
        self.document_id = self._shown = None
        self.head.show_name(item.name)
        self._problem.show_item(item)
        self._show_only(self._problem)
        self.show()

    def close_view(self) -> None:
        if not self.isHidden():
            self.document_id = self._shown = None
            self._entering = False
            self.hide()
            self.closed.emit()

    def _read(self, document_id: int) -> None:
        self._background.run(
            self._documents.result(document_id),
            "read the document's result",
            on_success=lambda result: self._arrived(document_id, result),
            on_failure=lambda error: self._could_not(document_id, error),
            owner=self,
        )

    def _arrived(self, document_id: int, result: DocumentResult | None) -> None:
        if document_id != self.document_id:
            return
        if result is None:
            self._say("This document is no longer in the library", "It may have been cleaned up.")
            return
        before, self._shown = self._shown, result
        if result == before:
            return
        self._correcting.begin(document_id)
        self.head.show_document(result.document, result.corrections)
        match result.document.status:
            case "failed":
                self._problem.show_document(result.document)
                self._show_only(self._problem)
            case "pending":
                self._say("This document is still being read", "Its result appears here.")
            case "parsed":
                self.findings.show_result(result)
                if before is None or _text_of(result) != _text_of(before):
                    self.text.show_result(result)
                elif _marks_of(result) != _marks_of(before):
                    self.text.show_marks(result)
                self.figures.show_document(result.document)
                self._show_only(self.panes)
                self._strongest.show(document_id, result)
                self._go_to_place()

    def _go_to_place(self) -> None:
        place, self._place = self._place, None
        if place is not None:
            self.show_place(*place)
            self._go_in()

    def _could_not(self, document_id: int, error: Exception) -> None:
        if document_id == self.document_id:
            self.document_id = self._shown = None  # so that opening it again tries again
            said = getattr(error, "message", "") or str(error) or type(error).__name__
            remedy = getattr(error, "remedy", "") or "Open it again; the log has the details."
            self._say(f"The result could not be read: {said}", remedy)

    def _say(self, sentence: str, hint: str) -> None:
        self._pending.set_text(sentence, hint)
        self._show_only(self._pending)

    def _show_only(self, shown: QWidget) -> None:
        for part in (self.panes, self._pending, self._problem):
            part.setVisible(part is shown)

    def _compare(self) -> None:
        if self._shown is not None:
            self.compare_wanted.emit(self._shown.document)

    def _corrected(self, document: DocumentRecord) -> None:
        self.corrected.emit(document)
        if document.id == self.document_id:
            self.reload()

    def set_read_only(self, read_only: bool) -> None:
        """Nothing can be corrected or labelled where nothing may be changed."""
        self.head.set_editable(not read_only)
        self.text.set_read_only(read_only)

    @property
    def shown_result(self) -> DocumentResult | None:
        """What is on show, once it has been read."""
        return self._shown

    def show_place(self, start: int, end: int) -> None:
        """Lead to a passage of the text."""
        self.panes.show_place(start, end)

    def _find_value(self, wanted: Wanted) -> None:
        """Lead to a reported value, which may stand in another document."""
        document_id = wanted.document_id or self.document_id
        if document_id is None:
            return

        def found(place: tuple[int, int] | None) -> None:
            if place is not None:
                self.open_document(document_id, place)
                return
            self._messages.info(
                "This value has no place in the text.",
                "It is not printed there, or the file is not kept any more.",
            )

        self._background.run(
            self._documents.place(document_id, wanted.source, wanted.label, wanted.value),
            "find the value in the text",
            on_success=found,
            owner=self,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_view()
        else:
            super().keyPressEvent(event)


def _text_of(result: DocumentResult) -> object:
    """What the reader depends on."""
    return result.document.id, result.document.characters, result.sections


def _marks_of(result: DocumentResult) -> object:
    """What the marks in the text depend on."""
    return result.sentences, result.labels, result.sentiment
