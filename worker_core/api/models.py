"""What the API answers."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from worker_core.health import Severity
from worker_core.operations.followed import Look
from worker_core.storage import Role, TaskRecord, TaskState

PREFIX = "/api/background-tasks"


class Submitted(BaseModel):
    """A task that was written down, and is going to run."""

    task_id: str
    task: str
    queue: str
    status_url: str
    follow_ups: list[str] = Field(description="Ids of the tasks that come once it has succeeded.")
    delivered: bool = Field(
        description="Whether its queue has it. If not it is kept, and delivered when the broker "
        "is back."
    )
    repeated: bool = Field(description="Whether the idempotency key was known: nothing new runs.")


class SubmittedDocument(Submitted):
    """A document's processing."""

    document: str = Field(description="SHA-256 of the content, by which it is known from now on.")
    filename: str


class SubmittedDocuments(BaseModel):
    """The processing of each file of an upload, in their order."""

    documents: list[SubmittedDocument]


class Progress(BaseModel):
    """How far a running task is, as it says itself."""

    stage: str
    fraction: float = Field(ge=0, le=1)


class TaskError(BaseModel):
    """What a task failed with."""

    type: str
    message: str


class TaskStatus(BaseModel):
    """What is known of a task."""

    task_id: str
    task: str
    queue: str
    status: TaskState
    progress: Progress | None
    result: Any = Field(description="What it answered, any JSON; null while there is nothing.")
    error: TaskError | None
    attempts: int = Field(description="How often its work was begun.")
    retries: int = Field(description="How often it was tried again after a failure.")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    next_at: datetime | None = Field(description="When it may start at the earliest.")
    parent_id: str | None = Field(description="The task that this one follows.")


class TaskRow(BaseModel):
    """A task in a list."""

    task_id: str
    task: str
    queue: str
    status: TaskState
    attempts: int
    retries: int
    error: TaskError | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    parent_id: str | None = Field(description="The task that this one follows.")


class TaskPage(BaseModel):
    """Tasks from the newest on. ``next`` is what to ask for as ``after``; null at the end."""

    tasks: list[TaskRow]
    next: str | None


class TaskTold(BaseModel):
    """What a task was told."""

    task_id: str
    task: str
    arguments: dict[str, Any]


class Cancelled(BaseModel):
    """What was done to keep a task from running, or to end it."""

    task_id: str
    outcome: str


class ActiveTask(BaseModel):
    """A task that a worker runs now."""

    task_id: str
    task: str
    worker: str
    started_at: datetime | None


class ActiveTasks(BaseModel):
    """What runs now: one's own, and for an operator everything."""

    tasks: list[ActiveTask]


class WorkerStats(BaseModel):
    """A worker that answered."""

    worker: str
    processes: int | None = Field(description="Tasks that it can run at the same time.")
    uptime_s: int | None
    completed: dict[str, int] = Field(description="Tasks since it started, by name.")


class WorkersStats(BaseModel):
    """The workers that answered."""

    workers: list[WorkerStats]


class QueueLengths(BaseModel):
    """Tasks that wait in each queue."""

    queues: dict[str, int]
    held: int = Field(description="Tasks that workers hold: running, or waiting for their time.")


class FindingRow(BaseModel):
    """What a health check found."""

    severity: Severity
    part: str
    text: str = Field(description="What it is, what it means and what to do; empty for analysts.")


class Health(BaseModel):
    """Whether the system is well, as it was a moment ago."""

    status: Severity
    at: datetime
    took_s: float
    findings: list[FindingRow]


class Taken(BaseModel):
    """What is taken at most, in MiB."""

    document_mb: int = Field(description="One document.")
    upload_mb: int = Field(description="One upload, all its files together.")


class Me(BaseModel):
    """Who asks."""

    name: str
    role: Role
    token: str = Field(description="The part of the token that may be shown.")
    expires_at: datetime
    limits: Taken


def status_url(task_id: str) -> str:
    return f"{PREFIX}/task/{task_id}/status"


def task_status(look: Look, result: Any = None) -> TaskStatus:
    """A look, with the result where it is wanted."""
    record, progress, error = look.record, look.progress, look.error
    return TaskStatus(
        task_id=record.id,
        task=record.name,
        queue=record.queue,
        status=look.state,
        progress=Progress(stage=progress[0], fraction=progress[1]) if progress else None,
        result=result,
        error=TaskError(type=error[0], message=error[1]) if error else None,
        attempts=record.attempts,
        retries=record.retries,
        created_at=record.created_at,
        started_at=record.first_sign_at,
        finished_at=record.finished_at,
        next_at=record.next_at,
        parent_id=record.parent_id,
    )


def task_row(record: TaskRecord) -> TaskRow:
    error = None
    if record.error_type or record.error_message:
        error = TaskError(type=record.error_type or "", message=record.error_message or "")
    return TaskRow(
        task_id=record.id,
        task=record.name,
        queue=record.queue,
        status=record.state,
        attempts=record.attempts,
        retries=record.retries,
        error=error,
        created_at=record.created_at,
        started_at=record.first_sign_at,
        finished_at=record.finished_at,
        parent_id=record.parent_id,
    )
