"""Rows of measurements: a value that stays the same is one row, whose end moves with each
reading, so that a month of quiet minutes takes the room of one."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from worker_core.storage.alert_records import MeasureReading
from worker_core.storage.cleaning import finite, short
from worker_core.storage.engine import insert
from worker_core.storage.schema import UtcDateTime
from worker_core.storage.schema import measurements as _rows

CLOCK_BACK = timedelta(minutes=5)
_ABSENT_FOR = timedelta(days=1)
"""A subject that has been absent for so long is not written any more."""


def clip(connection: Connection, now: datetime) -> None:
    """Take away what lies in the future, as after the clock was set back."""
    later = now + CLOCK_BACK
    connection.execute(delete(_rows).where(_rows.c.until > later, _rows.c.since > now))
    connection.execute(update(_rows).where(_rows.c.until > later).values(until=now))


def forget(connection: Connection, before: datetime) -> int:
    """Remove what was measured before that time; how many rows."""
    return connection.execute(delete(_rows).where(_rows.c.until < before)).rowcount


def keep(connection: Connection, reading: MeasureReading, now: datetime) -> Mapping[str, float]:
    """Write what was read; the values with those of subjects that are absent."""
    latest: dict[str, Any] = {}
    query = (
        select(_rows)
        .where(
            _rows.c.measure == reading.measure,
            _rows.c.until >= now - timedelta(seconds=reading.max_gap_s),
        )
        .order_by(_rows.c.until, _rows.c.since)
    )
    for row in connection.execute(query):
        latest[row.subject] = row
    values = {short(name, 155): finite(value) for name, value in reading.values.items()}
    if reading.absent is not None:
        values |= dict.fromkeys(_gone(latest, values, reading.absent, now), reading.absent)
    same, new = [], []
    for subject, value in values.items():
        before = latest.get(subject)
        if before is not None and before.value == value:
            same.append({"of": subject, "begun": before.since, "now": max(now, before.until)})
        elif before is None or before.since < now:
            new.append({"subject": subject, "since": now, "until": now, "value": value})
    if same:
        connection.execute(
            update(_rows)
            .where(
                _rows.c.measure == reading.measure,
                _rows.c.subject == bindparam("of"),
                _rows.c.since == bindparam("begun", type_=UtcDateTime),
            )
            .values(until=bindparam("now", type_=UtcDateTime)),
            same,
        )
    if new:
        statement = insert(connection, _rows)
        connection.execute(
            statement.on_conflict_do_nothing(), [{"measure": reading.measure} | row for row in new]
        )
    return values


def _gone(
    latest: Mapping[str, Any], values: Mapping[str, float], absent: float, now: datetime
) -> Iterator[str]:
    for subject, row in latest.items():
        long = row.value == absent and now - row.since > _ABSENT_FOR
        if subject not in values and not long:
            yield subject
