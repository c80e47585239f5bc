"""The OpenAPI document, with what holds for every route: tokens, and how a refusal looks."""

from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from worker_core.api.door import OPEN
from worker_core.api.problems import MEDIA_TYPE, ProblemDetails

_REFUSALS: Final = {
    400: "The request cannot be read.",
    401: "No good token.",
    403: "The token's role does not allow it.",
    404: "Nothing of that name, or nothing that is yours.",
    408: "The body did not arrive in time.",
    409: "It cannot be done in this state of things.",
    413: "Too large.",
    415: "A form of body that is not read.",
    422: "What was sent does not fit.",
    429: "Too many requests; Retry-After says when the next is taken.",
    500: "Something went wrong; the log has it under the request's id.",
    503: "The database or the broker does not answer, or too much is going on.",
}
_OF_BODIES: Final = (408, 413, 415)
_OF_OPEN: Final = (500, 503)
_SCHEMA: Final = "ProblemDetails"


def openapi(app: FastAPI) -> dict[str, Any]:
    """The document, made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _made(app)
    return app.openapi_schema


def _made(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    details = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= details.pop("$defs", {})
    schemas[_SCHEMA] = details
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    document["security"] = [{"token": []}]
    for path, operations in document["paths"].items():
        for operation in operations.values():
            _complete(path, operation)
    return document


def _complete(path: str, operation: dict[str, Any]) -> None:
    wanted: tuple[int, ...]
    if path in OPEN:
        operation["security"] = []
        wanted = _OF_OPEN
    else:
        has_body = "requestBody" in operation
        wanted = tuple(code for code in _REFUSALS if has_body or code not in _OF_BODIES)
    responses = operation["responses"]
    responses.pop("422", None)
    for code in wanted:
        responses[str(code)] = {
            "description": _REFUSALS[code],
            "content": {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{_SCHEMA}"}}},
        }
        if code in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
            responses[str(code)]["headers"] = {
                "Retry-After": {"schema": {"type": "string"}, "description": "Seconds."}
            }
