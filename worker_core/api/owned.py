"""What is one's own, looked up the same way by every route."""

from collections.abc import Iterable
from typing import Annotated, Final

from fastapi import Path, Query

from worker_core.api.call import Call
from worker_core.api.problems import not_found
from worker_core.storage import MetricPeriod, OwnedDocument, Storage

Sha256 = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="The content's SHA-256.")]
Rows = Annotated[int, Query(ge=1, le=1000, description="Rows of a page.")]
Offset = Annotated[int, Query(ge=0, le=2**31 - 1, description="The “next” of the page before.")]
_DOCUMENTS: Final = "documents"


async def own_document(asked: Call, sha256: str, action: str = "read") -> OwnedDocument:
    """A document of the caller's. What is another's and what never was are refused alike.

    Raises:
        Problem: 404.
    """
    owner = asked.caller.owner
    owned = await asked.services.read(lambda storage: storage.owned_documents.get(owner, sha256))
    if owned is None:
        await asked.services.note(asked.entry(action, "not found", f"document {sha256}"))
        raise not_found()
    return owned


def own_periods(
    storage: Storage, owner: str, periods: Iterable[MetricPeriod]
) -> tuple[list[MetricPeriod], int]:
    """Those in which only documents of the owner have a part, also by an input or by what was
    reported earlier; and how many others there are."""
    made_of = [(period, _documents_of(period)) for period in periods]
    wanted = set().union(*(these for _, these in made_of))
    own = storage.owned_documents.owned_ids(owner, wanted) if wanted else set()
    kept = [period for period, these in made_of if these and these <= own]
    return kept, len(made_of) - len(kept)


def _documents_of(period: MetricPeriod) -> set[int]:
    found = set(period.documents)
    left: list[object] = [metric.inputs for metric in period.metrics]
    while left:
        match left.pop():
            case dict() as one:
                keys = one.get(_DOCUMENTS)
                found.update(int(key) for key in keys or () if str(key).isdecimal())
                left.extend(one.values())
            case list() | tuple() as many:
                left.extend(many)
    return found
