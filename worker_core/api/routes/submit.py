"""Handing in tasks: a route for each task of the catalog, made from its argument model."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from worker_core.api.call import Call, IdempotencyKey, call
from worker_core.api.models import PREFIX, Submitted, status_url
from worker_core.arguments import TaskArguments
from worker_core.catalog import TASKS, TaskSpec
from worker_core.operations.errors import OperationError
from worker_core.operations.gateway import Accepted, intake
from worker_core.storage import Claim

router = APIRouter(prefix=PREFIX)

# What changes things that belong to everybody.
OPERATORS_QUEUES: Final = frozenset({"model_training", "monitoring"})
OPERATORS_TASKS: Final = frozenset(
    {
        "anomaly_detection.update_anomaly_baselines",
        "data_processing.cleanup_old_data",
        "document_processing.update_document_index",
    }
)


def needs_operator(spec: TaskSpec) -> bool:
    """Whether a task is for operators alone."""
    return spec.queue in OPERATORS_QUEUES or spec.name in OPERATORS_TASKS


async def accept(
    call: Call,
    name: str,
    arguments: TaskArguments,
    key: str | None,
    claim: Claim | None = None,
) -> Accepted:
    """Take a task in for the caller, with its entry in the audit log.

    Raises:
        Problem, OperationError: it was not; the audit log has that too.
    """
    try:
        new = intake(
            name,
            arguments,
            owner=call.caller.owner,
            headers={"request_id": call.about.request_id, "user_id": call.caller.name},
            idempotency_key=key,
            document=claim,
        )
    except OperationError as error:
        await call.services.note(call.entry("submit", "refused", name, error.message))
        raise
    entry = call.entry("submit", "ok", f"{name} {new.task.id}", f"key {key}" if key else "")
    accepted = await call.services.submit(type(new)(new.task, new.follow_ups, entry, new.document))
    call.about.task_id = accepted.submission.task_id
    return accepted


def told(accepted: Accepted, response: Response) -> dict[str, Any]:
    """The answer to a submission."""
    submission = accepted.submission
    url = status_url(submission.task_id)
    response.headers["Location"] = url
    return {
        "task_id": submission.task_id,
        "task": submission.name,
        "queue": submission.queue,
        "status_url": url,
        "follow_ups": list(submission.follow_ups),
        "delivered": submission.delivered,
        "repeated": not accepted.is_new,
    }


def _documents(arguments: TaskArguments) -> tuple[list[str], list[int]]:
    """The documents that the arguments name, by content and by number."""
    hashes: list[str] = []
    if (one := getattr(arguments, "document", None)) is not None:
        hashes.append(one)
    hashes += [part.document for part in getattr(arguments, "documents", ())]
    return hashes, list(getattr(arguments, "document_ids", ()))


def _endpoint(spec: TaskSpec) -> Callable[..., Awaitable[Submitted]]:
    async def submit(
        request: Request,
        response: Response,
        arguments: TaskArguments,
        idempotency_key: IdempotencyKey = None,
    ) -> Submitted:
        asked = call(request)
        if needs_operator(spec):
            try:
                asked.needs("operator")
            except Exception:
                await asked.services.note(asked.entry("submit", "forbidden", spec.name))
                raise
        await asked.own_documents(*_documents(arguments))
        return Submitted(
            **told(await accept(asked, spec.name, arguments, idempotency_key), response)
        )

    submit.__name__ = spec.name.replace(".", "_")
    submit.__doc__ = spec.description
    submit.__annotations__["arguments"] = spec.arguments
    return submit


for _spec in TASKS.values():
    _queue, _, _task = _spec.name.partition(".")
    router.add_api_route(
        f"/{_queue}/{_task}",
        _endpoint(_spec),
        methods=["POST"],
        status_code=HTTPStatus.ACCEPTED,
        response_model=Submitted,
        summary=_spec.title,
        operation_id=_spec.name.replace(".", "_"),
        tags=[_queue],
    )
