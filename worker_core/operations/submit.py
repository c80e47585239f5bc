"""Putting tasks on their queues, checked against the catalog."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from pydantic import ValidationError

from worker_core.arguments import ProcessDocument, TaskArguments
from worker_core.catalog import TaskSpec, task
from worker_core.operations.client import connected, send
from worker_core.operations.configuration import DEFAULT_PRIORITY
from worker_core.operations.errors import InvalidArguments, TaskUnavailable
from worker_core.settings import Settings

PROCESS = "document_processing.process_document"
AFTER_PROCESSING = (
    "sentiment_analysis.analyze_document_sentiment",
    "document_processing.generate_document_summary",
)
SHOWN_FIELDS = 5


@dataclass(frozen=True, slots=True)
class Submission:
    """A task on its queue. ``follow_ups`` are the ids of tasks that come once it has succeeded."""

    task_id: str
    name: str
    queue: str
    follow_ups: tuple[str, ...] = ()


def submit(
    name: str,
    arguments: Mapping[str, Any] | TaskArguments,
    *,
    task_id: str | None = None,
    headers: Mapping[str, Any] | None = None,
    countdown: float | None = None,
    settings: Settings | None = None,
) -> Submission:
    """Enqueue the catalog's task ``name``, to start no sooner than ``countdown`` seconds from now.

    Raises:
        UnknownTask: the catalog has no such task.
        TaskUnavailable: it cannot run.
        InvalidArguments: ``arguments`` do not fit it.
        BrokerUnreachable, BrokerRefused: the message was not taken.
    """
    spec = _available(name)
    sent = send(
        name,
        (),
        checked(spec, arguments),
        queue=spec.queue,
        task_id=task_id,
        headers=headers,
        countdown=countdown,
        settings=settings,
    )
    return Submission(sent, name, spec.queue)


def submit_document(
    arguments: Mapping[str, Any] | ProcessDocument,
    *,
    headers: Mapping[str, Any] | None = None,
    settings: Settings | None = None,
) -> Submission:
    """Enqueue the processing of a stored file; its sentiment and its summary follow as a canvas
    once it has succeeded.

    Raises:
        As ``submit``.
    """
    spec = _available(PROCESS)
    kwargs = checked(spec, arguments)
    with connected(settings) as (app, connection):
        from celery import chain, group

        def signature(name: str, values: Mapping[str, Any]) -> Any:
            options = {"task_id": str(uuid4()), "queue": task(name).queue}
            return app.signature(name, kwargs=dict(values), immutable=True, options=options)

        first = signature(PROCESS, kwargs)
        after = [
            signature(name, {"document": kwargs["document"]})
            for name in AFTER_PROCESSING
            if task(name).unavailable is None
        ]
        chain(first, group(after), app=app).apply_async(
            connection=connection,
            headers=dict(headers or {}),
            priority=DEFAULT_PRIORITY,
            retry=False,
        )
    follow_ups = tuple(one.options["task_id"] for one in after)
    return Submission(first.options["task_id"], PROCESS, spec.queue, follow_ups)


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
