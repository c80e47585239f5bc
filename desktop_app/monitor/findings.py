"""What was found out by asking, after events may have been missed."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from desktop_app.monitor import events as e
from desktop_app.monitor.rows import FINISHED, RUNNING, Found, TaskRow
from desktop_app.monitor.state import State
from worker_core.operations.wire import value_of

# Worker name → what it answered, as by Celery's ``inspect``.
Answers = Mapping[str, Sequence[Mapping[str, Any]]]


class StoredResult(msgspec.Struct, frozen=True):
    """Celery's record of a task's end in the result store."""

    status: str
    result: Any = None
    traceback: Any = None
    date_done: str | None = None
    worker: str | None = None

    @classmethod
    def read(cls, stored: bytes) -> "StoredResult | None":
        """The record in ``stored``, None unless it is JSON: other formats can run code."""
        try:
            return _DECODER.decode(stored)
        except (msgspec.DecodeError, RecursionError):
            pass
        try:
            return msgspec.convert(value_of(stored), cls)
        except (ValueError, RecursionError):
            return None


_DECODER: Final = msgspec.json.Decoder(StoredResult)


class Findings(msgspec.Struct, frozen=True):
    """Answers to questions put at ``asked_at`` about what was last heard of before
    ``quiet_before``.

    ``active`` holds, for each worker that answered, what it runs, in the words of Celery's
    ``inspect active``. ``results`` are the stored results of those of the ``asked`` tasks thought
    unfinished that have one; ``results_complete`` is False when some could not be looked up.
    """

    asked_at: float
    quiet_before: float
    active: Answers
    results: dict[str, StoredResult]
    results_complete: bool
    asked: int = 0


class Subscriptions(msgspec.Struct, frozen=True):
    """The queues that each worker that answered takes tasks from."""

    queues: dict[str, frozenset[str]]


class Dismissal(msgspec.Struct, frozen=True):
    """Workers that are gone, and whose rows nobody wants to see any more."""

    hostnames: frozenset[str]


def settle(state: State, findings: Findings) -> Found:
    """Bring ``state`` into line with ``findings``: tasks that run unheard of appear, tasks that
    ended unheard end, and those whose end left no trace stop counting as running. Returns how many
    of each."""
    asked_at = findings.asked_at
    state.workers.answered(findings.active, asked_at)
    appeared = ended = unknown = 0
    running = set()
    for hostname, requests in findings.active.items():
        for request in requests:
            event = _found(hostname, request, asked_at)
            if event is not None:
                running.add(event.uuid)
                before = state.task(event.uuid)
                state.apply(event, asked_at)
                appeared += before is None or before.state not in RUNNING | FINISHED
    for uuid, stored in findings.results.items():
        row = state.task(uuid)
        if row is not None and row.state not in FINISHED:
            end = _end(row, stored, asked_at)
            if end is not None:
                state.apply(end, asked_at)
                ended += 1
    for row in state.rows() if findings.results_complete else ():
        missing = row.state in RUNNING and row.uuid not in running and row.reason is None
        if missing and row.last_seen < findings.quiet_before and row.worker in findings.active:
            state.mark_outcome_unknown(row.uuid)
            unknown += 1
    return Found(
        at=asked_at,
        workers=len(findings.active),
        asked=findings.asked,
        ended=ended,
        appeared=appeared,
        unknown=unknown,
        complete=findings.results_complete,
    )


def _found(hostname: str, request: Mapping[str, Any], asked_at: float) -> e.TaskFound | None:
    uuid = request.get("id")
    if not isinstance(uuid, str) or not uuid:
        return None
    began = request.get("time_start")
    delivery = request.get("delivery_info")
    delivery = delivery if isinstance(delivery, Mapping) else {}
    redelivered = delivery.get("redelivered")
    return e.TaskFound(
        uuid=uuid,
        hostname=hostname,
        timestamp=began if isinstance(began, float) else asked_at,
        name=request.get("name") or request.get("type"),
        args=request.get("args"),
        kwargs=request.get("kwargs"),
        queue=delivery.get("routing_key"),
        redelivered=redelivered if isinstance(redelivered, bool) else None,
    )


def _end(row: TaskRow, stored: StoredResult, asked_at: float) -> e.Event | None:
    worker = stored.worker or row.worker or ""
    done_at = _timestamp(stored.date_done) or asked_at
    match stored.status:
        case "SUCCESS":
            return e.TaskSucceeded(row.uuid, worker, done_at, result=stored.result)
        case "FAILURE":
            exception = _exception(stored.result)
            return e.TaskFailed(
                row.uuid, worker, done_at, exception=exception, traceback=stored.traceback
            )
        case "REVOKED":
            return e.TaskRevoked(row.uuid, worker, done_at, terminated=row.started is not None)
        case _:
            return None


def _exception(result: Any) -> Any:
    """Celery stores ``{"exc_type": "ValueError", "exc_message": ["bad"]}``, in events it says
    ``ValueError('bad')``."""
    if not isinstance(result, Mapping) or "exc_type" not in result:
        return result
    message = result.get("exc_message")
    parts = message if isinstance(message, list) else [message]
    return f"{result['exc_type']}({', '.join(repr(part) for part in parts)})"


def _timestamp(date: str | None) -> float | None:
    try:
        moment = datetime.fromisoformat(date) if date else None
    except ValueError:
        return None
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
