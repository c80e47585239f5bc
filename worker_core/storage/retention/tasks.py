"""Results that have expired and tasks that ended long ago."""

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Engine, and_, delete, func, select

from worker_core.storage.engine import reading, writing
from worker_core.storage.retention import Removal
from worker_core.storage.schema import results as _results
from worker_core.storage.schema import tasks as _tasks


class ResultKeeper:
    """Large results past their own time, which was set when they were stored."""

    kind = "results"
    setting = ""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def removable(self, before: datetime) -> Removal:  # noqa: ARG002 - each has a time of its own
        query = select(
            func.count(), func.coalesce(func.sum(func.length(_results.c.body)), 0)
        ).where(_results.c.expires_at <= datetime.now(UTC))
        with reading(self._engine) as connection:
            count, size = connection.execute(query).one()
        return Removal(int(count), int(size))

    def remove(self, before: datetime) -> Removal:
        found = self.removable(before)
        with writing(self._engine) as connection:
            gone = delete(_results).where(_results.c.expires_at <= datetime.now(UTC))
            return Removal(connection.execute(gone).rowcount, found.bytes)


class TaskKeeper:
    """Tasks that ended; those in quarantine await their release and stay."""

    kind = "tasks"
    setting = "ledger_days"

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def removable(self, before: datetime) -> Removal:
        query = select(func.count()).select_from(_tasks).where(self._old(before))
        with reading(self._engine) as connection:
            return Removal(connection.scalar(query) or 0)

    def remove(self, before: datetime) -> Removal:
        with writing(self._engine) as connection:
            return Removal(connection.execute(delete(_tasks).where(self._old(before))).rowcount)

    @staticmethod
    def _old(before: datetime) -> ColumnElement[bool]:
        return and_(_tasks.c.finished_at < before, _tasks.c.state != "quarantined")
