"""Summaries of several documents that compare: as many sentences of each, chosen in one way."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import uuid4

from worker_core.operations import batches
from worker_core.operations.batches import Item
from worker_core.operations.errors import NoDocument
from worker_core.operations.ledger import stored
from worker_core.settings import Settings
from worker_core.storage import DocumentRecord, Storage, SummaryRecord

SUMMARISE = "document_processing.generate_document_summary"


@dataclass(frozen=True, slots=True)
class Compared:
    """A document and its summary of the version and length that was asked for, if it has one yet.
    A short text has fewer sentences, and one without prose has no summary."""

    document: DocumentRecord
    summary: SummaryRecord | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Summaries beside each other. ``batch_id`` is that of the tasks (``operations.batches``) that
    make those that are not there yet; None where all are. ``unread`` have no text yet."""

    version: str
    sentences: int
    summaries: tuple[Compared, ...]
    unread: tuple[DocumentRecord, ...]
    batch_id: str | None


def compare(
    sentences: int,
    document_ids: Collection[int] = (),
    tickers: Collection[str] = (),
    document_type: str | None = None,
    *,
    settings: Settings | None = None,
) -> Comparison:
    """The summaries of these documents and of all read ones of these companies, in ``sentences``
    each; those that are not there in that form are made by workers.

    Raises:
        NoDocument: a number is that of no document, or nothing is chosen.
        BrokerUnreachable: what was handed over before is delivered; ask once more.
        LedgerUnavailable: the database does not answer.
    """
    from worker_core.documents import summary_version

    version = summary_version(sentences)
    with stored(settings) as storage:
        records = _chosen(storage, document_ids, tickers, document_type)
        read = [one for one in records if one.status == "parsed"]
        found = {one.id: storage.documents.summary(one.id, version) for one in read}
    compared = tuple(Compared(one, found[one.id]) for one in read)
    anew = [one.document.sha256 for one in compared if one.summary is None]
    batch_id = str(uuid4()) if anew else None
    for sha256 in anew:
        item = Item(sha256, SUMMARISE, {"document": sha256, "sentences": sentences})
        batches.hand_over(str(batch_id), item, settings=settings)
    unread = tuple(one for one in records if one.status != "parsed")
    return Comparison(version, sentences, compared, unread, batch_id)


def _chosen(
    storage: Storage,
    document_ids: Collection[int],
    tickers: Collection[str],
    document_type: str | None,
) -> Sequence[DocumentRecord]:
    chosen: dict[int, DocumentRecord] = {}
    for document_id in document_ids:
        record = storage.documents.get(document_id)
        if record is None:
            raise NoDocument(
                f"There is no document {document_id}.",
                "“afi documents list” shows those there are.",
            )
        chosen[record.id] = record
    for ticker in tickers:
        for record in storage.documents.of_ticker(ticker, document_type):
            chosen[record.id] = record
    if not chosen:
        raise NoDocument(
            "No document is chosen.",
            "Give the numbers of documents, or symbols that documents are stored of.",
        )
    return tuple(chosen.values())
