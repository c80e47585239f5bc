"""The API put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from worker_core import __version__
from worker_core.api import document
from worker_core.api.context import App, Receive, Scope, Send, Surroundings, passage
from worker_core.api.door import Door
from worker_core.api.limits import AtOnce, Bodies
from worker_core.api.problems import Problem, of_error, response
from worker_core.api.routes import (
    documents,
    files,
    findings,
    labels,
    probes,
    search,
    streams,
    submit,
    system,
    tasks,
)
from worker_core.api.services import Services
from worker_core.catalog import UnknownTask
from worker_core.operations.errors import OperationError
from worker_core.settings import Settings, current
from worker_core.storage import StorageError

DESCRIPTION = """\
Hand in documents and tasks, follow them, and read what came of them. Everything needs a token but
the probes; everything one sees is one's own. Every refusal is a problem of RFC 9457.
"""


class Api:
    """The ASGI application: the routes, with the door and the limits before them."""

    def __init__(self, routes: FastAPI, services: Services) -> None:
        self.routes = routes
        self.services = services
        values = services.settings
        inner: App = Bodies(routes, values, files.UPLOAD_PATH, _posted(self.openapi()))
        self._door = Door(inner, services)
        self._app: App = Surroundings(AtOnce(self._door, values.api_requests_at_once))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    def close(self) -> None:
        """Give back what the requests have opened; the next one opens it anew."""
        self._door.close()

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document."""
        return document.openapi(self.routes)


def create(settings: Settings | None = None, exposition: probes.Exposition | None = None) -> Api:
    """The API of the settings' database and broker, neither of which it touches before its first
    request. ``exposition`` makes the text of ``/metrics``."""
    services = Services(settings or current())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with services.running():
            yield
        api.close()

    routes = FastAPI(
        title="AFI Desk",
        version=__version__,
        description=DESCRIPTION,
        lifespan=lifespan,
        # They load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    routes.state.services = services
    routes.state.streams = streams.Open(services.settings.api_streams_a_user)
    routes.state.exposition = exposition
    for one in (submit, files, streams, system, tasks, search, documents, findings, labels, probes):
        routes.include_router(one.router)
    for kind in (OperationError, StorageError, UnknownTask, Exception):
        routes.add_exception_handler(kind, _of_error)
    routes.add_exception_handler(HTTPException, _refused)
    routes.add_exception_handler(RequestValidationError, _invalid)

    @routes.get("/api/openapi.json", include_in_schema=False)
    async def openapi_document() -> dict[str, Any]:
        return document.openapi(routes)

    api = Api(routes, services)
    return api


def _posted(openapi: dict[str, Any]) -> frozenset[str]:
    """The paths that take a body."""
    return frozenset(path for path, operations in openapi["paths"].items() if "post" in operations)


async def _of_error(request: Request, error: Exception) -> Response:
    return response(of_error(error), passage(request.scope).request_id)


async def _refused(request: Request, error: Exception) -> Response:
    problem = error if isinstance(error, HTTPException) else of_error(error)
    if problem.status_code == HTTPStatus.NOT_FOUND and not isinstance(problem, Problem):
        problem = Problem(HTTPStatus.NOT_FOUND, "There is no such path.")
    if problem.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = dict(problem.headers or {})
        problem = Problem(
            HTTPStatus.METHOD_NOT_ALLOWED, "This path has other methods.", headers=allowed
        )
    return response(problem, passage(request.scope).request_id)


async def _invalid(request: Request, error: Exception) -> Response:
    fields: dict[str, str] = {}
    if isinstance(error, RequestValidationError):
        for one in error.errors():
            fields.setdefault(".".join(map(str, one["loc"])), str(one["msg"]))
    problem = Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "What was sent does not fit. See “errors”.", errors=fields
    )
    return response(problem, passage(request.scope).request_id)
