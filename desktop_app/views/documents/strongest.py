"""The strongest sentences of a document, whose words are read out of its text."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from desktop_app.services.document_store import DocumentResult
from desktop_app.services.readable import Readable
from desktop_app.ui.background import Background
from desktop_app.views.documents import wording
from desktop_app.views.documents.findings import Findings, Quoted
from worker_core.storage import SentimentSentence

_STRONGEST = 3


class Strongest(QObject):
    """Quotes them among the findings, unless another document is ``wanted`` by then."""

    def __init__(
        self,
        documents: Readable,
        background: Background,
        findings: Findings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._documents = documents
        self._background = background
        self._findings = findings
        self.wanted: Callable[[int], bool] = lambda _: True

    def show(self, document_id: int, result: DocumentResult) -> None:
        """Quote the most positive and the most negative sentences."""
        positive, negative = wording.strongest(result.sentences, _STRONGEST)
        if not positive and not negative:
            return

        async def quotes() -> tuple[list[Quoted], list[Quoted]]:
            return await self._quoted(document_id, positive), await self._quoted(
                document_id, negative
            )

        def show(found: tuple[list[Quoted], list[Quoted]]) -> None:
            if self.wanted(document_id):
                self._findings.show_strongest(*found)

        self._background.run(quotes(), "quote the strongest sentences", on_success=show, owner=self)

    async def _quoted(
        self, document_id: int, sentences: Sequence[SentimentSentence]
    ) -> list[Quoted]:
        return [
            (sentence, await self._documents.text(document_id, sentence.start, sentence.end))
            for sentence in sentences
        ]
