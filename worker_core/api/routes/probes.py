"""What a supervisor and a monitoring system ask."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel

from worker_core.api.call import call
from worker_core.api.problems import Problem, busy
from worker_core.api.services import Services
from worker_core.operations.errors import OperationError
from worker_core.settings import Settings

router = APIRouter(tags=["probes"])

METRICS_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

Exposition = Callable[[Settings], bytes]


class Alive(BaseModel):
    """The process answers."""

    status: str


@router.get(
    "/healthz", response_model=Alive, operation_id="alive", summary="Whether the process answers"
)
async def alive() -> Alive:
    """Without a token, and without looking at anything."""
    return Alive(status="ok")


@router.get(
    "/readyz",
    response_model=Alive,
    operation_id="ready",
    summary="Whether submissions can be taken",
)
async def ready(request: Request) -> Alive:
    """Without a token. The database must answer; while the broker does not, submissions are kept
    and delivered later."""
    services: Services = request.app.state.services
    try:
        await services.read(lambda storage: storage.tasks.known([]))
    except OperationError as error:
        raise busy("The database does not answer.") from error
    return Alive(status="ok")


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    operation_id="metrics",
    summary="Figures for Prometheus",
)
async def metrics(request: Request) -> PlainTextResponse:
    """In Prometheus' text format. For operators: give the scraper a token of its own."""
    asked = call(request)
    asked.needs("operator")
    exposition: Exposition | None = request.app.state.exposition
    if exposition is None:
        raise Problem(HTTPStatus.NOT_FOUND, "This installation keeps no figures for Prometheus.")
    settings = asked.services.settings
    body = await asked.services.glance("metrics", lambda: exposition(settings))
    return PlainTextResponse(body, media_type=METRICS_TYPE)
