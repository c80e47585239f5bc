"""What the store knows of documents, read and changed off the thread that paints."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from desktop_app.services.blocking import Blocking
from worker_core.operations import corrections, labels, places, search
from worker_core.operations.corrections import Corrected
from worker_core.operations.labels import LabelStatus
from worker_core.operations.submit import Submission, submit
from worker_core.operations.who import user
from worker_core.settings import Settings
from worker_core.storage import (
    Correction,
    DocumentRecord,
    FactSet,
    LabelRecord,
    MetricPeriod,
    SearchFilters,
    SearchHit,
    Section,
    SentimentRecord,
    SentimentSentence,
    Storage,
    StoredFact,
    SummaryRecord,
    ToneLabel,
)

if TYPE_CHECKING:
    from worker_core.operations.comparison import FilingComparison

METRICS = "data_processing.calculate_financial_metrics"


@dataclass(frozen=True, slots=True)
class DocumentResult:
    """All that is known of one document but its figures."""

    document: DocumentRecord
    sections: tuple[Section, ...]
    summary: SummaryRecord | None
    sentiment: SentimentRecord | None
    sentences: tuple[SentimentSentence, ...]
    corrections: tuple[Correction, ...] = ()
    labels: tuple[LabelRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """What a document reports, and the metrics that were made from it. ``taken`` is None where its
    facts were never looked for."""

    document: DocumentRecord
    taken: FactSet | None
    facts: tuple[StoredFact, ...]
    periods: tuple[MetricPeriod, ...]


class DocumentStore:
    """The documents of the settings' database, which is opened at the first use.

    Every call raises ``StorageError`` or ``OperationError`` where the database does not answer.
    """

    def __init__(self, settings: Settings, blocking: Blocking) -> None:
        self._settings = settings
        self._blocking = blocking
        self._storage: Storage | None = None
        self._opening = asyncio.Lock()

    def use(self, settings: Settings) -> None:
        """Take these settings' store from now on."""
        moved = _place(settings) != _place(self._settings)
        self._settings = settings
        if moved:
            self.close()

    async def storage(self) -> Storage:
        """The store, opened at the first use.

        Raises:
            StorageError: it cannot be opened.
        """
        async with self._opening:
            while self._storage is None:
                place = _place(self._settings)
                opened = await self._blocking.run(Storage.open, *place)
                if place == _place(self._settings):
                    self._storage = opened
                else:
                    opened.close()  # another connection was chosen meanwhile
            return self._storage

    # Reading

    async def library(
        self, limit: int, before: int | None = None, filters: SearchFilters | None = None
    ) -> tuple[DocumentRecord, ...]:
        """The documents, newest first; ``before`` is the last id of the page before."""
        storage = await self.storage()
        return await self._blocking.run(
            storage.documents.list, limit, before, filters or SearchFilters()
        )

    async def search(
        self, words: str, filters: SearchFilters, limit: int, after: int = 0
    ) -> tuple[SearchHit, ...]:
        """The documents that have the words, the best first; ``after`` leaves out as many.

        Raises:
            BadQuery: there is no word to look for, or there are too many.
        """
        return await self._blocking.run(
            search.search, words, filters, limit, after, settings=self._settings
        )

    async def tickers(self) -> tuple[str, ...]:
        """The symbols that documents are of."""
        storage = await self.storage()
        return await self._blocking.run(storage.documents.tickers)

    async def find(self, sha256: str) -> int | None:
        """The id of the document of this content, None where there is none."""
        storage = await self.storage()
        record = await self._blocking.run(storage.documents.by_sha, sha256)
        return None if record is None else record.id

    async def result(self, document_id: int) -> DocumentResult | None:
        """All that is known of a document, or None where there is none of that id."""
        storage = await self.storage()
        return await self._blocking.run(_result, storage, document_id)

    async def text(self, document_id: int, start: int, end: int) -> str:
        """A stretch of a document's text."""
        storage = await self.storage()
        return await self._blocking.run(storage.documents.text, document_id, start, end) or ""

    async def figures(self, document: DocumentRecord) -> Figures:
        """Its facts, and the metrics that they have a part in."""
        storage = await self.storage()
        return await self._blocking.run(_figures, storage, document)

    async def place(
        self, document_id: int, source: str, label: str | None, value: Decimal | None
    ) -> tuple[int, int] | None:
        """Where a value that is reported at ``source`` stands in the text of its document, as far
        as that is known."""
        return await self._blocking.run(
            places.place, document_id, source, label, value, settings=self._settings
        )

    async def comparable(self, document_id: int) -> tuple[DocumentRecord, ...]:
        """The other filings of a document's company, the latest first.

        Raises:
            NoDocument: there is no such document any more.
        """
        return await self._blocking.run(_candidates, document_id, self._settings)

    async def compare(self, before_id: int, after_id: int) -> "FilingComparison":
        """The later of two filings held against the earlier. Raises as ``comparable``."""
        return await self._blocking.run(_compare, before_id, after_id, self._settings)

    # What people say

    async def correct(self, document_id: int, values: Mapping[str, str | date | None]) -> Corrected:
        """Let these values count; see ``operations.corrections.correct``.

        Raises:
            InvalidArguments: a value does not fit.
            NoDocument: there is none of that number any more.
        """
        return await self._blocking.run(
            corrections.correct, document_id, values, by=user(), settings=self._settings
        )

    async def undo_corrections(self, document_id: int, fields: Iterable[str]) -> Corrected:
        """Let what was found count again. Raises as ``correct``."""
        return await self._blocking.run(
            corrections.undo, document_id, tuple(fields), settings=self._settings
        )

    async def give_label(self, sha256: str, start: int, end: int, label: ToneLabel) -> LabelRecord:
        """Label a sentence.

        Raises:
            LabelRefused: the document has no text at that place any more.
        """
        return await self._blocking.run(
            labels.give, sha256, start, end, label, settings=self._settings
        )

    async def undo_label(self, label_id: int) -> LabelRecord | None:
        """Take a label back; the one before it, which stands again. Raises as ``give_label``."""
        return await self._blocking.run(labels.undo, label_id, settings=self._settings)

    async def label_status(self) -> LabelStatus:
        """How many labels there are, and how many are awaited before the next training."""
        return await self._blocking.run(labels.status, settings=self._settings)

    async def calculate_metrics(self, document: DocumentRecord) -> Submission:
        """Have the metrics of a document's company made anew.

        Raises:
            OperationError: the task could not be handed over.
        """
        told = (
            {"tickers": [document.ticker]}
            if document.ticker
            else {"companies": [document.company or ""]}
        )
        return await self._blocking.run(submit, METRICS, told, settings=self._settings)

    def close(self) -> None:
        if self._storage is not None:
            self._storage.close()
            self._storage = None


def _place(settings: Settings) -> tuple[str, str]:
    """Where the database and the files are."""
    return settings.database_url, settings.artifacts_url


def _candidates(document_id: int, settings: Settings) -> tuple[DocumentRecord, ...]:
    from worker_core.operations.comparison import candidates

    return candidates(document_id, settings=settings)


def _compare(before_id: int, after_id: int, settings: Settings) -> "FilingComparison":
    # Loads the reading of documents, which the window has no other use for.
    from worker_core.operations.comparison import compare

    return compare(before_id, after_id, settings=settings)


def _result(storage: Storage, document_id: int) -> DocumentResult | None:
    record = storage.documents.get(document_id)
    if record is None:
        return None
    return DocumentResult(
        document=record,
        sections=storage.documents.sections(document_id),
        summary=storage.documents.summary(document_id),
        sentiment=storage.documents.sentiment(document_id),
        sentences=storage.documents.sentiment_sentences(document_id),
        corrections=storage.documents.corrections(document_id),
        labels=storage.labels.of_document(document_id),
    )


def _figures(storage: Storage, document: DocumentRecord) -> Figures:
    return Figures(
        document=document,
        taken=storage.facts.taken([document.id]).get(document.id),
        facts=storage.facts.of(document.id),
        periods=storage.metrics.periods(document=document.id),
    )
