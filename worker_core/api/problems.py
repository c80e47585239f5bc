"""Refusals, all in one form: problem details (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import orjson
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from worker_core.catalog import UnknownTask
from worker_core.operations.errors import (
    BrokerRefused,
    BrokerUnreachable,
    InvalidArguments,
    LedgerUnavailable,
    OperationError,
)
from worker_core.storage import ArtifactError, StorageError

MEDIA_TYPE: Final = "application/problem+json"
RETRY_S: Final = 5
LONGEST_FIELD: Final = 200
MOST_FIELDS: Final = 50


class FieldProblem(BaseModel):
    """What is wrong with one part of a request."""

    field: str = Field(description="Where it is, as in body.tickers.0; empty for the whole.")
    message: str


class ProblemDetails(BaseModel):
    """Why a request was refused (RFC 9457)."""

    type: str = Field("about:blank", description="The kind of problem; the title says it.")
    title: str
    status: int
    detail: str = Field(description="What happened, what it means and what to do next.")
    instance: str = Field(description="The request's id, as logs and the audit log have it.")
    errors: list[FieldProblem] | None = None


class Problem(HTTPException):
    """A refusal of a request. ``detail`` says what happened and what to do next."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        errors: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, detail, dict(headers or {}))
        self.errors = errors


NOT_FOUND: Final = "There is nothing of that id that is yours."


def not_found() -> Problem:
    """The same for what is another's, what never was and what is gone."""
    return Problem(HTTPStatus.NOT_FOUND, NOT_FOUND)


def busy(detail: str, retry_s: int = RETRY_S) -> Problem:
    """Not now; ``retry_s`` says when."""
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": str(retry_s)})


_STATUS: Final[tuple[tuple[type[Exception], HTTPStatus], ...]] = (
    (UnknownTask, HTTPStatus.NOT_FOUND),
    (InvalidArguments, HTTPStatus.UNPROCESSABLE_ENTITY),
    (OperationError, HTTPStatus.CONFLICT),
)
_FILES: Final = {
    "too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "empty": HTTPStatus.UNPROCESSABLE_ENTITY,
}


def of_error(error: Exception) -> Problem:
    """What an error of the system means for who asked. The words of those of servers name them,
    which concerns nobody out there."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, ArtifactError) and error.code in _FILES:
        return Problem(_FILES[error.code], str(error))
    if isinstance(error, LedgerUnavailable | StorageError):
        return busy("The database does not answer. Nothing was done; try again in a moment.")
    if isinstance(error, BrokerUnreachable | BrokerRefused):
        return busy("The broker does not answer. Try again in a moment.")
    for kind, status in _STATUS:
        if isinstance(error, kind):
            fields = error.fields.items() if isinstance(error, InvalidArguments) else ()
            told = {f"body.{path}" if path else "body": words for path, words in fields}
            return Problem(status, str(error), errors=told or None)
    return Problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Something went wrong here that should not have. It is in the log under this request's id.",
    )


def response(problem: HTTPException, request_id: str) -> Response:
    """The problem as it is sent."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status_code).phrase,
        "status": problem.status_code,
        "detail": str(problem.detail),
        "instance": f"urn:request:{request_id}",
    }
    if errors := getattr(problem, "errors", None):
        body["errors"] = [
            {"field": field[:LONGEST_FIELD], "message": message[:LONGEST_FIELD]}
            for field, message in list(errors.items())[:MOST_FIELDS]
        ]
    return Response(
        orjson.dumps(body),
        problem.status_code,
        headers=dict(problem.headers or {}),
        media_type=MEDIA_TYPE,
    )
