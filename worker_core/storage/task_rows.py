"""Rows of the ledger: how they are made, changed and read.

Every change takes parameters, so that one statement serves a batch.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Integer,
    Row,
    Update,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)

from worker_core.storage import schema
from worker_core.storage.cleaning import short, short_or_none, storable_json
from worker_core.storage.records import NewTask, TaskNote, TaskRecord

_tasks = schema.tasks

MAX_ERROR = 4000

_OF: BindParameter[str] = bindparam("of")
_AT = bindparam("at", type_=schema.UtcDateTime)
_BEGAN = bindparam("began", type_=schema.UtcDateTime)
_REPEATS = bindparam("repeats", type_=Integer)
_SOONEST = bindparam("soonest", type_=schema.UtcDateTime)

PUBLISHED = (
    update(_tasks)
    .where(_tasks.c.id == _OF, or_(_tasks.c.state == "waiting", _tasks.c.state == "published"))
    .values(
        state="published",
        published_at=_AT,
        # A countdown is no silence.
        checked_at=func.coalesce(_tasks.c.next_at, _AT),
    )
)
SEEN = update(_tasks).where(_tasks.c.id == _OF, _tasks.c.checked_at < _AT).values(checked_at=_AT)
BEGUN = (
    update(_tasks)
    .where(_tasks.c.id == _OF, _tasks.c.finished_at.is_(None))
    .values(
        state="running",
        attempts=bindparam("tries"),
        first_sign_at=func.coalesce(_tasks.c.first_sign_at, _AT),
        checked_at=_AT,
        next_at=None,
    )
)
AGAIN = (
    update(_tasks)
    .where(_tasks.c.id == _OF, _tasks.c.finished_at.is_(None))
    .values(
        state="retrying",
        attempts=bindparam("tries"),
        retries=_REPEATS,
        error_type=bindparam("kind"),
        error_message=bindparam("words"),
        first_sign_at=func.coalesce(_tasks.c.first_sign_at, _BEGAN),
        next_at=_SOONEST,
        checked_at=_SOONEST,
    )
)
# A task that was stopped or failed may still turn out to have succeeded, never the reverse.
ENDED = (
    update(_tasks)
    .where(_tasks.c.id == _OF, _tasks.c.state != "succeeded")
    .values(
        state=bindparam("outcome"),
        attempts=bindparam("tries"),
        # The word of the last retry may have been passed over for this one.
        retries=case((_tasks.c.retries < _REPEATS, _REPEATS), else_=_tasks.c.retries),
        error_type=bindparam("kind"),
        error_message=bindparam("words"),
        first_sign_at=func.coalesce(_tasks.c.first_sign_at, _BEGAN),
        finished_at=_AT,
        next_at=None,
    )
)
MOVED = (
    update(_tasks)
    .where(
        _tasks.c.id == _OF,
        or_(*(_tasks.c.state == one for one in ("waiting", "published", "retrying"))),
    )
    .values(queue=bindparam("to"))
)
REOPENED = (
    update(_tasks)
    .where(_tasks.c.id == _OF, _tasks.c.state == "cancelled")
    .values(
        state="published",
        error_type=None,
        error_message=None,
        finished_at=None,
        checked_at=_AT,
    )
)
_parents = _tasks.alias()
BLOCKED_AGAIN = (
    update(_tasks)
    .where(
        _tasks.c.parent_id == _OF,
        _tasks.c.state == "skipped",
        select(_parents.c.id).where(_parents.c.id == _OF, _parents.c.state == "cancelled").exists(),
    )
    .values(state="blocked", finished_at=None, checked_at=_AT)
)


def follow(connection: Connection, ended: Sequence[Mapping[str, Any]]) -> None:
    """What the end of tasks means for those that follow them."""
    free = [row["of"] for row in ended if row["outcome"] == "succeeded"]
    over = [row["of"] for row in ended if row["outcome"] in {"failed", "cancelled"}]
    now = datetime.now(UTC)
    if free:
        published = {"state": "published", "published_at": now, "checked_at": now}
        connection.execute(_blocked_by(free).values(published))
    if over:
        skip(connection, over)


def skip(connection: Connection, parents: Sequence[str]) -> None:
    """Tasks that follow these are not going to run."""
    connection.execute(_blocked_by(parents).values(state="skipped", finished_at=datetime.now(UTC)))


def _blocked_by(parents: Sequence[str]) -> Update:
    return update(_tasks).where(_tasks.c.parent_id.in_(list(parents)), _tasks.c.state == "blocked")


def values_of(
    task: NewTask, now: datetime, *, state: str, parent_id: str | None = None
) -> dict[str, Any]:
    due = now + timedelta(seconds=task.delay_s) if task.delay_s > 0 else None
    return {
        "id": task.id,
        "owner": short(task.owner, 155),
        "name": task.name,
        "queue": task.queue,
        "arguments": storable_json(task.arguments),
        "headers": storable_json(task.headers),
        "idempotency_key": task.idempotency_key,
        "parent_id": parent_id,
        "state": state,
        "attempts": 0,
        "retries": 0,
        "created_at": now,
        "checked_at": now,
        "next_at": due,
    }


def noted(note: TaskNote) -> dict[str, Any]:
    return {
        "of": note.id,
        "outcome": note.state,
        "at": note.at,
        "began": note.began_at or note.at,
        "tries": note.attempts,
        "repeats": note.retries,
        "soonest": note.next_at or note.at,
        "kind": short_or_none(note.error_type, 155),
        "words": short_or_none(note.error_message, MAX_ERROR),
    }


def record_of(row: Row[Any]) -> TaskRecord:
    return TaskRecord(**row._mapping)
