"""Alerts, their rules and what was measured, in one hand."""

from datetime import timedelta

from sqlalchemy import Engine, select, update

from worker_core.operations.alert_judge import judge
from worker_core.storage import (
    AlertRuleEdit,
    AlertRuleRecord,
    Evaluated,
    MeasureReading,
)
from worker_core.storage.alert_rules import AlertRuleRepository
from worker_core.storage.alerts import AlertRepository
from worker_core.storage.engine import writing
from worker_core.storage.measurements import MeasurementRepository
from worker_core.storage.schema import (
    measurements,
)

LONG = AlertRuleEdit("long", "queue_depth", 100, cooldown_s=0)


class Bench:
    """The repositories of one database, and readings of one measure."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.rules = AlertRuleRepository(engine)
        self.alerts = AlertRepository(engine)
        self.measurements = MeasurementRepository(engine)

    def read(self, measure: str = "queue_depth", **values: float) -> Evaluated:
        return self.alerts.evaluate([MeasureReading(measure, values)], judge)

    def armed(self, edit: AlertRuleEdit = LONG) -> AlertRuleRecord:
        record = self.rules.add(edit, armed=True)
        assert record is not None
        return record

    def shift(self, by: timedelta) -> None:
        """As if all that was measured had been measured earlier."""
        with writing(self.engine) as connection:
            for table in (measurements,):
                rows = connection.execute(select(table)).all()
                for row in rows:
                    connection.execute(
                        update(table)
                        .where(table.c.subject == row.subject, table.c.since == row.since)
                        .values(since=row.since - by, until=row.until - by)
                    )
