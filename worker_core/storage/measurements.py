"""What was measured in the past, and measures that the database itself can answer."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Float, and_, case, cast, func, select

from worker_core.storage.alert_clock import now
from worker_core.storage.alert_records import Measurement, MeasureRead
from worker_core.storage.engine import reading
from worker_core.storage.schema import (
    anomalies,
    forecast_outcomes,
    forecasts,
    measure_reads,
    measurements,
    quality_findings,
    tasks,
)

MOST_ROWS = 200_000
MOST_RUNS = 20_000
_ENDED = ("succeeded", "failed", "quarantined")


class MeasurementRepository:
    """Measurements of one database. Any number of threads may share it.

    Every method raises `StorageError` when the database cannot do its part.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def now(self) -> datetime:
        """The database's time."""
        with reading(self._engine) as connection:
            return now(connection)

    def reads(self) -> dict[str, MeasureRead]:
        """When each measure was read last, by its name."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(measure_reads))
            return {row.measure: MeasureRead(*row) for row in rows}

    def history(
        self, measure: str, since: datetime, subjects: Iterable[str] | None = None
    ) -> dict[str, tuple[Measurement, ...]]:
        """What was measured since that time, by subject and in the order of time; the newest of
        it, where it is more than ``MOST_ROWS`` rows."""
        table = measurements
        query = select(table).where(table.c.measure == measure, table.c.until >= since)
        if subjects is not None:
            query = query.where(table.c.subject.in_(list(subjects)))
        query = query.order_by(table.c.until.desc(), table.c.since.desc()).limit(MOST_ROWS)
        found: dict[str, list[Measurement]] = {}
        with reading(self._engine) as connection:
            for row in connection.execute(query):
                one = Measurement(row.since, row.until, row.value)
                found.setdefault(row.subject, []).append(one)
        return {subject: tuple(reversed(rows)) for subject, rows in found.items()}

    def subjects(self, measure: str) -> tuple[str, ...]:
        """Everything of which the measure has values, by name."""
        query = (
            select(measurements.c.subject)
            .where(measurements.c.measure == measure)
            .distinct()
            .order_by(measurements.c.subject)
        )
        with reading(self._engine) as connection:
            return tuple(connection.scalars(query))

    def ended(self, since: datetime) -> dict[str, tuple[int, int]]:
        """Tasks that ended since that time, by name: how many, and how many of them failed."""
        failed = func.sum(case((tasks.c.state != "succeeded", 1), else_=0))
        query = (
            select(tasks.c.name, func.count(), failed)
            .where(tasks.c.finished_at >= since, tasks.c.state.in_(_ENDED))
            .group_by(tasks.c.name)
        )
        with reading(self._engine) as connection:
            return {row[0]: (int(row[1]), int(row[2])) for row in connection.execute(query)}

    def runtimes(self, since: datetime) -> dict[str, list[float]]:
        """Seconds from the first start to the end of tasks that succeeded since that time, by
        name; of the newest ``MOST_RUNS``."""
        query = (
            select(tasks.c.name, tasks.c.first_sign_at, tasks.c.finished_at)
            .where(
                tasks.c.finished_at >= since,
                tasks.c.state == "succeeded",
                tasks.c.first_sign_at.is_not(None),
            )
            .order_by(tasks.c.finished_at.desc())
            .limit(MOST_RUNS)
        )
        found: dict[str, list[float]] = {}
        with reading(self._engine) as connection:
            for name, begun, ended in connection.execute(query):
                seconds = (ended - begun).total_seconds()
                # The two are by the clocks of different processes.
                found.setdefault(name, []).append(max(seconds, 0.0))
        return found

    def findings(self, most: int) -> dict[str, int]:
        """Data-quality findings by symbol, remarks left out; of the ``most`` worst symbols."""
        table = quality_findings
        query = (
            select(table.c.symbol, func.count().label("count"))
            .where(table.c.severity != "info")
            .group_by(table.c.symbol)
        )
        return self._counted(query, most)

    def anomalies(self, since: datetime, most: int) -> dict[str, int]:
        """Anomalies found since that time by ticker, those of its metrics with them; of the
        ``most`` worst tickers."""
        query = select(anomalies.c.subject, func.count().label("count")).where(
            anomalies.c.found_at >= since
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query.group_by(anomalies.c.subject)).all()
        found: dict[str, int] = {}
        for subject, count in rows:
            ticker = subject.partition(" ")[0]
            found[ticker] = found.get(ticker, 0) + int(count)
        return dict(sorted(found.items(), key=lambda item: -item[1])[:most])

    def coverage(self, days: int, most: int) -> dict[str, tuple[int, float]]:
        """Outcomes of price forecasts of the last so many days by symbol: how many, and the share
        of them within the 80 % interval; of the ``most`` symbols with most of them."""
        inside = case((forecast_outcomes.c.pit.between(0.1, 0.9), 1.0), else_=0.0)
        since = (self.now() - timedelta(days=days)).date()
        query = (
            select(
                forecasts.c.subject,
                func.count().label("count"),
                func.avg(cast(inside, Float)),
            )
            .join(
                forecast_outcomes,
                and_(
                    forecast_outcomes.c.forecast_id == forecasts.c.id,
                    forecast_outcomes.c.date >= since,
                ),
            )
            .where(forecasts.c.kind == "price")
            .group_by(forecasts.c.subject)
            .order_by(func.count().desc(), forecasts.c.subject)
            .limit(most)
        )
        with reading(self._engine) as connection:
            return {row[0]: (int(row[1]), float(row[2])) for row in connection.execute(query)}

    def _counted(self, query: Any, most: int) -> dict[str, int]:
        worst = query.order_by(func.count().desc()).limit(most)
        with reading(self._engine) as connection:
            return {row[0]: int(row[1]) for row in connection.execute(worst)}
