"""Tasks as their owners see them: many submissions written at once, pages of one's own."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, and_, func, or_, select, update

from worker_core.storage import audit, owned_documents, schema, task_rows
from worker_core.storage.access_records import Intake, Taken
from worker_core.storage.cleaning import short, storable
from worker_core.storage.engine import insert, reading, writing
from worker_core.storage.records import NewTask, TaskRecord, TaskState

_tasks = schema.tasks

# What a row has that is only just written down.
_BLANK: dict[str, Any] = dict.fromkeys(
    ("error_type", "error_message", "published_at", "first_sign_at", "finished_at")
)


class OwnedTasks:
    """The ledger of one database by owners. Any number of threads may share it.

    Every method raises `StorageError` when the database cannot do its part.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add_all(self, intakes: Sequence[Intake]) -> list[Taken]:
        """Write many submissions in one transaction, each with what follows it, its entry in the
        audit log and the claim to its document; what became of each, in their order.

        One whose id, or whose idempotency key with the same owner, is known writes neither task
        nor follow-ups. A disk is waited for once, and not once for each.
        """
        now = datetime.now(UTC)
        with writing(self._engine) as connection:
            claims = [one.document for one in intakes if one.document is not None]
            owned_documents.take(connection, claims)
            rows = [task_rows.values_of(one.task, now, state="waiting") for one in intakes]
            fresh = _written(connection, rows)
            after: dict[str, list[dict[str, Any]]] = {}
            for one in intakes:
                if one.follow_ups and one.task.id in fresh:
                    after[one.task.id] = _rows_after(one, now)
            if follow_ups := [row for several in after.values() for row in several]:
                _written(connection, follow_ups)
            entries = [audit.values_of(one.audit) for one in intakes if one.audit is not None]
            if entries:
                audit.append(connection, entries)
            taken = []
            for one, row in zip(intakes, rows, strict=True):
                # Of two in one batch with one id, the first has it.
                if row["id"] in fresh:
                    fresh.discard(row["id"])
                    follow = tuple(_record(values) for values in after.get(row["id"], ()))
                    taken.append(Taken(_record(row), follow, is_new=True))
                else:
                    taken.append(_earlier(connection, one.task))
        return taken

    def published(self, task_ids: Iterable[str], at: datetime) -> None:
        """Note that the broker was given these tasks, as the ledger does, in one statement."""
        ids = list(task_ids)
        if not ids:
            return
        with writing(self._engine) as connection:
            connection.execute(
                update(_tasks)
                .where(
                    _tasks.c.id.in_(ids),
                    or_(_tasks.c.state == "waiting", _tasks.c.state == "published"),
                )
                .values(
                    state="published",
                    published_at=at,
                    # A countdown is no silence.
                    checked_at=func.coalesce(_tasks.c.next_at, at, type_=schema.UtcDateTime),
                )
            )

    def page(
        self,
        owner: str | None,
        limit: int = 50,
        *,
        before: tuple[datetime, str] | None = None,
        state: TaskState | None = None,
        name: str | None = None,
    ) -> tuple[TaskRecord, ...]:
        """The tasks of an owner, or of all, from the newest on; ``before`` is time and id of the
        last one of the page before."""
        query = select(_tasks)
        if owner is not None:
            query = query.where(_tasks.c.owner == short(owner, 155))
        if before is not None:
            at, task_id = before[0], storable(before[1])
            query = query.where(
                or_(
                    _tasks.c.created_at < at,
                    and_(_tasks.c.created_at == at, _tasks.c.id < task_id),
                )
            )
        if state is not None:
            query = query.where(_tasks.c.state == state)
        if name is not None:
            query = query.where(_tasks.c.name == storable(name))
        query = query.order_by(_tasks.c.created_at.desc(), _tasks.c.id.desc())
        with reading(self._engine) as connection:
            found = connection.execute(query.limit(max(limit, 0)))
            return tuple(map(task_rows.record_of, found))

    def of(self, task_ids: Sequence[str]) -> dict[str, TaskRecord]:
        """The tasks of these ids, whoever owns them; those without a row are left out."""
        query = select(_tasks).where(_tasks.c.id.in_(list(task_ids)))
        with reading(self._engine) as connection:
            return {row.id: task_rows.record_of(row) for row in connection.execute(query)}


def _written(connection: Connection, rows: list[dict[str, Any]]) -> set[str]:
    """Write rows but for those that are known; the ids of those written."""
    statement = insert(connection, _tasks).on_conflict_do_nothing().returning(_tasks.c.id)
    return set(connection.scalars(statement, rows))


def _rows_after(intake: Intake, now: datetime) -> list[dict[str, Any]]:
    return [
        task_rows.values_of(
            one, now + timedelta(microseconds=place), state="blocked", parent_id=intake.task.id
        )
        for place, one in enumerate(intake.follow_ups)
    ]


def _record(values: dict[str, Any]) -> TaskRecord:
    return TaskRecord(**_BLANK, **values)


def _earlier(connection: Connection, task: NewTask) -> Taken:
    by_key = and_(
        _tasks.c.owner == short(task.owner, 155),
        _tasks.c.idempotency_key == task.idempotency_key,
    )
    query = select(_tasks).where(or_(by_key, _tasks.c.id == task.id))
    row = connection.execute(query.order_by(_tasks.c.created_at, _tasks.c.id).limit(1)).one()
    record = task_rows.record_of(row)
    after = (
        select(_tasks)
        .where(_tasks.c.parent_id == record.id)
        .order_by(_tasks.c.created_at, _tasks.c.id)
    )
    return Taken(record, tuple(map(task_rows.record_of, connection.execute(after))), is_new=False)
