"""One document: the facts of its cover, what was found in it, and its text."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QSplitter, QTabBar, QVBoxLayout, QWidget

from desktop_app.services.document_store import DocumentResult
from desktop_app.services.documents import Documents
from desktop_app.services.tray import TrayItem
from desktop_app.ui.background import Background
from desktop_app.ui.controls import Hairline, Surface
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.messages import Messages
from desktop_app.ui.tokens import Space
from desktop_app.views.documents import wording
from desktop_app.views.documents.correcting import Correcting
from desktop_app.views.documents.findings import Findings, Quoted
from desktop_app.views.documents.problem import Problem
from desktop_app.views.documents.result_head import ResultHead
from desktop_app.views.documents.text_pane import TextPane
from worker_core.storage import DocumentRecord, Section, SentimentSentence

# From this width on, findings and text stand side by side; below, one of them is shown.
SIDE_BY_SIDE_FROM = 900

_STRONGEST = 3
_FINDINGS, _TEXT = range(2)


class ResultView(Surface):
    """Closed until something is opened in it. Reads in the background."""

    closed = Signal()
    full_wanted = Signal()
    again_wanted = Signal(object)
    """The path of a failed file that is to be taken in again."""
    task_wanted = Signal(str)

    corrected = Signal(object)
    """A document has other facts now; carries its record."""

    def __init__(
        self,
        documents: Documents,
        background: Background,
        messages: Messages,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName("Result")
        self.setMinimumWidth(420)
        self._documents = documents
        self._background = background
        self._shown: DocumentResult | None = None
        self.document_id: int | None = None
        """The document that is open or about to be."""
        self.head = ResultHead()
        self.head.close_wanted.connect(self.close_view)
        self.head.full_wanted.connect(self.full_wanted)
        self._correcting = Correcting(self.head, documents, background, messages, self)
        self._correcting.corrected.connect(self._corrected)
        self._tabs = QTabBar()
        self._tabs.setAccessibleName("Parts of the result")
        self._tabs.addTab("Findings")
        self._tabs.addTab("Text")
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.currentChanged.connect(self._arrange)
        self.findings = Findings()
        self.findings.place_wanted.connect(self.show_place)
        self.findings.section_wanted.connect(self._show_section)
        self.text = TextPane(documents, background)
        self.text.section_shown.connect(self.findings.select_section)
        self._panes = QSplitter(Qt.Orientation.Horizontal)
        self._panes.setHandleWidth(1)
        self._panes.setChildrenCollapsible(False)
        self._panes.addWidget(self.text)
        self._panes.addWidget(self.findings)
        self._panes.setSizes([640, 400])
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
        layout.addWidget(self._tabs)
        layout.addWidget(self._panes, 1)
        layout.addWidget(self._pending, 1)
        layout.addWidget(self._problem, 1)
        self._tabs.setContentsMargins(Space.S, 0, 0, 0)
        self._show_only(self._pending)
        self.hide()

    # What is open

    def open_document(self, document_id: int) -> None:
        """Read a document and show it; one that is open stays as it is."""
        self.show()
        if document_id != self.document_id:
            self.document_id = document_id
            self._read(document_id)

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
                self._show_only(self._panes)
                self._quote_strongest(document_id, result)

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
        for part in (self._panes, self._pending, self._problem):
            part.setVisible(part is shown)
        self._arrange()

    def _corrected(self, document: DocumentRecord) -> None:
        self.corrected.emit(document)
        if document.id == self.document_id:
            self.reload()

    def set_read_only(self, read_only: bool) -> None:
        """Nothing can be corrected or labelled where nothing may be changed."""
        self.head.set_editable(not read_only)
        self.text.set_read_only(read_only)

    # The strongest sentences, whose words are in the text

    def _quote_strongest(self, document_id: int, result: DocumentResult) -> None:
        positive, negative = wording.strongest(result.sentences, _STRONGEST)
        if not positive and not negative:
            return

        async def quotes() -> tuple[list[Quoted], list[Quoted]]:
            return await self._quoted(document_id, positive), await self._quoted(
                document_id, negative
            )

        def show(found: tuple[list[Quoted], list[Quoted]]) -> None:
            if document_id == self.document_id:
                self.findings.show_strongest(*found)

        self._background.run(quotes(), "quote the strongest sentences", on_success=show, owner=self)

    async def _quoted(self, document_id: int, sentences: list[SentimentSentence]) -> list[Quoted]:
        return [
            (sentence, await self._documents.text(document_id, sentence.start, sentence.end))
            for sentence in sentences
        ]

    # Findings and text, side by side or one of them

    @property
    def shown_result(self) -> DocumentResult | None:
        """What is on show, once it has been read."""
        return self._shown

    def show_place(self, start: int, end: int) -> None:
        """Lead to a passage of the text."""
        self._tabs.setCurrentIndex(_TEXT)
        self.text.show_place(start, end)

    def _show_section(self, section: Section) -> None:
        self._tabs.setCurrentIndex(_TEXT)
        self.text.show_section(section)

    def _arrange(self) -> None:
        narrow = self.width() < SIDE_BY_SIDE_FROM
        has_result = not self._panes.isHidden()
        self._tabs.setVisible(narrow and has_result)
        shown = self._tabs.currentIndex()
        self.findings.setVisible(not narrow or shown == _FINDINGS)
        self.text.setVisible(not narrow or shown == _TEXT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

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
