"""The ledger: every submitted task, written before it is handed to the broker.

The broker may forget a message; a row stays until its task has ended. Every write may be repeated,
and what comes late changes nothing: a task that has ended stays so.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Engine,
    Row,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)

from worker_core.storage import schema
from worker_core.storage.cleaning import short, short_or_none, storable_json
from worker_core.storage.engine import insert, reading, writing
from worker_core.storage.records import NewTask, TaskNote, TaskRecord

_tasks = schema.tasks

OPEN = ("waiting", "published", "running", "retrying")
ENDED = ("succeeded", "failed", "quarantined", "cancelled")
MAX_ERROR = 4000

_OF: BindParameter[str] = bindparam("of")
_AT = bindparam("at", type_=schema.UtcDateTime)
_BEGAN = bindparam("began", type_=schema.UtcDateTime)
_SOONEST = bindparam("soonest", type_=schema.UtcDateTime)


class TaskRepository:
    """The ledger of one database. Any number of threads may share it.

    Every method raises `StorageError` when the database cannot do its part.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, task: NewTask, follow_ups: Sequence[NewTask] = ()) -> tuple[TaskRecord, bool]:
        """Write a task and those that follow its success; the record, and whether it is new.

        It is not new when its id, or its idempotency key with the same owner, is known: then the
        first one's record is returned and nothing is written.
        """
        now = datetime.now(UTC)
        with writing(self._engine) as connection:
            row = connection.execute(
                insert(connection, _tasks)
                .values(_values(task, now, state="waiting"))
                .on_conflict_do_nothing()
                .returning(*_tasks.c)
            ).one_or_none()
            if row is None:
                return _record(self._first(connection, task)), False
            for place, one in enumerate(follow_ups):
                then = now + timedelta(microseconds=place)
                connection.execute(
                    insert(connection, _tasks)
                    .values(_values(one, then, state="blocked", parent_id=task.id))
                    .on_conflict_do_nothing()
                )
        return _record(row), True

    def _first(self, connection: Connection, task: NewTask) -> Row[Any]:
        by_key = and_(
            _tasks.c.owner == short(task.owner, 155),
            _tasks.c.idempotency_key == task.idempotency_key,
        )
        known = or_(by_key, _tasks.c.id == task.id)
        query = select(_tasks).where(known).order_by(_tasks.c.created_at).limit(1)
        return connection.execute(query).one()

    def get(self, task_id: str) -> TaskRecord | None:
        """The task of that id, whoever owns it."""
        with reading(self._engine) as connection:
            row = connection.execute(select(_tasks).where(_tasks.c.id == task_id)).one_or_none()
        return None if row is None else _record(row)

    def follow_ups(self, task_id: str) -> tuple[TaskRecord, ...]:
        """The tasks that follow the success of another, in the order of their submission."""
        query = (
            select(_tasks)
            .where(_tasks.c.parent_id == task_id)
            .order_by(_tasks.c.created_at, _tasks.c.id)
        )
        with reading(self._engine) as connection:
            return tuple(map(_record, connection.execute(query)))

    def published(self, task_ids: Iterable[str]) -> None:
        """Note that the broker has these tasks."""
        now = datetime.now(UTC)
        rows = [{"of": task_id, "at": now} for task_id in task_ids]
        waiting = (
            update(_tasks)
            .where(
                _tasks.c.id == _OF,
                or_(_tasks.c.state == "waiting", _tasks.c.state == "published"),
            )
            .values(
                state="published",
                published_at=_AT,
                # A countdown is no silence.
                checked_at=func.coalesce(_tasks.c.next_at, _AT),
            )
        )
        self._each(waiting, rows)

    def seen(self, task_ids: Iterable[str], at: datetime | None = None) -> None:
        """Note that these tasks were seen alive: in a queue, with a worker, running."""
        rows = [{"of": one, "at": at or datetime.now(UTC)} for one in task_ids]
        self._each(
            update(_tasks)
            .where(_tasks.c.id == _OF, _tasks.c.checked_at < _AT)
            .values(checked_at=_AT),
            rows,
        )

    def note(self, notes: Iterable[TaskNote]) -> None:
        """Write what workers say, in one transaction. Tasks without a row are passed over.

        The follow-ups of a task that succeeded are open from then on; those of one that failed or
        was cancelled are skipped. Those of a quarantined one go on waiting for it.
        """
        rows = [_noted(note) for note in notes]
        running = [row for row in rows if row["outcome"] == "running"]
        retrying = [row for row in rows if row["outcome"] == "retrying"]
        ended = [row for row in rows if row["outcome"] in ENDED]
        if not rows:
            return
        with writing(self._engine) as connection:
            for statement, values in (
                (_BEGUN, running),
                (_AGAIN, retrying),
                (_ENDED, ended),
            ):
                if values:
                    connection.execute(statement, values)
            _follow(connection, ended)

    def silent(self, grace_s: float, limit: int = 1000) -> tuple[TaskRecord, ...]:
        """Open tasks of which nothing was seen for ``grace_s`` seconds, the longest silent first;
        those that the broker never had, after a tenth of that."""
        now = datetime.now(UTC)
        query = (
            select(_tasks)
            .where(
                or_(
                    and_(
                        _tasks.c.state == "waiting",
                        _tasks.c.checked_at < now - timedelta(seconds=grace_s / 10),
                    ),
                    and_(
                        _tasks.c.state.in_(OPEN[1:]),
                        _tasks.c.checked_at < now - timedelta(seconds=grace_s),
                    ),
                )
            )
            .order_by(_tasks.c.checked_at)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return tuple(map(_record, connection.execute(query)))

    def quarantined(self) -> tuple[TaskRecord, ...]:
        """The tasks in quarantine, the latest first."""
        query = (
            select(_tasks)
            .where(_tasks.c.state == "quarantined")
            .order_by(_tasks.c.finished_at.desc(), _tasks.c.id)
        )
        with reading(self._engine) as connection:
            return tuple(map(_record, connection.execute(query)))

    def quarantine(self, task: NewTask, note: TaskNote) -> None:
        """Put a task into quarantine, with a row of its own if it had none."""
        values = _values(task, note.at, state="quarantined")
        with writing(self._engine) as connection:
            connection.execute(insert(connection, _tasks).values(values).on_conflict_do_nothing())
            connection.execute(_ENDED, [_noted(note)])

    def release(self, task_id: str) -> TaskRecord | None:
        """Take a task out of quarantine, to be delivered again; None if it is not in there."""
        with writing(self._engine) as connection:
            row = connection.execute(
                update(_tasks)
                .where(_tasks.c.id == task_id, _tasks.c.state == "quarantined")
                .values(
                    state="waiting",
                    attempts=0,
                    retries=0,
                    error_type=None,
                    error_message=None,
                    finished_at=None,
                    next_at=None,
                    checked_at=datetime.now(UTC),
                )
                .returning(*_tasks.c)
            ).one_or_none()
        return None if row is None else _record(row)

    def reopen(self, task_ids: Sequence[str]) -> None:
        """Take back that tasks were cancelled; those that follow them wait for them again."""
        rows = [{"of": task_id, "at": datetime.now(UTC)} for task_id in task_ids]
        if rows:
            with writing(self._engine) as connection:
                connection.execute(_WAIT_AGAIN, rows)
                connection.execute(_OPEN_AGAIN, rows)

    def forget(self, older_than_s: float) -> int:
        """Remove tasks that ended longer ago; how many. Those in quarantine stay."""
        before = datetime.now(UTC) - timedelta(seconds=older_than_s)
        with writing(self._engine) as connection:
            gone = connection.execute(
                delete(_tasks).where(_tasks.c.finished_at < before, _tasks.c.state != "quarantined")
            )
        return gone.rowcount

    def counts(self) -> dict[str, int]:
        """How many tasks are in each state that occurs."""
        query = select(_tasks.c.state, func.count()).group_by(_tasks.c.state)
        with reading(self._engine) as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def _each(self, statement: Any, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            with writing(self._engine) as connection:
                connection.execute(statement, rows)


_BEGUN = (
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
_AGAIN = (
    update(_tasks)
    .where(_tasks.c.id == _OF, _tasks.c.finished_at.is_(None))
    .values(
        state="retrying",
        attempts=bindparam("tries"),
        retries=bindparam("repeats"),
        error_type=bindparam("kind"),
        error_message=bindparam("words"),
        first_sign_at=func.coalesce(_tasks.c.first_sign_at, _BEGAN),
        next_at=_SOONEST,
        checked_at=_SOONEST,
    )
)
# A task that was stopped or failed may still turn out to have succeeded, never the reverse.
_ENDED = (
    update(_tasks)
    .where(_tasks.c.id == _OF, _tasks.c.state != "succeeded")
    .values(
        state=bindparam("outcome"),
        attempts=bindparam("tries"),
        error_type=bindparam("kind"),
        error_message=bindparam("words"),
        first_sign_at=func.coalesce(_tasks.c.first_sign_at, _BEGAN),
        finished_at=_AT,
        next_at=None,
    )
)
_OPEN_AGAIN = (
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
_WAIT_AGAIN = (
    update(_tasks)
    .where(
        _tasks.c.parent_id == _OF,
        _tasks.c.state == "skipped",
        select(_parents.c.id).where(_parents.c.id == _OF, _parents.c.state == "cancelled").exists(),
    )
    .values(state="blocked", finished_at=None, checked_at=_AT)
)


def _follow(connection: Connection, ended: Sequence[Mapping[str, Any]]) -> None:
    """What the end of tasks means for those that follow them."""
    free = [row["of"] for row in ended if row["outcome"] == "succeeded"]
    over = [row["of"] for row in ended if row["outcome"] in {"failed", "cancelled"}]
    now = datetime.now(UTC)
    changes: tuple[tuple[list[str], dict[str, Any]], ...] = (
        (free, {"state": "published", "published_at": now, "checked_at": now}),
        (over, {"state": "skipped", "finished_at": now}),
    )
    for parents, values in changes:
        if parents:
            of_them = and_(_tasks.c.parent_id.in_(parents), _tasks.c.state == "blocked")
            connection.execute(update(_tasks).where(of_them).values(values))


def _values(
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


def _noted(note: TaskNote) -> dict[str, Any]:
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


def _record(row: Row[Any]) -> TaskRecord:
    return TaskRecord(**row._mapping)
