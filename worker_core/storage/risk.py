"""Systemic risk: measures by universe and day, and what each name adds to them."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Table, delete, select

from worker_core.storage.anomaly_records import RiskSeries, RiskUniverse
from worker_core.storage.cleaning import finite, short, storable_json
from worker_core.storage.engine import insert, reading, writing
from worker_core.storage.schema import risk_contributions, risk_measures, risk_universes

_universes, _measures, _contributions = risk_universes, risk_measures, risk_contributions


def universe_hash(names: Iterable[str]) -> str:
    """The name of a set of names, whatever their order."""
    return hashlib.sha256("\n".join(sorted(names)).encode(errors="replace")).hexdigest()


class RiskRepository:
    """Systemic risk in one database. Any number of threads may share it.

    Every method raises `StorageError` when the database cannot do its part.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def replace(self, about: RiskUniverse, series: Iterable[RiskSeries]) -> int:
        """Keep these measures of a universe and window in place of all that were kept of it; how
        many values. Corrected prices change the past too, so nothing of it stays.

        Contributions of earlier days are kept, so that their course can be seen.
        """
        rows, shares = [], []
        key = {"universe": about.universe, "window": about.window}
        for one in series:
            of = key | {"measure": short(one.measure, 32)}
            rows += [
                of
                | {
                    "date": day,
                    "value": finite(value),
                    "percentile": None if percentile is None else finite(percentile),
                }
                for day, value, percentile in zip(
                    one.dates, one.values, one.percentiles, strict=True
                )
            ]
            shares += [
                of | {"date": about.last_day, "name": short(name, 32), "value": finite(value)}
                for name, value in one.contributions.items()
            ]
        values = {
            "names": storable_json(about.names),
            "last_day": about.last_day,
            "notes": storable_json(about.notes),
            "connectedness": storable_json(about.connectedness),
            "task_id": about.task_id,
            "computed_at": datetime.now(UTC),
        }
        with writing(self._engine) as connection:
            # First, so that on PostgreSQL two writers of one universe wait for each other.
            connection.execute(
                insert(connection, _universes)
                .values(**key, **values)
                .on_conflict_do_update(index_elements=list(key), set_=values)
            )
            for table in (_measures, _contributions):
                gone = delete(table).where(
                    table.c.universe == about.universe, table.c.window == about.window
                )
                if table is _contributions:
                    gone = gone.where(table.c.date == about.last_day)
                connection.execute(gone)
            if rows:
                connection.execute(_measures.insert(), rows)
            if shares:
                connection.execute(_contributions.insert(), shares)
        return len(rows)

    def universes(self) -> tuple[RiskUniverse, ...]:
        """All that were measured, the last measured first."""
        query = select(_universes).order_by(_universes.c.computed_at.desc())
        with reading(self._engine) as connection:
            return tuple(_universe(row._mapping) for row in connection.execute(query))

    def series(
        self, universe: str, window: int, measure: str, since: date | None = None
    ) -> RiskSeries | None:
        """One measure over time with what each name adds to it at its last day, or None."""

        def of(table: Table) -> tuple[ColumnElement[bool], ...]:
            return (
                table.c.universe == universe,
                table.c.window == window,
                table.c.measure == measure,
            )

        query = select(_measures).where(*of(_measures)).order_by(_measures.c.date)
        if since is not None:
            query = query.where(_measures.c.date >= since)
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
            latest = (
                select(_contributions.c.date)
                .where(*of(_contributions))
                .order_by(_contributions.c.date.desc())
                .limit(1)
                .scalar_subquery()
            )
            shares = connection.execute(
                select(_contributions.c.name, _contributions.c.value)
                .where(*of(_contributions), _contributions.c.date == latest)
                .order_by(_contributions.c.value.desc(), _contributions.c.name)
            ).all()
        if not rows:
            return None
        return RiskSeries(
            measure,
            [row.date for row in rows],
            [row.value for row in rows],
            [row.percentile for row in rows],
            {row.name: row.value for row in shares},
        )

    def whole(self, universe: str, window: int) -> tuple[RiskSeries, ...]:
        """Each measure over all its days, with what each name adds to it at its last day."""
        query = (
            select(_measures.c.measure)
            .where(_measures.c.universe == universe, _measures.c.window == window)
            .distinct()
            .order_by(_measures.c.measure)
        )
        with reading(self._engine) as connection:
            names = connection.scalars(query).all()
        found = (self.series(universe, window, name) for name in names)
        return tuple(one for one in found if one is not None)

    def latest(self, universe: str, window: int) -> tuple[RiskSeries, ...]:
        """The last value of each measure, with what each name adds to it."""
        return tuple(
            RiskSeries(
                one.measure,
                one.dates[-1:],
                one.values[-1:],
                one.percentiles[-1:],
                one.contributions,
            )
            for one in self.whole(universe, window)
        )


def _universe(row: Any) -> RiskUniverse:
    values = dict(row)
    values["names"], values["notes"] = tuple(values["names"]), tuple(values["notes"])
    return RiskUniverse(**values)
