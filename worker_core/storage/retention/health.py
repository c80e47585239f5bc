"""Old checks of the system's health, and old windows of its tasks' durations."""

from datetime import datetime

from sqlalchemy import Column, Engine, Table, delete, func, select

from worker_core.storage.engine import reading, writing
from worker_core.storage.retention import Removal
from worker_core.storage.schema import health_checks, performance


class _OldRows:
    """The rows of a table whose time is past."""

    def __init__(self, engine: Engine, table: Table, at: Column[datetime]) -> None:
        self._engine, self._table, self._at = engine, table, at

    def removable(self, before: datetime) -> Removal:
        query = select(func.count()).select_from(self._table).where(self._at < before)
        with reading(self._engine) as connection:
            return Removal(connection.scalar(query) or 0)

    def remove(self, before: datetime) -> Removal:
        with writing(self._engine) as connection:
            gone = connection.execute(delete(self._table).where(self._at < before))
            return Removal(gone.rowcount)


class HealthKeeper(_OldRows):
    kind = "health_checks"
    setting = "keep_health_days"

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, health_checks, health_checks.c.at)


class PerformanceKeeper(_OldRows):
    kind = "performance"
    setting = "keep_performance_days"

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, performance, performance.c.start)
