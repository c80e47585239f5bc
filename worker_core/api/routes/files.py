"""Handing in documents: as text in JSON, or as files."""

import hashlib
import re
from contextlib import AsyncExitStack
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import UploadFile

from worker_core.api.call import Call, IdempotencyKey, call
from worker_core.api.models import PREFIX, SubmittedDocument, SubmittedDocuments
from worker_core.api.problems import Problem
from worker_core.api.routes.submit import accept, told
from worker_core.arguments import ProcessDocument, Ticker
from worker_core.operations.ledger import opened
from worker_core.operations.submit import PROCESS
from worker_core.storage import Artifact, Claim, display_name

router = APIRouter(prefix=f"{PREFIX}/document", tags=["documents"])

UPLOAD_PATH: Final = f"{PREFIX}/document/upload"
MIB: Final = 1024 * 1024
LONGEST_FIELD: Final = 4096
_TICKER: Final = re.compile(r"[A-Z]{1,5}(\.[A-Z])?")


class DocumentMetadata(BaseModel):
    """What is known of a document before it is read."""

    model_config = ConfigDict(extra="forbid")

    company: Annotated[str, Field(max_length=200)] | None = Field(
        None, description="A name; what looks like a ticker, such as AAPL, is taken as one."
    )
    ticker: Ticker | None = None
    document_type: Annotated[str, Field(max_length=40)] | None = Field(
        None, description="Form or kind: 10-K, earnings_report…"
    )
    filing_date: datetime | date | None = None
    filename: Annotated[str, Field(min_length=1, max_length=255)] | None = None

    def arguments(self, sha256: str, filename: str) -> ProcessDocument:
        """Those of the task that reads the content."""
        company, ticker = self.company, self.ticker
        if ticker is None and company is not None and _TICKER.fullmatch(company):
            company, ticker = None, company
        filed = self.filing_date
        values = {
            "document": sha256,
            "filename": filename,
            "company": company,
            "ticker": ticker,
            "document_type": self.document_type,
            "filing_date": filed.date() if isinstance(filed, datetime) else filed,
        }
        return ProcessDocument(**{name: one for name, one in values.items() if one is not None})


class DocumentData(BaseModel):
    """A document as text: plain, or HTML."""

    model_config = ConfigDict(extra="forbid")

    content: str = Field(min_length=1)
    metadata: DocumentMetadata = Field(default_factory=DocumentMetadata)


class DocumentRequest(BaseModel):
    """A document to be processed."""

    model_config = ConfigDict(extra="forbid")

    document_data: DocumentData


@router.post(
    "/process",
    status_code=HTTPStatus.ACCEPTED,
    response_model=SubmittedDocument,
    operation_id="process_document_text",
    summary="Process a document given as text",
)
async def process(
    request: Request,
    response: Response,
    body: DocumentRequest,
    idempotency_key: IdempotencyKey = None,
) -> dict[str, Any]:
    """Stores the text, reads it, and scores and summarises it once it is read."""
    asked, data = call(request), body.document_data
    content = data.content.encode()
    _not_too_large(asked, len(content))
    suffix = "html" if data.content.lstrip()[:1] == "<" else "txt"
    name = display_name(data.metadata.filename or f"document.{suffix}")

    def keep() -> Artifact:
        return opened(asked.services.settings).artifacts.put_bytes(content)

    artifact = await asked.services.run(keep)
    return await _submitted(asked, response, artifact, name, data.metadata, idempotency_key)


def _field(name: str) -> dict[str, Any]:
    """The schema of what is known of a document, as a field of a form has it."""
    schema = DocumentMetadata.model_json_schema()["properties"][name]
    (text, *_) = [one for one in schema["anyOf"] if one.get("type") == "string"]
    return {**text, "description": schema.get("description", "")}


@router.post(
    "/upload",
    status_code=HTTPStatus.ACCEPTED,
    response_model=SubmittedDocuments,
    operation_id="process_document_files",
    summary="Process files",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": ["file"],
                        "additionalProperties": False,
                        "properties": {
                            "file": {
                                "type": "array",
                                "minItems": 1,
                                "items": {"type": "string", "format": "binary", "minLength": 1},
                                "description": "One or more files, each with its name.",
                            },
                            "company": _field("company"),
                            "ticker": _field("ticker"),
                            "document_type": _field("document_type"),
                            "filing_date": _field("filing_date"),
                        },
                    }
                }
            },
        }
    },
)
async def upload(
    request: Request, response: Response, idempotency_key: IdempotencyKey = None
) -> dict[str, Any]:
    """Stores files, reads them, and scores and summarises each once it is read. What the fields
    say holds for all of them. If one cannot be taken, none is."""
    asked, values = call(request), call(request).services.settings
    async with AsyncExitStack() as at_end:
        form = await at_end.enter_async_context(
            request.form(
                max_files=values.api_upload_files, max_fields=16, max_part_size=LONGEST_FIELD
            )
        )
        files = [one for one in form.getlist("file") if isinstance(one, UploadFile)]
        metadata = _metadata(
            {name: one for name, one in form.multi_items() if name != "file"}, len(files)
        )
        kept: list[tuple[Artifact, str]] = []
        for file in files:
            # A name is a word to show and never a path: nothing is opened by it.
            name = display_name(file.filename or "unnamed")
            kept.append((await asked.services.run(_keeping(asked, file, name)), name))
    answers = []
    for place, (artifact, name) in enumerate(kept):
        key = idempotency_key
        if key and place:
            # Each file is a task with a key of its own.
            key = hashlib.sha256(f"{key} {place}".encode()).hexdigest()
        answers.append(await _submitted(asked, response, artifact, name, metadata, key))
    return {"documents": answers}


def _keeping(asked: Call, file: UploadFile, name: str) -> Any:
    most = asked.services.settings.max_document_mb * MIB

    def keep() -> Artifact:
        return opened(asked.services.settings).artifacts.put_stream(file.file, name, most)

    return keep


async def _submitted(
    asked: Call,
    response: Response,
    artifact: Artifact,
    name: str,
    metadata: DocumentMetadata,
    key: str | None,
) -> dict[str, Any]:
    claim = Claim(asked.caller.owner, artifact.sha256, name)
    arguments = metadata.arguments(artifact.sha256, name)
    accepted = await accept(asked, PROCESS, arguments, key, claim)
    return {**told(accepted, response), "document": artifact.sha256, "filename": name}


def _metadata(fields: dict[str, Any], files: int) -> DocumentMetadata:
    """What the form's fields say.

    Raises:
        Problem: 422.
    """
    problems = {
        f"body.{name}": "a file must be in the field “file”"
        for name, one in fields.items()
        if isinstance(one, UploadFile)
    }
    if not files:
        problems["body.file"] = "at least one file is needed"
    told = {name: one for name, one in fields.items() if isinstance(one, str) and one}
    if not problems:
        try:
            return DocumentMetadata.model_validate(told)
        except ValidationError as error:
            for one in error.errors(include_url=False, include_context=False, include_input=False):
                problems[f"body.{'.'.join(map(str, one['loc']))}"] = one["msg"]
    raise Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "The form cannot be taken as it is.", errors=problems
    )


def _not_too_large(asked: Call, size: int) -> None:
    most = asked.services.settings.max_document_mb * MIB
    if size > most:
        raise Problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"The document has {size:,} bytes; {most:,} are accepted. Split it.",
        )
