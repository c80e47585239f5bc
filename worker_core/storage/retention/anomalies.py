"""Anomalies that were found long ago."""

from datetime import datetime

from sqlalchemy import Column, ColumnElement, Engine

from worker_core.storage.retention.rows import RowKeeper
from worker_core.storage.schema import anomalies


class AnomalyKeeper(RowKeeper):
    """By the time at which they were found: the first look at a long series finds old ones."""

    kind = "anomalies"
    setting = "keep_anomalies_days"

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, anomalies)

    def _old(self, before: datetime) -> ColumnElement[bool]:
        found_at: Column[datetime] = anomalies.c.found_at
        return found_at < before
