"""A waiting task message, read without taking it from its queue."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from worker_core.operations import wire
from worker_core.operations.configuration import ENQUEUED_AT

# Larger ones are counted and named but not taken apart.
OPENED_BYTES = 4 * 2**20


@dataclass(frozen=True, slots=True)
class Waiting:
    """One message of a queue. ``size`` is in bytes, ``enqueued_at`` in unix seconds where the
    sender said it, ``eta`` as the message holds it. ``problem`` says in plain words why parts of
    it are unknown. ``raw`` are its exact bytes, by which Redis finds it again.
    """

    queue: str
    priority: int
    task_id: str | None
    name: str | None
    args: list[Any] | None
    kwargs: dict[str, Any] | None
    eta: str | None
    retries: int
    enqueued_at: float | None
    redelivered: bool
    size: int
    problem: str | None
    raw: bytes = field(repr=False)


def decode(raw: bytes, queue: str, priority: int) -> Waiting:
    """``raw`` as far as it can be read; never fails."""
    facts: Mapping[str, Any] = {}
    args: list[Any] | None = None
    kwargs: dict[str, Any] | None = None
    problem: str | None = None
    try:
        message = _opened(raw)
        facts = message["headers"]
        body = wire.body_of(message)
        if "task" not in facts and isinstance(body, dict):
            facts = body  # protocol 1 says everything in the body
        args, kwargs = _arguments(body)
    except wire.Unreadable as error:
        problem = str(error)
    name = _text(facts.get("task"))
    return Waiting(
        queue=queue,
        priority=priority,
        task_id=_text(facts.get("id")),
        name=name,
        args=args,
        kwargs=kwargs,
        eta=_text(facts.get("eta")),
        retries=_retries(facts.get("retries")),
        enqueued_at=_seconds(facts.get(ENQUEUED_AT)),
        redelivered=facts.get("redelivered") is True,
        size=len(raw),
        problem=problem if problem or name else "This is not a task: it names none.",
        raw=raw,
    )


def headers(raw: bytes) -> dict[str, Any]:
    """All headers of a message; none where it cannot be read."""
    try:
        return dict(_opened(raw)["headers"])
    except wire.Unreadable:
        return {}


def _opened(raw: bytes) -> dict[str, Any]:
    if len(raw) > OPENED_BYTES:
        raise wire.Unreadable(f"It is too large to show ({len(raw) / 2**20:.0f} MiB).")
    return wire.parse(raw)


def _arguments(body: Any) -> tuple[list[Any], dict[str, Any]]:
    match body:
        case [list() as args, dict() as kwargs, *_]:
            return args, kwargs
        case {"args": list() as args, "kwargs": dict() as kwargs}:
            return args, kwargs
        case _:
            raise wire.Unreadable("This is not a task: its arguments are not where they belong.")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _retries(value: object) -> int:
    return value if isinstance(value, int) else 0


def _seconds(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
