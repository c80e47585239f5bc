"""Looking through one's own documents."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request

from worker_core.api.call import call
from worker_core.api.document_models import SearchPage, hit_row
from worker_core.api.filters import Filters
from worker_core.operations.errors import BadQuery
from worker_core.operations.search import search_owned

router = APIRouter(prefix="/api/documents", tags=["documents"])

FARTHEST = 10_000


@router.get(
    "/search",
    response_model=SearchPage,
    operation_id="search_documents",
    summary="Search one's own documents",
)
async def search(
    request: Request,
    filters: Filters,
    q: Annotated[
        str,
        Query(
            min_length=1,
            max_length=1000,
            description="Every word must be there, by its stem. Words in double quotes stand next "
            "to each other, -word must not be there, one OR other is either.",
        ),
    ],
    section: Annotated[
        str | None,
        Query(max_length=64, description="Key of a section in which all the words must stand."),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="Hits of a page.")] = 20,
    after: Annotated[
        int, Query(ge=0, le=FARTHEST, description="The “next” of the page before.")
    ] = 0,
) -> SearchPage:
    """The documents that have the words, each once and with a place that shows them, the best
    first."""
    asked = call(request)
    owner, chosen = asked.caller.owner, replace(filters, section=section or None)
    try:
        found = await asked.services.run(
            lambda: search_owned(
                q, owner, chosen, limit + 1, after, settings=asked.services.settings
            )
        )
    except BadQuery as error:
        # What a query means is no matter of its form, so that no schema could say it.
        return SearchPage(hits=[], next=None, refused=f"{error.message} {error.remedy}".strip())
    more = len(found) > limit and after + limit <= FARTHEST
    return SearchPage(
        hits=[hit_row(owned, hit) for owned, hit in found[:limit]],
        next=after + limit if more else None,
        refused=None,
    )
