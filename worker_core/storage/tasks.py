"""The ledger: every submitted task, written before it is handed to the broker.

The broker may forget a message; a row stays until its task has ended. Every write may be repeated,
and what comes late changes nothing: a task that has ended stays so.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, and_, delete, func, or_, select, update

from worker_core.storage import schema, task_rows
from worker_core.storage.cleaning import short, storable_json
from worker_core.storage.engine import insert, reading, writing
from worker_core.storage.records import NewTask, TaskNote, TaskRecord

_tasks = schema.tasks

OPEN = ("waiting", "published", "running", "retrying")
ENDED = ("succeeded", "failed", "quarantined", "cancelled")


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
            record = written(connection, task, now)
            if record is None:
                return task_rows.record_of(self._first(connection, task)), False
            for place, one in enumerate(follow_ups):
                then = now + timedelta(microseconds=place)
                connection.execute(
                    insert(connection, _tasks)
                    .values(task_rows.values_of(one, then, state="blocked", parent_id=task.id))
                    .on_conflict_do_nothing()
                )
        return record, True

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
        return None if row is None else task_rows.record_of(row)

    def known(self, task_ids: Collection[str]) -> set[str]:
        """Which of the ids are those of submitted tasks."""
        query = select(_tasks.c.id).where(_tasks.c.id.in_(list(task_ids)))
        with reading(self._engine) as connection:
            return set(connection.scalars(query))

    def needed(self, task_ids: Collection[str]) -> set[str]:
        """Which of the ids are those of tasks that have not ended, are in quarantine, or that
        others wait for."""
        ids = list(task_ids)
        unended = (*OPEN, "quarantined", "blocked")
        own = select(_tasks.c.id).where(_tasks.c.id.in_(ids), _tasks.c.state.in_(unended))
        of_others = select(_tasks.c.parent_id).where(
            _tasks.c.parent_id.in_(ids), _tasks.c.state.in_(unended)
        )
        with reading(self._engine) as connection:
            return {*connection.scalars(own), *filter(None, connection.scalars(of_others))}

    def follow_ups(self, task_id: str) -> tuple[TaskRecord, ...]:
        """The tasks that follow the success of another, in the order of their submission."""
        query = (
            select(_tasks)
            .where(_tasks.c.parent_id == task_id)
            .order_by(_tasks.c.created_at, _tasks.c.id)
        )
        with reading(self._engine) as connection:
            return tuple(map(task_rows.record_of, connection.execute(query)))

    def published(self, task_ids: Iterable[str], at: datetime | None = None) -> None:
        """Note that the broker has these tasks: given to it ``at``, or just now."""
        now = at or datetime.now(UTC)
        rows = [{"of": task_id, "at": now} for task_id in task_ids]
        self._each(task_rows.PUBLISHED, rows)

    def change_arguments(self, task_id: str, arguments: Mapping[str, Any]) -> bool:
        """Replace the arguments of a task that has not begun; False where there is none."""
        changed = (
            update(_tasks)
            .where(_tasks.c.id == task_id, _tasks.c.state.in_(("waiting", "published")))
            .values(arguments=storable_json(dict(arguments)))
        )
        with writing(self._engine) as connection:
            return connection.execute(changed).rowcount > 0

    def move(self, task_ids: Iterable[str], queue: str) -> None:
        """Note that these tasks wait in another queue; those that have begun stay as they are."""
        self._each(task_rows.MOVED, [{"of": task_id, "to": queue} for task_id in task_ids])

    def seen(self, task_ids: Iterable[str], at: datetime | None = None) -> None:
        """Note that these tasks were seen alive: in a queue, with a worker, running."""
        rows = [{"of": one, "at": at or datetime.now(UTC)} for one in task_ids]
        self._each(task_rows.SEEN, rows)

    def note(self, notes: Iterable[TaskNote]) -> None:
        """Write what workers say, in one transaction. Tasks without a row are passed over.

        The follow-ups of a task that succeeded are open from then on; those of one that failed or
        was cancelled are skipped. Those of a quarantined one go on waiting for it.
        """
        rows = [task_rows.noted(note) for note in notes]
        running = [row for row in rows if row["outcome"] == "running"]
        retrying = [row for row in rows if row["outcome"] == "retrying"]
        ended = [row for row in rows if row["outcome"] in ENDED]
        if not rows:
            return
        with writing(self._engine) as connection:
            for statement, values in (
                (task_rows.BEGUN, running),
                (task_rows.AGAIN, retrying),
                (task_rows.ENDED, ended),
            ):
                if values:
                    connection.execute(statement, values)
            task_rows.follow(connection, ended)

    def cancel(self, task_ids: Sequence[str]) -> None:
        """Note that these tasks were cancelled; those that follow them are skipped. One that has
        succeeded stays so, and tasks without a row are passed over."""
        if not task_ids:
            return
        ended = (
            update(_tasks)
            .where(_tasks.c.id.in_(list(task_ids)), _tasks.c.state != "succeeded")
            .values(
                state="cancelled",
                error_type=None,
                error_message=None,
                finished_at=datetime.now(UTC),
                next_at=None,
            )
        )
        with writing(self._engine) as connection:
            connection.execute(ended)
            task_rows.skip(connection, task_ids)

    def silent(
        self, grace_s: float, limit: int = 1000, *, now: datetime | None = None
    ) -> tuple[TaskRecord, ...]:
        """Open tasks of which nothing was seen for ``grace_s`` seconds before ``now``, the longest
        silent first; those that the broker never had, after a tenth of that."""
        now = now or datetime.now(UTC)
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
            return tuple(map(task_rows.record_of, connection.execute(query)))

    def open_queues(self) -> set[str]:
        """The queues of tasks that have not ended."""
        query = select(_tasks.c.queue).where(_tasks.c.state.in_(OPEN)).distinct()
        with reading(self._engine) as connection:
            return set(connection.scalars(query))

    def quarantined(self) -> tuple[TaskRecord, ...]:
        """The tasks in quarantine, the latest first."""
        query = (
            select(_tasks)
            .where(_tasks.c.state == "quarantined")
            .order_by(_tasks.c.finished_at.desc(), _tasks.c.id)
        )
        with reading(self._engine) as connection:
            return tuple(map(task_rows.record_of, connection.execute(query)))

    def quarantine(self, task: NewTask, note: TaskNote) -> None:
        """Put a task into quarantine, with a row of its own if it had none."""
        values = task_rows.values_of(task, note.at, state="quarantined")
        with writing(self._engine) as connection:
            connection.execute(insert(connection, _tasks).values(values).on_conflict_do_nothing())
            connection.execute(task_rows.ENDED, [task_rows.noted(note)])

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
        return None if row is None else task_rows.record_of(row)

    def reopen(self, task_ids: Sequence[str]) -> None:
        """Take back that tasks were cancelled; those that follow them wait for them again."""
        rows = [{"of": task_id, "at": datetime.now(UTC)} for task_id in task_ids]
        if rows:
            with writing(self._engine) as connection:
                connection.execute(task_rows.BLOCKED_AGAIN, rows)
                connection.execute(task_rows.REOPENED, rows)

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

    def counts_of(self, owner: str) -> dict[str, int]:
        """As `counts`, of the tasks of one owner that follow no other."""
        query = (
            select(_tasks.c.state, func.count())
            .where(_tasks.c.owner == short(owner, 155), _tasks.c.parent_id.is_(None))
            .group_by(_tasks.c.state)
        )
        with reading(self._engine) as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def of_owner(self, owner: str, limit: int, after: int = 0) -> tuple[TaskRecord, ...]:
        """The tasks of one owner that follow no other, oldest first; ``after`` leaves out as
        many."""
        query = (
            select(_tasks)
            .where(_tasks.c.owner == short(owner, 155), _tasks.c.parent_id.is_(None))
            .order_by(_tasks.c.created_at, _tasks.c.id)
            .limit(max(limit, 0))
            .offset(max(after, 0))
        )
        with reading(self._engine) as connection:
            return tuple(map(task_rows.record_of, connection.execute(query)))

    def open_of(self, owner: str) -> tuple[str, ...]:
        """The tasks of one owner that have not ended, those that follow others left out."""
        query = select(_tasks.c.id).where(
            _tasks.c.owner == short(owner, 155), _tasks.c.state.in_(OPEN)
        )
        with reading(self._engine) as connection:
            return tuple(connection.scalars(query))

    def _each(self, statement: Any, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            with writing(self._engine) as connection:
                connection.execute(statement, rows)


def written(connection: Connection, task: NewTask, now: datetime) -> TaskRecord | None:
    """Write a task within a transaction; None if its id, or its key with its owner, is known."""
    row = connection.execute(
        insert(connection, _tasks)
        .values(task_rows.values_of(task, now, state="waiting"))
        .on_conflict_do_nothing()
        .returning(*_tasks.c)
    ).one_or_none()
    return None if row is None else task_rows.record_of(row)
