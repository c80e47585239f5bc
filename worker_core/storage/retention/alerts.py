"""Measurements of long ago, and alerts that are over."""

from datetime import datetime

from sqlalchemy import Column, ColumnElement, Engine, and_

from worker_core.storage.retention.rows import RowKeeper
from worker_core.storage.schema import alerts, measurements


class MeasurementKeeper(RowKeeper):
    """A value that has lasted since then and still does is new."""

    kind = "measurements"
    setting = "keep_measurements_days"

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, measurements)

    def _old(self, before: datetime) -> ColumnElement[bool]:
        until: Column[datetime] = measurements.c.until
        return until < before


class AlertKeeper(RowKeeper):
    """Alerts that are open stay, whatever their age."""

    kind = "alerts"
    setting = "keep_alerts_days"

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, alerts)

    def _old(self, before: datetime) -> ColumnElement[bool]:
        return and_(alerts.c.state == "resolved", alerts.c.resolved_at < before)
