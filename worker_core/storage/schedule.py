"""The schedule: what is started by itself, when, and what became of it.

Any number of schedulers may work on one table: a due time is claimed by one statement that only
one of them can win, in one transaction with the row of the task that it starts. One that is killed
there has started nothing, or leaves a task that is found waiting in the ledger.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, Update, delete, func, select, update

from worker_core.storage import schema
from worker_core.storage.cleaning import finite, short, storable_json
from worker_core.storage.engine import insert, reading, writing
from worker_core.storage.records import (
    ScheduleClaim,
    ScheduleEdit,
    ScheduleRecord,
    TaskRecord,
)
from worker_core.storage.tasks import written

_schedule = schema.schedule

MAX_WHY = 1000
RAN_BEFORE = "this time has been run already"
NOTHING_MISSED: Mapping[str, Any] = {"missed": 0, "missed_since": None, "last_missed_at": None}


class ScheduleRepository:
    """The schedule of one database. Any number of threads may share it.

    Every method raises `StorageError` when the database cannot do its part.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self) -> tuple[tuple[ScheduleRecord, ...], datetime]:
        """All entries by name, and the time.

        It is the database's own where it is a server: several computers then agree on what is due,
        whatever their clocks show.
        """
        with reading(self._engine) as connection:
            rows = tuple(
                map(_record, connection.execute(select(_schedule).order_by(_schedule.c.name)))
            )
            return rows, _now(connection)

    def get(self, name: str) -> tuple[ScheduleRecord | None, datetime]:
        """The entry of that name, and the time."""
        with reading(self._engine) as connection:
            row = connection.execute(
                select(_schedule).where(_schedule.c.name == name)
            ).one_or_none()
            return (None if row is None else _record(row)), _now(connection)

    def add(
        self, name: str, edit: ScheduleEdit, next_run: datetime | None, *, enabled: bool = True
    ) -> ScheduleRecord | None:
        """A new entry; None if the name is taken."""
        with writing(self._engine) as connection:
            return _added(connection, name, edit, next_run, enabled=enabled, built_in=False)

    def seed(self, entries: Mapping[str, ScheduleEdit]) -> None:
        """Bring the entries that come with the program, but not those that a user has edited, to
        what this version wants. They are planned anew only where that differs."""
        with writing(self._engine) as connection:
            rows = connection.execute(select(_schedule).where(_schedule.c.name.in_(list(entries))))
            known = {row.name: _record(row) for row in rows}
            for name, edit in entries.items():
                record = known.get(name)
                if record is None:
                    _added(connection, name, edit, None, enabled=True, built_in=True)
                elif record.built_in and not record.edited and record.edit != edit:
                    connection.execute(_changing(record).values(**_values(edit), next_run=None))

    def change(
        self,
        record: ScheduleRecord,
        edit: ScheduleEdit,
        next_run: datetime | None,
        *,
        edited: bool = True,
    ) -> ScheduleRecord | None:
        """Put ``edit`` in place of what ``record`` says; None if that is out of date."""
        values = {**_values(edit), "edited": edited, "next_run": next_run}
        return self._changed(record, values)

    def switch(
        self, record: ScheduleRecord, next_run: datetime | None, *, enabled: bool
    ) -> ScheduleRecord | None:
        """Enable or disable the entry; None if ``record`` is out of date."""
        return self._changed(record, {"enabled": enabled, "next_run": next_run})

    def forget_missed(self, name: str) -> bool:
        """Count missed runs from nothing again; whether there is such an entry."""
        with writing(self._engine) as connection:
            done = connection.execute(
                update(_schedule).where(_schedule.c.name == name).values(**NOTHING_MISSED)
            )
        return bool(done.rowcount)

    def remove(self, name: str) -> bool:
        """Remove the entry; whether there was one."""
        with writing(self._engine) as connection:
            gone = connection.execute(delete(_schedule).where(_schedule.c.name == name))
        return bool(gone.rowcount)

    def plan(self, record: ScheduleRecord, next_run: datetime | None) -> bool:
        """Move the next run, without one; False if another scheduler or a user was faster."""
        with writing(self._engine) as connection:
            done = connection.execute(_as_read(record).values(next_run=next_run))
        return bool(done.rowcount)

    def claim(self, record: ScheduleRecord, claim: ScheduleClaim) -> tuple[bool, TaskRecord | None]:
        """Take the due run of an entry: whether it is ours, and the task to send if there is one.

        Not ours: another scheduler has it, or a user has changed the entry. A task that the ledger
        knows already, as after the clock was set back, is not started again, but skipped.
        """
        planned: dict[str, Any] = {"next_run": claim.after}
        if claim.missed:
            planned |= {
                "missed": _schedule.c.missed + claim.missed,
                "missed_since": func.coalesce(_schedule.c.missed_since, claim.missed_since),
                "last_missed_at": claim.last_missed_at,
            }
        with writing(self._engine) as connection:
            if not connection.execute(_as_read(record).values(**planned)).rowcount:
                return False, None
            task, skipped = None, claim.skipped
            if skipped is None and claim.task is not None:
                task = written(connection, claim.task, claim.at)
                skipped = None if task else RAN_BEFORE
            connection.execute(
                update(_schedule)
                .where(_schedule.c.name == record.name)
                .values(**_outcome(claim, skipped))
            )
            return True, task

    def ran(self, name: str, task_id: str) -> None:
        """Note a run outside the schedule."""
        with writing(self._engine) as connection:
            connection.execute(
                update(_schedule)
                .where(_schedule.c.name == name)
                .values(last_run=_now(connection), last_task_id=task_id, last_drift_s=None)
            )

    def _changed(self, record: ScheduleRecord, values: Mapping[str, Any]) -> ScheduleRecord | None:
        with writing(self._engine) as connection:
            row = connection.execute(
                _changing(record).values(**values).returning(*_schedule.c)
            ).one_or_none()
        return None if row is None else _record(row)


def _outcome(claim: ScheduleClaim, skipped: str | None) -> dict[str, Any]:
    if skipped is not None:
        return {"skipped_at": claim.due, "skipped_why": short(skipped, MAX_WHY)}
    return {
        "last_run": claim.at,
        "last_task_id": claim.task_id,
        "last_drift_s": finite((claim.at - claim.due).total_seconds()),
    }


def _now(connection: Connection) -> datetime:
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC)
    # Not now(), which stands still throughout a transaction.
    clock: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return clock.astimezone(UTC)


def _as_read(record: ScheduleRecord) -> Update:
    return update(_schedule).where(
        _schedule.c.name == record.name,
        _schedule.c.next_run.is_not_distinct_from(record.next_run),
        _schedule.c.version == record.version,
    )


def _changing(record: ScheduleRecord) -> Update:
    return (
        update(_schedule)
        .where(_schedule.c.name == record.name, _schedule.c.version == record.version)
        .values(version=record.version + 1, updated_at=datetime.now(UTC))
    )


def _added(
    connection: Connection,
    name: str,
    edit: ScheduleEdit,
    next_run: datetime | None,
    *,
    enabled: bool,
    built_in: bool,
) -> ScheduleRecord | None:
    row = connection.execute(
        insert(connection, _schedule)
        .values(
            name=name,
            **_values(edit),
            enabled=enabled,
            built_in=built_in,
            edited=False,
            version=1,
            next_run=next_run,
            missed=0,
            updated_at=datetime.now(UTC),
        )
        .on_conflict_do_nothing()
        .returning(*_schedule.c)
    ).one_or_none()
    return None if row is None else _record(row)


def _values(edit: ScheduleEdit) -> dict[str, Any]:
    return asdict(edit) | {"arguments": storable_json(edit.arguments)}


def _record(row: Row[Any]) -> ScheduleRecord:
    return ScheduleRecord(**row._mapping)
