"""What the API tells of documents, in the form that the store has it in."""

from typing import Final, cast

from worker_core.operations.remote.answers import Document, Hit
from worker_core.storage import DocumentRecord, SearchHit
from worker_core.storage.records import Status

_STATUSES: Final = frozenset({"pending", "parsed", "failed"})


def as_record(document: Document) -> DocumentRecord:
    """A document as its owner has it. What is not told is left out: type and size of the file,
    pages, versions. One that no worker has taken up yet has the number 0."""
    status = document.status if document.status in _STATUSES else "pending"
    return DocumentRecord(
        id=document.document_id or 0,
        sha256=document.document,
        filename=document.filename,
        mime="",
        bytes=0,
        company=document.company,
        ticker=document.ticker,
        document_type=document.document_type,
        period=document.period,
        filing_date=document.filing_date,
        pages=None,
        characters=document.characters,
        status=cast("Status", status),
        error_code=None,
        error_message=document.error,
        remedy=None,
        parser_version=None,
        truncated=None,
        created_at=document.added_at,
        updated_at=document.added_at,
    )


def as_hit(hit: Hit) -> SearchHit:
    """What a search found."""
    return SearchHit(
        document=as_record(hit.document),
        section=hit.section,
        start=hit.start,
        end=hit.end,
        snippet=hit.snippet,
        marks=tuple(hit.marks),
        together=hit.together,
        goes_on=hit.goes_on,
    )
