"""Stored results of tasks, read as JSON and never as anything else."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar, cast

from worker_core.operations import wire
from worker_core.operations.connection import client, label, reaching, result_backend_url
from worker_core.operations.errors import ForeignContent
from worker_core.operations.large import whole
from worker_core.settings import Settings, current

T = TypeVar("T")

STORES = ("redis://", "rediss://", "redis+socket://", "unix://")
KEY = "celery-task-meta-"
READ_BYTES = 16 * 2**20


@dataclass(frozen=True, slots=True)
class TaskResult:
    """What is stored of a task. ``result`` is any JSON value; ``error`` is the exception of a
    task that failed, as "Type: text". Fields of ``result_extended`` are None without it."""

    task_id: str
    state: str
    result: Any
    error: str | None
    traceback: str | None
    children: tuple[str, ...]
    parent_id: str | None
    finished: datetime | None
    name: str | None
    args: list[Any] | None
    kwargs: dict[str, Any] | None
    worker: str | None
    queue: str | None
    retries: int | None


def stored_key(name: str, prefix: str = "") -> str:
    """The key ``name`` of Celery's in a result store whose keys begin with ``prefix``.

    Celery sets an underscore after a prefix that does not end in punctuation. It does so for
    results alone, not for what the broker keeps.
    """
    mark = "_" if prefix and prefix[-1] not in ":_-." else ""
    return f"{prefix}{mark}{name}"


def result(
    task_id: str, *, large: bool = True, settings: Settings | None = None
) -> TaskResult | None:
    """What is stored of the task; None for nothing (yet), or nothing any more.

    A large result is fetched from the database; without ``large`` it stays the reference to it.

    Raises:
        ResultGone, LedgerUnavailable: the large result has expired, or the database is away.
        BrokerUnreachable, BrokerRefused: the store does not answer.
        ForeignContent: what is stored is not JSON, or not a result, or larger than 16 MiB; or the
            store is no Redis server.
    """
    settings = settings or current()
    url = result_backend_url(settings)
    if not url.startswith(STORES):
        raise ForeignContent(
            f"Results are stored in {label(url)}, which is not read from here.",
            "Read them with the application that stores them.",
        )
    with reaching(url), client(url) as redis:
        raw = cast(
            "bytes", redis.getrange(stored_key(KEY + task_id, settings.key_prefix), 0, READ_BYTES)
        )
    found = understood(task_id, raw, url)
    if found is not None and large and found.state == "SUCCESS":
        return replace(found, result=whole(task_id, found.result, settings=settings))
    return found


def understood(task_id: str, raw: bytes | None, url: str) -> TaskResult | None:
    """What the store at ``url`` holds of a task, from its bytes; None for none.

    Raises:
        ForeignContent: as ``result``.
    """
    if not raw:
        return None
    if len(raw) > READ_BYTES:
        raise _foreign(url, "is larger than 16 MiB")
    try:
        meta = wire.value_of(raw)
    except ValueError as error:
        raise _foreign(url, "is not JSON (it may be pickle)") from error
    if not isinstance(meta, dict) or not isinstance(meta.get("status"), str):
        raise _foreign(url, "is not the result of a task")
    return _read(task_id, meta)


def _foreign(url: str, what: str) -> ForeignContent:
    return ForeignContent(
        f"The stored result {what}. It was not opened.",
        f"Read it with the application that stored it in {label(url)}.",
    )


def _read(task_id: str, meta: dict[str, Any]) -> TaskResult:
    state = meta["status"]
    value = meta.get("result")
    return TaskResult(
        task_id=task_id,
        state=state,
        result=value,
        error=_error(value),
        traceback=_text(meta.get("traceback")),
        children=_children(meta.get("children")),
        parent_id=_text(meta.get("parent_id")),
        finished=_time(meta.get("date_done")),
        name=_text(meta.get("name")),
        args=_as(list, meta.get("args")),
        kwargs=_as(dict, meta.get("kwargs")),
        worker=_text(meta.get("worker")),
        queue=_text(meta.get("queue")),
        retries=_as(int, meta.get("retries")),
    )


def _error(value: Any) -> str | None:
    """The exception as Celery stores it: a type and a message, or a list of its arguments."""
    if not isinstance(value, dict) or "exc_type" not in value:
        return None
    message = value.get("exc_message")
    if isinstance(message, list):
        message = ", ".join(map(str, message))
    return f"{value['exc_type']}: {message}" if message else str(value["exc_type"])


def _children(value: Any) -> tuple[str, ...]:
    """The ids in Celery's nested form ``[[id, parent], children]``, groups taken apart."""
    found: list[str] = []
    pending = [value]
    while pending:
        match pending.pop():
            case [[str() as task_id, _], None]:
                found.append(task_id)
            case [[str(), _], list() as members]:
                pending.extend(reversed(members))
            case list() as several:
                pending.extend(reversed(several))
    return tuple(found)


def _time(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _as(kind: type[T], value: object) -> T | None:
    return value if isinstance(value, kind) else None
