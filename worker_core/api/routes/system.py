"""The running system: what runs, who works, what waits, whether it is well."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from fastapi import APIRouter, Request

from worker_core.api.call import call
from worker_core.api.models import (
    PREFIX,
    ActiveTask,
    ActiveTasks,
    FindingRow,
    Health,
    Me,
    QueueLengths,
    Taken,
    WorkersStats,
    WorkerStats,
)
from worker_core.catalog import QUEUES
from worker_core.operations import queues
from worker_core.operations.connection import broker_url, client, reaching
from worker_core.operations.health import check
from worker_core.operations.workers import inspect
from worker_core.settings import Settings

T = TypeVar("T")

router = APIRouter(tags=["system"])

ANSWERS_S: Final = 1.0


async def _seen(request: Request, name: str, look: Callable[[Settings], T]) -> T:
    services = call(request).services
    return await services.glance(name, lambda: look(services.settings))


@router.get("/api/me", response_model=Me, operation_id="me", summary="Who asks")
async def me(request: Request) -> Me:
    """The user that the token belongs to, and how large a file of theirs may be."""
    asked = call(request)
    caller, values = asked.caller, asked.services.settings
    return Me(
        name=caller.name,
        role=caller.role,
        token=caller.token,
        expires_at=caller.expires_at,
        limits=Taken(document_mb=values.max_document_mb, upload_mb=values.api_upload_mb),
    )


@router.get(
    f"{PREFIX}/tasks/active",
    response_model=ActiveTasks,
    operation_id="active_tasks",
    summary="What runs now",
)
async def active(request: Request) -> ActiveTasks:
    """One's own tasks that workers run at this moment; for operators everybody's, without their
    arguments."""
    asked = call(request)
    found = await _seen(request, "active", _active)
    if not asked.caller.may("operator"):
        looks = await asyncio.gather(*(asked.services.look(one.task_id) for one in found))
        found = [
            one
            for one, look in zip(found, looks, strict=True)
            if look is not None and await asked.is_own(look.record)
        ]
    return ActiveTasks(tasks=found)


def _active(settings: Settings) -> list[ActiveTask]:
    answers = inspect("active", timeout=ANSWERS_S, settings=settings)
    return [
        ActiveTask(
            task_id=str(job.get("id", "")),
            task=str(job.get("name", "")),
            worker=node,
            started_at=_time(job.get("time_start")),
        )
        for node, jobs in sorted(answers.items())
        if isinstance(jobs, list)
        for job in jobs
        if isinstance(job, dict)
    ]


def _time(value: object) -> datetime | None:
    if not isinstance(value, int | float) or not 0 < value < 2**40:
        return None
    return datetime.fromtimestamp(value, UTC)


@router.get(
    f"{PREFIX}/workers/stats",
    response_model=WorkersStats,
    operation_id="workers_stats",
    summary="The workers",
)
async def workers(request: Request) -> WorkersStats:
    """The workers that answer. For operators: names of computers are in it."""
    call(request).needs("operator")
    return WorkersStats(workers=await _seen(request, "stats", _stats))


def _stats(settings: Settings) -> list[WorkerStats]:
    answers = inspect("stats", timeout=ANSWERS_S, settings=settings)
    return [_worker(node, told) for node, told in sorted(answers.items()) if isinstance(told, dict)]


def _worker(node: str, told: dict[str, Any]) -> WorkerStats:
    pool, total = told.get("pool"), told.get("total")
    processes = pool.get("max-concurrency") if isinstance(pool, dict) else None
    uptime = told.get("uptime")
    return WorkerStats(
        worker=node,
        processes=processes if isinstance(processes, int) else None,
        uptime_s=uptime if isinstance(uptime, int) else None,
        completed={str(name): int(count) for name, count in total.items()}
        if isinstance(total, dict)
        else {},
    )


@router.get(
    f"{PREFIX}/queues/lengths",
    response_model=QueueLengths,
    operation_id="queues_lengths",
    summary="What waits in the queues",
)
async def lengths(request: Request) -> QueueLengths:
    """How many tasks wait in each queue, and how many workers hold."""
    return await _seen(request, "queues", _lengths)


def _lengths(settings: Settings) -> QueueLengths:
    url, prefix = broker_url(settings), settings.key_prefix
    with reaching(url), client(url) as redis:
        found = queues.depths(redis, list(QUEUES), prefix=prefix)
        held = queues.unacked(redis, prefix=prefix)
    return QueueLengths(queues={name: one.total for name, one in found.items()}, held=held)


@router.get(
    f"{PREFIX}/health",
    response_model=Health,
    operation_id="health",
    summary="Whether the system is well",
)
async def health(request: Request) -> Health:
    """Broker, database, workers, queues, failures, disk, clocks and schedule. What is wrong with
    them, in words that name servers and folders, is for operators."""
    report = await _seen(request, "health", check)
    findings = [
        FindingRow(severity=one.severity, part=one.part, text=one.text) for one in report.findings
    ]
    if not call(request).caller.may("operator"):
        findings = [one.model_copy(update={"text": ""}) for one in findings]
    return Health(
        status=report.status, at=report.at, took_s=round(report.took_s, 3), findings=findings
    )
