"""What the views of one document ask, answered by a server of the API."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from desktop_app.services.blocking import Blocking
from desktop_app.services.commands import must_be_allowed
from desktop_app.services.document_store import METRICS, DocumentResult, Figures
from desktop_app.services.served_records import as_figures, as_label, as_result
from worker_core.operations.corrections import Corrected
from worker_core.operations.labels import LabelStatus
from worker_core.operations.remote.api import Api
from worker_core.operations.remote.document_answers import Document, Fact, Sentence
from worker_core.operations.remote.errors import NotOffered, NotYours
from worker_core.operations.submit import DELIVERED_LATER, Submission
from worker_core.storage import DocumentRecord, LabelRecord, ToneLabel

_ELSEWHERE = "Use a connection with the team’s database for it."


class ServedStore:
    """Documents by the numbers that the server gives them once a worker has taken them up. See
    `Readable`."""

    def __init__(self, blocking: Blocking, api: Api) -> None:
        self._blocking = blocking
        self._api = api
        self._hashes: dict[int, str] = {}

    def note(self, number: int | None, sha256: str) -> None:
        """A document's number is known now."""
        if number is not None:
            self._hashes[number] = sha256

    async def find(self, sha256: str) -> int | None:
        """A document's number; None while no worker has taken it up.

        Raises:
            NotYours: it is none of the user's.
        """
        found: Document = await self._blocking.run(self._api.document, sha256)
        self.note(found.document_id, sha256)
        return found.document_id

    async def result(self, document_id: int) -> DocumentResult | None:
        """All that is known of it, or None where there is none any more."""
        try:
            return await self._blocking.run(self._result, self._hash(document_id))
        except NotYours:
            return None

    def _result(self, sha256: str) -> DocumentResult:
        document: Document = self._api.document(sha256)
        told = page = self._api.sentences(sha256)
        sentences: list[Sentence] = [*page.sentences]
        while page.next is not None:
            page = self._api.sentences(sha256, page.next)
            sentences += page.sentences
        return as_result(document, told, sentences)

    async def text(self, document_id: int, start: int, end: int) -> str:
        """A stretch of its text."""
        return await self._blocking.run(self._text, self._hash(document_id), start, end)

    def _text(self, sha256: str, start: int, end: int) -> str:
        parts: list[str] = []
        while start < end:
            part = self._api.text(sha256, start, min(end - start, 100_000))
            parts.append(part.text)
            start += len(part.text)
            if not part.more or not part.text:
                break
        return "".join(parts)

    async def figures(self, document: DocumentRecord) -> Figures:
        """Its facts, and the metrics that it has a part in."""
        return await self._blocking.run(self._figures, document)

    def _figures(self, document: DocumentRecord) -> Figures:
        page = self._api.facts(document.sha256)
        taken: datetime | None = page.taken
        facts: list[Fact] = [*page.facts]
        while page.next is not None:
            page = self._api.facts(document.sha256, page.next)
            facts += page.facts
        return as_figures(document, taken, facts, self._api.metrics(document.sha256))

    async def place(
        self, _document_id: int, _source: str, _label: str | None, _value: Decimal | None
    ) -> tuple[int, int] | None:
        raise NotOffered("Where a value stands is looked up in the file itself.", _ELSEWHERE)

    async def correct(
        self, _document_id: int, _values: Mapping[str, str | date | None]
    ) -> Corrected:
        raise NotOffered("A correction counts for everybody who has the document.", _ELSEWHERE)

    async def undo_corrections(self, _document_id: int, _fields: Iterable[str]) -> Corrected:
        raise NotOffered("A correction counts for everybody who has the document.", _ELSEWHERE)

    async def give_label(self, sha256: str, start: int, end: int, label: ToneLabel) -> LabelRecord:
        """Label a sentence."""
        must_be_allowed()
        given = await self._blocking.run(self._api.give_label, sha256, start, end, label)
        return as_label(given)

    async def undo_label(self, label_id: int) -> LabelRecord | None:
        """Take one of one's own back; the one before it, which stands again."""
        must_be_allowed()
        before = await self._blocking.run(self._api.take_label_back, label_id)
        return None if before is None else as_label(before)

    async def label_status(self) -> LabelStatus:
        raise NotOffered("How many labels there are is known in the database.", _ELSEWHERE)

    async def calculate_metrics(self, document: DocumentRecord) -> Submission:
        """Have the metrics of its company made anew."""
        must_be_allowed()
        told = (
            {"tickers": [document.ticker]}
            if document.ticker
            else {"companies": [document.company or ""]}
        )
        done = await self._blocking.run(self._api.submit, METRICS, told)
        return Submission(
            done.task_id,
            done.task,
            done.queue,
            tuple(done.follow_ups),
            delivered=done.delivered,
            problem=None if done.delivered else f"The broker is away. {DELIVERED_LATER}",
        )

    def _hash(self, document_id: int) -> str:
        try:
            return self._hashes[document_id]
        except KeyError:
            raise NotYours(
                f"The document {document_id} is none of yours.", "Look at the list again."
            ) from None
