"""What workers tell of themselves, read with care: another Celery, or an old one, may leave out
or add anything."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

TEXT_LIMIT: Final = 2000
ITEMS_LIMIT: Final = 100_000
_FOREVER: Final = 4e9


@dataclass(frozen=True, slots=True)
class Job:
    """A task that a worker holds. ``started`` and ``eta`` are Unix seconds, by the worker's clock
    and the sender's; ``arguments`` is for reading only."""

    task_id: str
    name: str
    arguments: str = ""
    started: float | None = None
    eta: float | None = None
    pid: int | None = None
    exchange: str = ""
    routing_key: str = ""
    priority: int | None = None
    redelivered: bool = False


@dataclass(frozen=True, slots=True)
class Served:
    """A queue that a worker takes from."""

    name: str
    exchange: str = ""
    routing_key: str = ""


@dataclass(frozen=True, slots=True)
class Registered:
    """A task that a worker can run, with its rate limit as the worker writes it."""

    name: str
    rate_limit: str = ""


@dataclass(frozen=True, slots=True)
class Stats:
    """``slots`` is how many tasks run at once, ``processes`` those of the pool; ``peak_memory`` is
    in bytes and of the main process alone, ``uptime`` in seconds."""

    pool: str = ""
    slots: int | None = None
    processes: tuple[int, ...] = ()
    autoscale: tuple[int, int] | None = None
    prefetch: int | None = None
    pid: int | None = None
    uptime: float | None = None
    peak_memory: int | None = None
    raw: Mapping[str, Any] | None = None


class NotUnderstood(ValueError):  # noqa: N818 - reads as what it says
    """A worker answered an error, or something of another shape. The text says what."""


def stats(reply: Any) -> Stats:
    told = _mapping(reply)
    pool = _or_empty(told.get("pool"))
    implementation = str(pool.get("implementation") or "")
    listed = pool.get("processes")
    processes = tuple(filter(None, map(_whole, listed))) if isinstance(listed, list) else ()
    kind = _kind_of_pool(implementation)
    # Growing changes the processes of a prefork pool and not its limit.
    slots = (
        len(processes) if kind == "prefork" and processes else _whole(pool.get("max-concurrency"))
    )
    scaler = _or_empty(told.get("autoscaler"))
    low, high = _whole(scaler.get("min")), _whole(scaler.get("max"))
    peak = _whole(_or_empty(told.get("rusage")).get("maxrss"))
    return Stats(
        pool=kind,
        slots=slots,
        processes=processes,
        autoscale=None if low is None or high is None else (low, high),
        prefetch=_whole(told.get("prefetch_count")),
        pid=_whole(told.get("pid")),
        uptime=_number(told.get("uptime")),
        peak_memory=None if peak is None else peak * 1024,
        raw=told,
    )


def _kind_of_pool(implementation: str) -> str:
    """``prefork`` of ``celery.concurrency.prefork:TaskPool``."""
    kind = implementation.partition(":")[0].rpartition(".")[2]
    return {"thread": "threads"}.get(kind, kind)[:TEXT_LIMIT]


def jobs(reply: Any) -> list[Job]:
    """Of an answer to ``active``, ``reserved`` or ``scheduled``."""
    return [job for entry in _sequence(reply) if (job := _job(entry)) is not None]


def _job(entry: Any) -> Job | None:
    if not isinstance(entry, Mapping):
        return None
    request = entry.get("request", entry)
    if not isinstance(request, Mapping) or request.get("id") is None:
        return None
    delivery = _or_empty(request.get("delivery_info"))
    return Job(
        task_id=_text(request["id"]),
        name=_text(request.get("name") or request.get("type") or ""),
        arguments=_arguments(request.get("args"), request.get("kwargs")),
        started=_number(request.get("time_start")),
        eta=_moment(entry.get("eta")),
        pid=_whole(request.get("worker_pid")),
        exchange=_text(delivery.get("exchange") or ""),
        routing_key=_text(delivery.get("routing_key") or ""),
        priority=_whole(delivery.get("priority")),
        redelivered=delivery.get("redelivered") is True,
    )


def _arguments(args: Any, kwargs: Any) -> str:
    """Of a call, as it would be written."""
    parts = [_repr(value) for value in args] if isinstance(args, list) else [_text(args or "")]
    if isinstance(kwargs, Mapping):
        parts += [f"{name}={_repr(value)}" for name, value in kwargs.items()]
    else:
        parts.append(_text(kwargs or ""))
    return _text(", ".join(part for part in parts if part not in {"", "()", "{}"}))


def _repr(value: Any) -> str:
    return _text(repr(value))


def served(reply: Any) -> list[Served]:
    """Of an answer to ``active_queues``."""
    found = []
    for entry in _sequence(reply):
        if isinstance(entry, Mapping) and isinstance(name := entry.get("name"), str):
            exchange = _or_empty(entry.get("exchange")).get("name")
            key = entry.get("routing_key")
            found.append(Served(_text(name), _text(exchange or ""), _text(key or "")))
    return found


def registered(reply: Any) -> list[Registered]:
    """Of an answer to ``registered``: names, with ``[rate_limit=…]`` behind some."""
    found = []
    for entry in _sequence(reply):
        name, _, info = str(entry).partition(" [")
        items = dict(item.partition("=")[::2] for item in info.rstrip("]").split())
        found.append(Registered(_text(name), _text(items.get("rate_limit", ""))))
    return found


def names(reply: Any) -> list[str]:
    """Of an answer to ``revoked``."""
    return [_text(entry) for entry in _sequence(reply)]


def settings(reply: Any) -> dict[str, Any]:
    """Of an answer to ``conf``."""
    return {_text(name): value for name, value in _mapping(reply).items()}


def queue_of(job: Job, queues: Iterable[Served]) -> str:
    """The queue that a held task came from, as far as its delivery tells."""
    for queue in queues:
        if job.routing_key in {queue.name, queue.routing_key} and job.exchange in {
            "",
            queue.exchange,
        }:
            return queue.name
    return job.routing_key


def _mapping(reply: Any) -> Mapping[str, Any]:
    _refuse_error(reply)
    if not isinstance(reply, Mapping):
        raise NotUnderstood(f"It answered something else: {_text(reply)[:200]}")
    return reply


def _sequence(reply: Any) -> Sequence[Any]:
    _refuse_error(reply)
    if not isinstance(reply, list | tuple):
        raise NotUnderstood(f"It answered something else: {_text(reply)[:200]}")
    return reply[:ITEMS_LIMIT]


def _refuse_error(reply: Any) -> None:
    if isinstance(reply, Mapping) and set(reply) == {"error"}:
        raise NotUnderstood(f"It answered with an error: {_text(reply['error'])[:200]}")


def _or_empty(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= TEXT_LIMIT else f"{text[: TEXT_LIMIT - 1]}…"


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _number(value: Any) -> float | None:
    known = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if known and 0 <= value < _FOREVER else None


def _moment(value: Any) -> float | None:
    try:
        return datetime.fromisoformat(value).timestamp() if isinstance(value, str) else None
    except (ValueError, OverflowError):
        return None
