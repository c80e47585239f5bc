"""What the server answers, as far as a client reads it. What else it says is passed over."""

from datetime import datetime
from typing import Annotated, Any

import msgspec

from worker_core.storage import TaskState as State

ENDED = frozenset({"succeeded", "failed", "quarantined", "cancelled", "skipped"})
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
Name = Annotated[str, msgspec.Meta(max_length=512)]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class Limits(msgspec.Struct, frozen=True):
    """What the server takes: megabytes (MiB) of one document and of one upload."""

    document_mb: Count
    upload_mb: Count


class Me(msgspec.Struct, frozen=True):
    """Whom the token belongs to. ``limits`` is None at a server of an earlier release."""

    name: Name
    role: Name
    token: Name
    expires_at: datetime
    limits: Limits | None = None


class Submitted(msgspec.Struct, frozen=True):
    """What became of a submission. ``repeated``: its key was known, and nothing new runs."""

    task_id: Id
    task: Name
    queue: Name
    follow_ups: list[Id] = []
    delivered: bool = True
    repeated: bool = False


class SubmittedDocument(Submitted, frozen=True, kw_only=True):
    document: Name
    filename: Name


class SubmittedDocuments(msgspec.Struct, frozen=True):
    documents: list[SubmittedDocument]


class Progress(msgspec.Struct, frozen=True):
    stage: str
    fraction: float


class Failure(msgspec.Struct, frozen=True):
    type: str
    message: str

    @property
    def words(self) -> str:
        return ": ".join(filter(None, (self.type, self.message)))


class Task(msgspec.Struct, frozen=True):
    """A task, by its status or in a list; in a list some of it is left out."""

    task_id: Id
    task: Name
    queue: Name
    status: State
    attempts: Count
    retries: Count
    created_at: datetime
    error: Failure | None = None
    finished_at: datetime | None = None
    started_at: datetime | None = None
    next_at: datetime | None = None
    parent_id: Id | None = None
    progress: Progress | None = None
    result: Any = None

    @property
    def ended(self) -> bool:
        return self.status in ENDED


class Tasks(msgspec.Struct, frozen=True):
    tasks: list[Task]
    next: str | None = None


class Told(msgspec.Struct, frozen=True):
    """What a task was told."""

    task: Name
    arguments: dict[str, Any]


class Line(msgspec.Struct, frozen=True):
    at: datetime
    level: str
    logger: str
    text: str


class Lines(msgspec.Struct, frozen=True):
    """The first lines that a task logged, oldest first."""

    lines: list[Line]
    cut: bool = False


class Cancelled(msgspec.Struct, frozen=True):
    outcome: str


class Queues(msgspec.Struct, frozen=True):
    queues: dict[str, Count]
    held: Count


class Worker(msgspec.Struct, frozen=True):
    worker: str
    processes: int | None = None
    uptime_s: int | None = None
    completed: dict[str, int] = {}


class Workers(msgspec.Struct, frozen=True):
    workers: list[Worker]


class Finding(msgspec.Struct, frozen=True):
    severity: str
    part: str
    text: str = ""


class Health(msgspec.Struct, frozen=True):
    status: str
    at: datetime
    findings: list[Finding] = []


class FieldProblem(msgspec.Struct, frozen=True):
    field: str
    message: str


class Problem(msgspec.Struct, frozen=True):
    """A refusal (RFC 9457)."""

    detail: str = ""
    errors: list[FieldProblem] | None = None
