"""What was found in documents of one's own: the tone of sentences, reported values, metrics."""

from typing import Annotated

from fastapi import APIRouter, Path, Request

from worker_core.api.call import call
from worker_core.api.finding_models import (
    FactPage,
    Periods,
    SentencePage,
    fact_row,
    given_label,
    period_row,
    score_row,
    sentence_row,
)
from worker_core.api.owned import Offset, Rows, Sha256, own_document, own_periods
from worker_core.api.problems import not_found
from worker_core.storage import Storage

router = APIRouter(tags=["documents"])

Ticker = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9^][A-Za-z0-9.=/_:^-]{0,15}$", description="A symbol.")
]


@router.get(
    "/api/documents/{sha256}/sentences",
    response_model=SentencePage,
    operation_id="document_sentences",
    summary="The tone of a document's sentences, and one's own labels",
)
async def sentences(
    request: Request, sha256: Sha256, limit: Rows = 200, after: Offset = 0
) -> SentencePage:
    """Sentences in reading order; scores and labels come with every page."""
    asked = call(request)
    owned = await own_document(asked, sha256)
    owner = asked.caller.owner
    number = owned.document.id if owned.document else 0

    def found(storage: Storage) -> SentencePage:
        tone = storage.documents.sentiment(number)
        part = storage.documents.sentiment_sentences(number, limit=limit + 1, after=after)
        labels = storage.labels.of_document(number)
        return SentencePage(
            model=tone.model_version if tone else None,
            scored_at=tone.created_at if tone else None,
            scores=[score_row(one) for one in tone.scores] if tone else [],
            labels=[given_label(one) for one in labels if one.by == owner],
            sentences=[sentence_row(one) for one in part[:limit]],
            next=after + limit if len(part) > limit else None,
        )

    return await asked.services.read(found)


@router.get(
    "/api/documents/{sha256}/facts",
    response_model=FactPage,
    operation_id="document_facts",
    summary="The values that a document reports",
)
async def facts(request: Request, sha256: Sha256, limit: Rows = 200, after: Offset = 0) -> FactPage:
    """From inline XBRL, workbooks and tables of facts, as they were filed."""
    asked = call(request)
    owned = await own_document(asked, sha256)
    number = owned.document.id if owned.document else 0

    def found(storage: Storage) -> FactPage:
        taken = storage.facts.taken([number]).get(number)
        part = storage.facts.of(number, limit=limit + 1, after=after)
        return FactPage(
            taken=taken.stored_at if taken else None,
            facts=[fact_row(one) for one in part[:limit]],
            next=after + limit if len(part) > limit else None,
        )

    return await asked.services.read(found)


@router.get(
    "/api/documents/{sha256}/metrics",
    response_model=Periods,
    operation_id="document_metrics",
    summary="The metrics that a document has a part in",
)
async def metrics(request: Request, sha256: Sha256) -> Periods:
    """Each with its formula and inputs, as far as all of them are from documents of one's own."""
    asked = call(request)
    owned = await own_document(asked, sha256)
    owner = asked.caller.owner
    if owned.document is None:
        return Periods(periods=[], withheld=0)
    number = owned.document.id
    kept, withheld = await asked.services.read(
        lambda storage: own_periods(storage, owner, storage.metrics.periods(document=number))
    )
    return Periods(periods=[period_row(one) for one in kept], withheld=withheld)


@router.get(
    "/api/companies/{ticker}/metrics",
    response_model=Periods,
    operation_id="company_metrics",
    summary="The metrics of a company, from one's own documents",
)
async def company_metrics(request: Request, ticker: Ticker) -> Periods:
    """The latest period first. A company of which one has none is answered as one that nobody
    knows."""
    asked = call(request)
    owner = asked.caller.owner
    kept, _ = await asked.services.read(
        lambda storage: own_periods(storage, owner, storage.metrics.periods(ticker))
    )
    if not kept:
        await asked.services.note(asked.entry("read", "not found", f"company {ticker}"))
        raise not_found()
    # How many others there are would tell what others have.
    return Periods(periods=[period_row(one) for one in kept], withheld=0)
