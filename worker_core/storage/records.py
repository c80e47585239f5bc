"""What repositories return.

Offsets count characters (Unicode code points) of the document's stored text; an end is exclusive.
Shares lie in 0..1. Times are aware, in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, TypeAlias

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
Status = Literal["pending", "parsed", "failed"]
TaskState = Literal[
    "waiting",
    "published",
    "running",
    "retrying",
    "succeeded",
    "failed",
    "quarantined",
    "cancelled",
    "blocked",
    "skipped",
]
"""``waiting``: not handed to the broker yet. ``blocked``: its parent has not succeeded yet.
``skipped``: its parent failed. ``quarantined``: it kept ending its worker, and awaits release."""


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """One document, whatever number of times and under whatever names it came in.

    ``filename`` is the name it first came with. ``truncated`` says what was left out of the text
    when it was read, in the words of whoever read it; None when nothing was.
    """

    id: int
    sha256: str
    filename: str
    mime: str
    bytes: int
    company: str | None
    ticker: str | None
    document_type: str | None
    period: str | None
    filing_date: date | None
    pages: int | None
    characters: int | None
    status: Status
    error_code: str | None
    error_message: str | None
    remedy: str | None
    parser_version: str | None
    truncated: Json
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person said of a document in place of what was found; None: that it says nothing."""

    field: str
    value: str | date | None
    found: str | date | None
    corrected_by: str
    corrected_at: datetime


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One arrival of a document. ``origin`` is a word for where it came from, never a folder."""

    filename: str
    origin: str
    task_id: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document; ``name`` is its key, such as ``Item 1A``.

    ``by_reference``: the filing says that the content stands in another document.
    """

    name: str
    title: str
    start: int
    end: int
    by_reference: bool = False


@dataclass(frozen=True, slots=True)
class SentimentScore:
    """Sentiment of a whole document (``section`` empty) or one section, of all or one entity.

    ``positive``, ``neutral`` and ``negative`` are shares of ``sentences``, which is a count.
    """

    section: str
    entity: str
    positive: float
    neutral: float
    negative: float
    mean: float
    sentences: int
    confidence: float | None = None
    ticker: str | None = None


@dataclass(frozen=True, slots=True)
class SentimentEvidence:
    """A word or a rule that had a part in the class of a sentence.

    ``start`` and ``end`` count from the start of the sentence. ``kind`` is ``word`` or ``phrase``,
    which are the text there, or ``rule``, and ``name`` is the rule's. ``toward`` is the class that
    it speaks for, and ``weight`` how strongly.
    """

    start: int
    end: int
    kind: str
    name: str
    toward: str
    weight: float


@dataclass(frozen=True, slots=True)
class SentimentSentence:
    """Sentiment of one sentence of the text; ``confidence`` is the probability of its label,
    ``entities`` the companies that it names, ``evidence`` what decided, the strongest first."""

    start: int
    end: int
    score: float
    label: str
    confidence: float | None = None
    evidence: tuple[SentimentEvidence, ...] = ()
    entities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SentimentRecord:
    """What one model said of a document."""

    document_id: int
    model_version: str
    created_at: datetime
    scores: tuple[SentimentScore, ...]

    @property
    def whole(self) -> SentimentScore | None:
        """The score of the whole document over all entities."""
        return next((score for score in self.scores if not score.section + score.entity), None)


@dataclass(frozen=True, slots=True)
class SummarySentence:
    """A sentence quoted from the text, with its place and how much it was worth to the model."""

    start: int
    end: int
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class SummaryRecord:
    """A summary by one model, in reading order."""

    document_id: int
    model_version: str
    created_at: datetime
    sentences: tuple[SummarySentence, ...]


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task about to be submitted. ``delay_s`` is its countdown in seconds."""

    id: str
    name: str
    queue: str
    arguments: Mapping[str, Json]
    headers: Mapping[str, Json] = field(default_factory=dict)
    owner: str = ""
    idempotency_key: str | None = None
    delay_s: float = 0.0


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """A submitted task. ``attempts`` counts the starts of its body, ``retries`` those that
    followed a failure. ``next_at`` is when it may start at the earliest."""

    id: str
    owner: str
    name: str
    queue: str
    arguments: dict[str, Json]
    headers: dict[str, Json]
    idempotency_key: str | None
    parent_id: str | None
    state: TaskState
    attempts: int
    retries: int
    error_type: str | None
    error_message: str | None
    created_at: datetime
    published_at: datetime | None
    first_sign_at: datetime | None
    checked_at: datetime
    next_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class TaskNote:
    """What a worker says of a task at ``at``: it runs, will be tried again, or has ended.
    ``began_at`` is the start of the run that has ended."""

    id: str
    state: TaskState
    at: datetime
    attempts: int = 1
    retries: int = 0
    next_at: datetime | None = None
    error_type: str | None = None
    error_message: str | None = None
    began_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ScheduleEdit:
    """What is started by itself, and when: all that a user may change of an entry.

    ``timezone`` is None for that of the settings. ``expires_s``: seconds after its time from which
    on a run is not worth starting any more.
    """

    task: str
    arguments: Mapping[str, Json]
    kind: str
    expression: str
    timezone: str | None = None
    market_hours: bool = False
    expires_s: float | None = None


@dataclass(frozen=True, slots=True)
class ScheduleRecord:
    """An entry of the schedule.

    ``version`` counts its changes. ``next_run`` is None while it is disabled or cannot run.
    ``last_drift_s`` is how late the last run was started. ``missed`` counts the due times, the
    first at ``missed_since``, that passed while no scheduler could start the task; one that was
    left out by intention counts as skipped instead.
    """

    name: str
    task: str
    arguments: dict[str, Json]
    kind: str
    expression: str
    timezone: str | None
    market_hours: bool
    expires_s: float | None
    enabled: bool
    built_in: bool
    edited: bool
    version: int
    next_run: datetime | None
    last_run: datetime | None
    last_task_id: str | None
    last_drift_s: float | None
    skipped_at: datetime | None
    skipped_why: str | None
    missed: int
    missed_since: datetime | None
    last_missed_at: datetime | None
    updated_at: datetime

    @property
    def edit(self) -> ScheduleEdit:
        """What a user may change of it, as it is."""
        return ScheduleEdit(
            self.task,
            self.arguments,
            self.kind,
            self.expression,
            self.timezone,
            self.market_hours,
            self.expires_s,
        )


@dataclass(frozen=True, slots=True)
class ScheduleClaim:
    """What one scheduler makes of a due entry, if no other one is faster.

    ``due`` is the time that the run is for, the latest of those that have passed by ``at``;
    ``after`` the next. With ``skipped`` the run is left out for that reason; otherwise it is that
    of ``task_id``, whose row ``task`` is, if it has one. ``missed`` counts the earlier due times,
    from ``missed_since`` to ``last_missed_at``.
    """

    at: datetime
    due: datetime
    after: datetime
    task_id: str | None = None
    task: NewTask | None = None
    skipped: str | None = None
    missed: int = 0
    missed_since: datetime | None = None
    last_missed_at: datetime | None = None
