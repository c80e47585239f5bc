"""Measurements of long ago, and alerts that are over."""

from datetime import datetime

from sqlalchemy import Column, ColumnElement, Engine, Table, and_, delete, func, select

from worker_core.storage.engine import reading, writing
from worker_core.storage.retention import Removal
from worker_core.storage.schema import alerts, measurements


class _RowKeeper:
    """Rows of one table that are old by one of its times."""

    kind = ""
    setting = ""

    def __init__(self, engine: Engine, table: Table) -> None:
        self._engine = engine
        self._table = table

    def removable(self, before: datetime) -> Removal:
        query = select(func.count()).select_from(self._table).where(self._old(before))
        with reading(self._engine) as connection:
            return Removal(connection.scalar(query) or 0)

    def remove(self, before: datetime) -> Removal:
        with writing(self._engine) as connection:
            gone = connection.execute(delete(self._table).where(self._old(before)))
        return Removal(gone.rowcount)

    def _old(self, before: datetime) -> ColumnElement[bool]:
        raise NotImplementedError


class MeasurementKeeper(_RowKeeper):
    """A value that has lasted since then and still does is new."""

    kind = "measurements"
    setting = "keep_measurements_days"

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, measurements)

    def _old(self, before: datetime) -> ColumnElement[bool]:
        until: Column[datetime] = measurements.c.until
        return until < before


class AlertKeeper(_RowKeeper):
    """Alerts that are open stay, whatever their age."""

    kind = "alerts"
    setting = "keep_alerts_days"

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, alerts)

    def _old(self, before: datetime) -> ColumnElement[bool]:
        return and_(alerts.c.state == "resolved", alerts.c.resolved_at < before)
