"""Documents of one's own, and what was found in them."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request

from worker_core.api.call import call
from worker_core.api.document_models import (
    DocumentFindings,
    DocumentPage,
    DocumentText,
    SectionRow,
    SummaryRow,
    document_row,
)
from worker_core.api.filters import Filters
from worker_core.api.owned import Sha256, own_document
from worker_core.api.pages import After, Limit, cursor, place
from worker_core.api.problems import Problem
from worker_core.storage import OwnedDocument, Storage

router = APIRouter(prefix="/api/documents", tags=["documents"])

MOST_CHARACTERS = 200_000


@router.get(
    "", response_model=DocumentPage, operation_id="list_documents", summary="One's own documents"
)
async def documents(
    request: Request, filters: Filters, limit: Limit = 50, after: After = None
) -> DocumentPage:
    """Those that one has handed in, from the newest on."""
    asked, before = call(request), place(after)
    owner = asked.caller.owner
    rows = await asked.services.read(
        lambda storage: storage.owned_documents.list(owner, limit + 1, before, filters)
    )
    shown = rows[:limit]
    more = cursor(shown[-1].added_at, shown[-1].sha256) if len(rows) > limit else None
    return DocumentPage(documents=[document_row(one) for one in shown], next=more)


@router.get(
    "/{sha256}",
    response_model=DocumentFindings,
    operation_id="document",
    summary="A document and what was found in it",
)
async def document(request: Request, sha256: Sha256) -> DocumentFindings:
    """Its cover, sections, summary and tone."""
    asked = call(request)
    owned = await own_document(asked, sha256)
    return await asked.services.read(lambda storage: _findings(storage, owned))


@router.get(
    "/{sha256}/text",
    response_model=DocumentText,
    operation_id="document_text",
    summary="The text of a document",
)
async def text(
    request: Request,
    sha256: Sha256,
    start: Annotated[int, Query(ge=0, le=2**31 - 1, description="First character.")] = 0,
    length: Annotated[int, Query(ge=1, le=MOST_CHARACTERS, description="Characters.")] = 50_000,
) -> DocumentText:
    """The text as it was read, or a part of it."""
    asked = call(request)
    owned = await own_document(asked, sha256)
    number = owned.document.id if owned.document else 0
    found = await asked.services.read(
        lambda storage: storage.documents.text(number, start, start + length + 1)
    )
    if found is None:
        raise Problem(
            HTTPStatus.CONFLICT, "The document has no text yet: it was not read, or could not be."
        )
    return DocumentText(document=sha256, start=start, text=found[:length], more=len(found) > length)


def _findings(storage: Storage, owned: OwnedDocument) -> DocumentFindings:
    row = document_row(owned)
    if owned.document is None:
        return DocumentFindings(
            **row.model_dump(),
            bytes=None,
            pages=None,
            left_out=None,
            sections=[],
            summary=[],
            summary_sentences=[],
            sentiment=None,
        )
    number = owned.document.id
    summary = storage.documents.summary(number)
    tone = storage.documents.sentiment(number)
    return DocumentFindings(
        **row.model_dump(),
        bytes=owned.document.bytes,
        pages=owned.document.pages,
        left_out=owned.document.truncated,
        sections=[
            SectionRow(
                name=one.name,
                title=one.title,
                start=one.start,
                end=one.end,
                by_reference=one.by_reference,
            )
            for one in storage.documents.sections(number)
        ],
        summary=[one.text for one in summary.sentences] if summary else [],
        summary_sentences=[
            SummaryRow(start=one.start, end=one.end, text=one.text, score=one.score)
            for one in (summary.sentences if summary else ())
        ],
        sentiment=tone.whole.mean if tone and tone.whole else None,
    )
