"""Economic and company series, with every revision of their values."""

from datetime import date

import numpy as np
from sqlalchemy import Connection, func, select

from worker_core.market.bars import DAY, as_day
from worker_core.market.records import Observations
from worker_core.storage.engine import insert
from worker_core.storage.market.reading import day_column, days_of, within
from worker_core.storage.schema import observations as _observations


def upsert(connection: Connection, series: Observations) -> int:
    """Store what differs from the newest known value of each date; how many that were.

    A value that was there already stays under the day from which it was known.
    """
    known = read(connection, series.series_id, None, None, as_of=None)
    held = dict(zip(known.dates.tolist(), known.values.tolist(), strict=True))
    rows = [
        {
            "series_id": series.series_id,
            "date": day,
            "vintage": as_day(vintage),
            "value": value,
            "unit": series.unit,
            "provider": series.provider,
        }
        for day, value, vintage in zip(
            series.dates.tolist(), series.values.tolist(), series.vintages, strict=True
        )
        if held.get(day) != value
    ]
    if rows:
        statement = insert(connection, _observations)
        names = ("value", "unit", "provider")
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["series_id", "date", "vintage"],
                set_={name: statement.excluded[name] for name in names},
            ),
            rows,
        )
    return len(rows)


def read(
    connection: Connection,
    series_id: str,
    start: date | None,
    end: date | None,
    *,
    as_of: date | None,
) -> Observations:
    """The values that were known on ``as_of``; None for those known now."""
    c = _observations.c
    conditions = [c.series_id == series_id, *within(c.date, start, end)]
    if as_of is not None:
        conditions.append(c.vintage <= as_of)
    newest = (
        select(c.date, func.max(c.vintage).label("vintage"))
        .where(*conditions)
        .group_by(c.date)
        .subquery()
    )
    rows = connection.execute(
        select(
            day_column(connection.dialect.name, c.date),
            c.value,
            day_column(connection.dialect.name, c.vintage),
            c.unit,
            c.provider,
        )
        .join(newest, (c.date == newest.c.date) & (c.vintage == newest.c.vintage))
        .where(c.series_id == series_id)
        .order_by(c.date)
    ).all()
    if not rows:
        none = np.empty(0, DAY)
        return Observations(series_id, none, np.empty(0), none)
    days, values, vintages, units, providers = zip(*rows, strict=True)
    return Observations(
        series_id,
        days_of(days),
        np.array(values, dtype=np.float64),
        days_of(vintages),
        units[-1],
        providers[-1],
    )


def read_ids(connection: Connection) -> list[str]:
    """The series that there are."""
    c = _observations.c
    return list(connection.scalars(select(c.series_id).distinct().order_by(c.series_id)))
