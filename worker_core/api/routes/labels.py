"""Labels that users give to the sentences of their documents; models learn from them."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Request

from worker_core.api.call import call
from worker_core.api.finding_models import GivenLabel, LabelTaken, LabelWanted, given_label
from worker_core.api.owned import own_document
from worker_core.api.problems import not_found
from worker_core.operations import labels

router = APIRouter(prefix="/api/labels", tags=["documents"])

LabelId = Annotated[int, Path(ge=1, le=2**63 - 1, description="Of the label, as it was answered.")]


@router.post(
    "",
    response_model=GivenLabel,
    status_code=HTTPStatus.CREATED,
    operation_id="give_label",
    summary="Label a sentence",
)
async def give(request: Request, wanted: LabelWanted) -> GivenLabel:
    """The class that a sentence of one's own document has, in place of an earlier label."""
    asked = call(request)
    await own_document(asked, wanted.document, "label")
    record = await asked.services.run(
        lambda: labels.give(
            wanted.document,
            wanted.start,
            wanted.end,
            wanted.label,
            by=asked.caller.owner,
            settings=asked.services.settings,
        )
    )
    where = f"document {wanted.document} {wanted.start}-{wanted.end}"
    await asked.services.note(asked.entry("label", "ok", where, wanted.label))
    return given_label(record)


@router.delete(
    "/{label_id}",
    response_model=LabelTaken,
    operation_id="take_label_back",
    summary="Take a label back",
)
async def take_back(request: Request, label_id: LabelId) -> LabelTaken:
    """One that oneself has given; the one before it stands again."""
    asked = call(request)
    owner = asked.caller.owner
    known = await asked.services.read(lambda storage: storage.labels.get(label_id))
    if known is None or known.by != owner:
        await asked.services.note(asked.entry("label", "not found", f"label {label_id}"))
        raise not_found()
    before = await asked.services.run(
        lambda: labels.undo(label_id, settings=asked.services.settings)
    )
    await asked.services.note(asked.entry("label", "taken back", f"label {label_id}"))
    own = before is not None and before.by == owner
    return LabelTaken(before=given_label(before) if before is not None and own else None)
