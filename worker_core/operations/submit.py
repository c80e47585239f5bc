"""Putting tasks on their queues, checked against the catalog."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from pydantic import ValidationError

from worker_core.arguments import TaskArguments
from worker_core.catalog import TaskSpec, task
from worker_core.operations.client import send
from worker_core.operations.delivery import enqueue
from worker_core.operations.errors import InvalidArguments, TaskUnavailable
from worker_core.settings import Settings, current
from worker_core.storage import NewTask

PROCESS = "document_processing.process_document"
AFTER_PROCESSING = (
    "sentiment_analysis.analyze_document_sentiment",
    "document_processing.generate_document_summary",
)
SHOWN_FIELDS = 5
LONGEST_KEY = 155
DELIVERED_LATER = "The task is kept, and delivered when the broker is back."


@dataclass(frozen=True, slots=True)
class Submission:
    """A task that was written down. ``follow_ups`` are the ids of tasks that come once it has
    succeeded. ``delivered``: its queue has it; else ``problem`` says why not, and it waits to be
    delivered when the broker is back."""

    task_id: str
    name: str
    queue: str
    follow_ups: tuple[str, ...] = ()
    delivered: bool = True
    problem: str | None = None


def submit(
    name: str,
    arguments: Mapping[str, Any] | TaskArguments,
    *,
    task_id: str | None = None,
    headers: Mapping[str, Any] | None = None,
    countdown: float | None = None,
    owner: str = "",
    idempotency_key: str | None = None,
    settings: Settings | None = None,
) -> Submission:
    """Enqueue the catalog's task ``name``, to start no sooner than ``countdown`` seconds from now.

    A second submission of one owner with one ``idempotency_key`` answers the first one's task.
    Without a broker it answers within about a second, and the task is delivered later.

    Raises:
        UnknownTask: the catalog has no such task.
        TaskUnavailable: it cannot run.
        InvalidArguments: ``arguments`` do not fit it, or the id or the key cannot be kept.
        LedgerUnavailable: the task could not be written down.
        BrokerUnreachable, BrokerRefused: it was not sent, where the settings know no ledger.
    """
    task = _new(
        name,
        arguments,
        task_id=_key(task_id, "id"),
        headers=headers,
        owner=owner,
        idempotency_key=idempotency_key,
        delay_s=countdown or 0.0,
    )
    return _submitted(task, (), settings)


def submit_document(
    arguments: Mapping[str, Any] | TaskArguments,
    *,
    headers: Mapping[str, Any] | None = None,
    owner: str = "",
    idempotency_key: str | None = None,
    settings: Settings | None = None,
) -> Submission:
    """Enqueue the processing of a stored file; its sentiment and its summary follow as a canvas
    once it has succeeded.

    Raises:
        As ``submit``.
    """
    first, after = prepared(
        PROCESS, arguments, headers=headers, owner=owner, idempotency_key=idempotency_key
    )
    return _submitted(first, after, settings)


def prepared(
    name: str,
    arguments: Mapping[str, Any] | TaskArguments,
    *,
    headers: Mapping[str, Any] | None = None,
    owner: str = "",
    idempotency_key: str | None = None,
) -> tuple[NewTask, list[NewTask]]:
    """A checked task that is not written down yet, and those that follow its success: the
    processing of a document has some.

    Raises:
        UnknownTask, TaskUnavailable, InvalidArguments: as ``submit``.
    """
    first = _new(name, arguments, headers=headers, owner=owner, idempotency_key=idempotency_key)
    if name != PROCESS:
        return first, []
    document = {"document": first.arguments["document"]}
    return first, [
        NewTask(str(uuid4()), one, task(one).queue, document, first.headers, owner)
        for one in AFTER_PROCESSING
        if task(one).unavailable is None
    ]


def _new(
    name: str,
    arguments: Mapping[str, Any] | TaskArguments,
    *,
    task_id: str | None = None,
    headers: Mapping[str, Any] | None = None,
    owner: str = "",
    idempotency_key: str | None = None,
    delay_s: float = 0.0,
) -> NewTask:
    spec = _available(name)
    return NewTask(
        id=task_id or str(uuid4()),
        name=name,
        queue=spec.queue,
        arguments=checked(spec, arguments),
        headers=dict(headers or {}),
        owner=owner,
        idempotency_key=_key(idempotency_key, "idempotency key"),
        delay_s=delay_s,
    )


def _submitted(
    task: NewTask, follow_ups: Sequence[NewTask], settings: Settings | None
) -> Submission:
    settings = settings or current()
    if not settings.ledger:
        return _sent(task, follow_ups, settings)
    record, after, problem = enqueue(task, follow_ups, settings=settings)
    return Submission(
        record.id,
        record.name,
        record.queue,
        tuple(one.id for one in after),
        delivered=problem is None and (record.id == task.id or record.state != "waiting"),
        problem=None if problem is None else f"{problem} {DELIVERED_LATER}",
    )


def _sent(task: NewTask, follow_ups: Sequence[NewTask], settings: Settings) -> Submission:
    """Straight to the queue, where another database than this one is the workers'."""
    if follow_ups or task.idempotency_key is not None:
        raise TaskUnavailable(
            "This needs the database of the workers, which this connection does not name.",
            "Add the team’s database to the connection, or use another one.",
        )
    task_id = send(
        task.name,
        (),
        task.arguments,
        queue=task.queue,
        task_id=task.id,
        headers=task.headers,
        countdown=task.delay_s or None,
        settings=settings,
    )
    return Submission(task_id, task.name, task.queue)


def _key(value: str | None, what: str) -> str | None:
    if value is not None and (not value or len(value) > LONGEST_KEY or not value.isprintable()):
        text = f"must be 1 to {LONGEST_KEY} printable characters"
        raise InvalidArguments(f"The {what} {text}.", "Choose another one.", {"": text})
    return value


def _available(name: str) -> TaskSpec:
    spec = task(name)
    if spec.unavailable is not None:
        raise TaskUnavailable(
            f"“{spec.title}” cannot run: {spec.unavailable}",
            "Choose another task.",
        )
    return spec


def checked(spec: TaskSpec, arguments: Mapping[str, Any] | TaskArguments) -> dict[str, Any]:
    """``arguments`` as the JSON values of the task's keyword arguments.

    Raises:
        InvalidArguments: they do not fit the task.
    """
    values = (
        arguments.model_dump(exclude_unset=True)
        if isinstance(arguments, TaskArguments)
        else dict(arguments)
    )
    try:
        model = spec.arguments.model_validate(values)
    except ValidationError as error:
        raise _refusal(spec, error) from error
    return model.model_dump(mode="json", exclude_unset=True)


def _refusal(spec: TaskSpec, error: ValidationError) -> InvalidArguments:
    fields: dict[str, str] = {}
    for problem in error.errors(include_url=False, include_context=False, include_input=False):
        fields.setdefault(_path(problem["loc"]), _plainly(problem["type"], problem["msg"]))
    shown = [f"{path or 'arguments'} {text}" for path, text in fields.items()][:SHOWN_FIELDS]
    more = f"; and {len(fields) - len(shown)} more" if len(fields) > len(shown) else ""
    return InvalidArguments(
        f"“{spec.title}” cannot take these arguments: {'; '.join(shown)}{more}.",
        f"It takes {', '.join(spec.arguments.model_fields) or 'none'}.",
        fields,
    )


def _path(location: Sequence[int | str]) -> str:
    return ".".join(map(str, location))


def _plainly(kind: str, message: str) -> str:
    match kind:
        case "missing":
            return "is needed"
        case "extra_forbidden":
            return "is not an argument of this task"
        case "string_pattern_mismatch":
            return "does not have the form that is needed"
        case _:
            text = message[:1].lower() + message[1:]
            for subject in ("input ", "value ", "string ", "list "):
                text = text.removeprefix(subject)
            return text
