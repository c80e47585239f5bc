"""Tasks of one's own: their state, their course, their end."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from worker_core.api.call import Call, TaskId, call
from worker_core.api.log_models import TaskLines, log_row
from worker_core.api.models import (
    PREFIX,
    Cancelled,
    TaskPage,
    TaskStatus,
    TaskTold,
    task_row,
    task_status,
)
from worker_core.api.pages import After, Limit, cursor, place
from worker_core.api.problems import Problem
from worker_core.operations.errors import ResultGone
from worker_core.operations.followed import Look
from worker_core.operations.large import whole as whole_result
from worker_core.operations.stopping import stop
from worker_core.operations.task_log import task_log
from worker_core.storage import TaskState

router = APIRouter(prefix=PREFIX, tags=["tasks"])

_FOR_EVERYBODY = frozenset({"INFO", "WARNING", "ERROR", "CRITICAL"})


@router.get(
    "/task/{task_id}/status",
    response_model=TaskStatus,
    operation_id="task_status",
    summary="State, progress and result of a task",
)
async def status(request: Request, task_id: TaskId) -> TaskStatus:
    """What is known of a task of one's own. The result is kept for a day by default."""
    asked = call(request)
    look = await asked.own(task_id, "read")
    return task_status(look, await _result(asked, look))


@router.get(
    "/task/{task_id}/arguments",
    response_model=TaskTold,
    operation_id="task_arguments",
    summary="What a task was told",
)
async def arguments(request: Request, task_id: TaskId) -> TaskTold:
    """The arguments of a task of one's own, to look at or to send again."""
    record = (await call(request).own(task_id, "read")).record
    return TaskTold(task_id=record.id, task=record.name, arguments=record.arguments)


@router.get(
    "/task/{task_id}/log",
    response_model=TaskLines,
    operation_id="task_log",
    summary="What a task logged",
)
async def log_lines(request: Request, task_id: TaskId) -> TaskLines:
    """The first lines that a task of one's own logged, as long as its result is kept. Tracebacks
    and debugging are for operators."""
    asked = call(request)
    look = await asked.own(task_id, "read")
    settings = asked.services.settings
    told = await asked.services.run(lambda: task_log(look.record.id, settings=settings))
    whole = asked.caller.may("operator")
    rows = [
        log_row(line, whole=whole) for line in told.lines if whole or line.level in _FOR_EVERYBODY
    ]
    return TaskLines(lines=rows, cut=told.cut)


async def _result(asked: Call, look: Look) -> Any:
    found = look.result
    if look.state != "succeeded" or found is None or found.state != "SUCCESS":
        return None
    settings = asked.services.settings
    try:
        return await asked.services.run(
            lambda: whole_result(found.task_id, found.result, settings=settings)
        )
    except ResultGone:
        return None


@router.delete(
    "/task/{task_id}",
    response_model=Cancelled,
    operation_id="cancel_task",
    summary="Cancel a task",
)
async def cancel(request: Request, task_id: TaskId) -> Cancelled:
    """Keeps a task of one's own from running, or ends it where it runs; what follows it is left
    out."""
    asked = call(request)
    look = await asked.own(task_id, "cancel")
    settings = asked.services.settings
    outcome = await asked.services.run(lambda: stop(look, settings=settings))
    await asked.services.note(asked.entry("cancel", outcome, f"task {task_id}"))
    if outcome == "ended already":
        raise Problem(
            HTTPStatus.CONFLICT, f"The task has ended already: {look.state}. Nothing was done."
        )
    return Cancelled(task_id=look.record.id, outcome=outcome)


@router.get(
    "/tasks",
    response_model=TaskPage,
    operation_id="list_tasks",
    summary="Tasks of one's own",
)
async def tasks(
    request: Request,
    limit: Limit = 50,
    after: After = None,
    status: Annotated[TaskState | None, Query(description="Of this state alone.")] = None,
    task: Annotated[str | None, Query(max_length=155, description="Of this name alone.")] = None,
) -> TaskPage:
    """From the newest on. Their states are the ledger's, which is a moment behind the workers."""
    asked, before = call(request), place(after)
    owner = None if asked.caller.may("admin") else asked.caller.owner
    rows = await asked.services.read(
        lambda storage: storage.owned_tasks.page(
            owner, limit + 1, before=before, state=status, name=task
        )
    )
    shown = rows[:limit]
    more = cursor(shown[-1].created_at, shown[-1].id) if len(rows) > limit else None
    return TaskPage(tasks=[task_row(one) for one in shown], next=more)
