"""Checks of the system's health, and how long its tasks took, by window."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, case, func, select

from worker_core.storage import schema
from worker_core.storage.cleaning import short, storable_json
from worker_core.storage.engine import insert, reading, writing
from worker_core.storage.health_records import Ended, HealthRecord, PerformanceRecord

_checks = schema.health_checks
_performance = schema.performance
_tasks = schema.tasks

_KEY = ["task", "queue", "start", "window_s"]
_BAD = ("failed", "quarantined")
_JUDGED = ("succeeded", *_BAD)


class HealthRepository:
    """The checks of one database. Any number of threads may share it.

    Every method raises `StorageError` when the database cannot do its part.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(self, task_id: str, at: datetime, report: Mapping[str, Any]) -> bool:
        """Store a check, the JSON of `worker_core.health.HealthReport`, under the id of the task
        that made it; False if that has stored one."""
        values = {
            "task_id": short(task_id, 155),
            "at": at,
            "status": report["status"],
            "took_s": report["took_s"],
            **{name: storable_json(report[name]) for name in ("findings", "readings", "probes")},
        }
        with writing(self._engine) as connection:
            new = connection.scalar(
                insert(connection, _checks)
                .values(values)
                .on_conflict_do_nothing()
                .returning(_checks.c.task_id)
            )
        return new is not None

    def latest(self) -> HealthRecord | None:
        """The last check; None before the first."""
        found = self._read(None, None, 1)
        return found[0] if found else None

    def since(
        self, start: datetime, limit: int = 1000, *, end: datetime | None = None
    ) -> tuple[HealthRecord, ...]:
        """The checks from then on, and before ``end``, the latest first."""
        return self._read(start, end, limit)

    def statuses(self, start: datetime, end: datetime) -> dict[str, int]:
        """How many checks from ``start`` on and before ``end`` found the system how."""
        query = (
            select(_checks.c.status, func.count())
            .where(_checks.c.at >= start, _checks.c.at < end)
            .group_by(_checks.c.status)
        )
        with reading(self._engine) as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def _read(
        self, start: datetime | None, end: datetime | None, limit: int
    ) -> tuple[HealthRecord, ...]:
        query = select(_checks).order_by(_checks.c.at.desc(), _checks.c.task_id).limit(limit)
        if start is not None:
            query = query.where(_checks.c.at >= start)
        if end is not None:
            query = query.where(_checks.c.at < end)
        with reading(self._engine) as connection:
            return tuple(HealthRecord(**row._mapping) for row in connection.execute(query))


class PerformanceRepository:
    """How tasks ended and how long they took, out of the ledger, and by window as it was kept.

    Every method raises `StorageError` when the database cannot do its part.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def endings(
        self, windows_s: Sequence[int], now: datetime | None = None
    ) -> list[tuple[str, float, int, int]]:
        """By task and for all ("") together, within each of the last so many seconds: name,
        window, how many ended that were not cancelled, how many of these failed. The names with
        most tasks come first."""
        now = now or datetime.now(UTC)
        columns: list[ColumnElement[Any]] = []
        for seconds in windows_s:
            recent = _tasks.c.finished_at >= now - timedelta(seconds=seconds)
            for states in (_JUDGED, _BAD):
                one = case((recent & _tasks.c.state.in_(states), 1), else_=0)
                columns.append(func.sum(one))
        query = (
            select(_tasks.c.name, *columns)
            .where(
                _tasks.c.finished_at >= now - timedelta(seconds=max(windows_s)),
                _tasks.c.state.in_(_JUDGED),
            )
            .group_by(_tasks.c.name)
            .order_by(func.count().desc(), _tasks.c.name)
        )
        with reading(self._engine) as connection:
            rows = [
                (row[0], [int(value) for value in row[1:]]) for row in connection.execute(query)
            ]
        total = [sum(counts) for counts in zip(*(counts for _, counts in rows), strict=True)]
        found = [("", total), *rows] if rows else []
        return [
            (name, float(seconds), counts[2 * place], counts[2 * place + 1])
            for name, counts in found
            for place, seconds in enumerate(windows_s)
        ]

    def ended(self, start: datetime, end: datetime) -> Iterator[Ended]:
        """The tasks that ended from ``start`` on and before ``end``, oldest first."""
        query = (
            select(
                _tasks.c.name,
                _tasks.c.queue,
                _tasks.c.state,
                _tasks.c.attempts,
                _tasks.c.created_at,
                _tasks.c.published_at,
                _tasks.c.first_sign_at,
                _tasks.c.finished_at,
            )
            .where(
                _tasks.c.finished_at >= start,
                _tasks.c.finished_at < end,
                _tasks.c.state != "skipped",
            )
            .order_by(_tasks.c.finished_at)
        )
        with reading(self._engine) as connection:
            rows = connection.execution_options(yield_per=1000).execute(query)
            yield from map(_ended, rows)

    def save(self, records: Sequence[PerformanceRecord]) -> None:
        """Store windows, each in the place of what was known of the same task and window."""
        rows = [asdict(record) for record in records]
        if not rows:
            return
        with writing(self._engine) as connection:
            statement = insert(connection, _performance)
            new = {
                name: statement.excluded[name]
                for name in _performance.c.keys()  # noqa: SIM118 - no mapping
                if name not in _KEY
            }
            connection.execute(statement.on_conflict_do_update(index_elements=_KEY, set_=new), rows)

    def windows(
        self,
        start: datetime,
        end: datetime | None = None,
        *,
        task: str | None = None,
        queue: str | None = None,
        limit: int = 100_000,
    ) -> tuple[PerformanceRecord, ...]:
        """The windows that began from ``start`` on and before ``end``, oldest first."""
        query = select(_performance).where(_performance.c.start >= start)
        if end is not None:
            query = query.where(_performance.c.start < end)
        if task is not None:
            query = query.where(_performance.c.task == task)
        if queue is not None:
            query = query.where(_performance.c.queue == queue)
        query = query.order_by(
            _performance.c.start, _performance.c.task, _performance.c.queue
        ).limit(limit)
        with reading(self._engine) as connection:
            return tuple(PerformanceRecord(**row._mapping) for row in connection.execute(query))


def _ended(row: Any) -> Ended:
    sent = row.published_at or row.created_at
    if row.first_sign_at is not None and sent > row.first_sign_at:
        # It was sent a second time, by the sweep, after it had begun.
        sent = min(row.created_at, row.first_sign_at)
    waited = ran = None
    if row.first_sign_at is not None:
        waited = (row.first_sign_at - sent).total_seconds()
        if row.attempts == 1:
            ran = max(0.0, (row.finished_at - row.first_sign_at).total_seconds())
    return Ended(row.name, row.queue, row.state, row.attempts, row.finished_at, waited, ran)
