"""Old checks of the system's health, and old windows of its tasks' durations."""

from datetime import datetime

from sqlalchemy import Column, ColumnElement, Engine

from worker_core.storage.retention.rows import RowKeeper
from worker_core.storage.schema import health_checks, performance


class HealthKeeper(RowKeeper):
    kind = "health_checks"
    setting = "keep_health_days"

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, health_checks)

    def _old(self, before: datetime) -> ColumnElement[bool]:
        at: Column[datetime] = health_checks.c.at
        return at < before


class PerformanceKeeper(RowKeeper):
    kind = "performance"
    setting = "keep_performance_days"

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, performance)

    def _old(self, before: datetime) -> ColumnElement[bool]:
        start: Column[datetime] = performance.c.start
        return start < before
