"""Corrections of the document that is open, given and taken back."""

from PySide6.QtCore import QObject, Signal

from desktop_app.services.readable import Readable
from desktop_app.ui import formats
from desktop_app.ui.background import Background
from desktop_app.ui.messages import Messages
from desktop_app.views.documents.corrections import FIELDS, NAMES
from desktop_app.views.documents.result_head import ResultHead
from worker_core.operations.corrections import Corrected


class Correcting(QObject):
    """Takes what is typed in the head to the store. What does not fit is said there."""

    corrected = Signal(object)
    """The record of a document as it counts now."""

    def __init__(
        self,
        head: ResultHead,
        documents: Readable,
        background: Background,
        messages: Messages,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._head = head
        self._documents = documents
        self._background = background
        self._messages = messages
        self._document_id = 0
        self._busy = False
        head.facts.given.connect(self._give)
        head.corrections.undo_wanted.connect(self._undo)

    def begin(self, document_id: int) -> None:
        """Correct this document from now on."""
        self._document_id = document_id

    def _give(self, name: str, text: str) -> None:
        if self._busy:
            return
        self._busy = True
        document_id = self._document_id

        def failed(error: Exception) -> None:
            said = getattr(error, "message", "") or str(error) or type(error).__name__
            remedy = getattr(error, "remedy", "") or "Try it again; the log has the details."
            if document_id == self._document_id:
                self._head.refuse(said, remedy)

        self._background.run(
            self._documents.correct(document_id, {FIELDS[name]: text or None}),
            "correct the document",
            on_success=lambda answer: self._done(answer, f"{name} corrected"),
            on_failure=failed,
            on_end=self._ended,
            owner=self,
        )

    def _undo(self, field: str) -> None:
        if self._busy:
            return
        self._busy = True
        self._background.run(
            self._documents.undo_corrections(self._document_id, [field]),
            "take the correction back",
            on_success=lambda answer: self._done(
                answer, f"{NAMES.get(field, field)}: what was found counts again"
            ),
            on_end=self._ended,
            owner=self,
        )

    def _done(self, answer: Corrected, said: str) -> None:
        tasks = len(answer.recalculations)
        also = ""
        if tasks:
            what = formats.plural(tasks, "task")
            also = f"{what} {'makes' if tasks == 1 else 'make'} anew what is computed from it."
        self._messages.info(f"{said}.", also)
        self.corrected.emit(answer.document)

    def _ended(self) -> None:
        self._busy = False
