"""Alerts: how people settle them, and how they are read; `alert_evaluation` writes them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, select, update

from worker_core.storage.alert_clock import now, turn
from worker_core.storage.alert_evaluation import evaluate
from worker_core.storage.alert_records import (
    AlertChanges,
    AlertRecord,
    Evaluated,
    Judge,
    MeasureRead,
    MeasureReading,
)
from worker_core.storage.alert_rules import OPEN_STATES, rule_of
from worker_core.storage.cleaning import short
from worker_core.storage.engine import reading
from worker_core.storage.schema import (
    alert_clock,
    alert_rules,
    alerts,
    measure_reads,
)

_rules, _alerts, _clock = alert_rules, alerts, alert_clock

MOST_AT_ONCE = 5000
SETTLED_SHOWN = 500
_PART = 500


class AlertRepository:
    """The alerts of one database. Any number of threads may share it.

    Every method raises `StorageError` when the database cannot do its part.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def acknowledge(self, ids: Collection[int], *, who: str) -> int:
        """Say that somebody looks after these alerts; how many were open."""
        values = {"state": "acknowledged", "snoozed_until": None}
        return self._act(ids, values, who)

    def snooze(self, ids: Collection[int], until: datetime, *, who: str) -> int:
        """Leave these alerts alone until a time, at which those that are not over fire again; how
        many were open."""
        return self._act(ids, {"state": "snoozed", "snoozed_until": until}, who)

    def reopen(self, ids: Collection[int], *, who: str) -> int:
        """Take back what was done with these alerts: those that are not over fire again."""
        return self._act(ids, {"state": "firing", "snoozed_until": None}, who)

    def evaluate(
        self, readings: Sequence[MeasureReading], judge: Judge, *, keep_days: float = 0
    ) -> Evaluated:
        """Keep what was read, judge the armed rules by it, and note what happened, in one
        transaction. Measurements older than ``keep_days`` are removed; 0 keeps them."""
        with turn(self._engine) as mine:
            return evaluate(mine, readings, judge, keep_days=keep_days)

    def changes(self, after: int = 0) -> AlertChanges:
        """What has changed since revision ``after``; from 0 on, all alerts that are open and the
        latest that are not. ``more`` says that some were left for the next call."""
        with reading(self._engine) as connection:
            clock = connection.execute(select(_clock)).one()
            at = now(connection)
            query = select(measure_reads).order_by(measure_reads.c.measure)
            reads = tuple(MeasureRead(*row) for row in connection.execute(query))
            if clock.revision == after:
                return AlertChanges(after, clock.evaluated_at, at, reads=reads)
            found, last = self._rows(connection, after, clock.revision)
            return AlertChanges(
                last,
                clock.evaluated_at,
                at,
                found,
                tuple(map(rule_of, connection.execute(select(_rules).order_by(_rules.c.name)))),
                reads,
                _open_counts(connection),
                more=last != clock.revision,
            )

    def open(self, limit: int = MOST_AT_ONCE) -> tuple[AlertRecord, ...]:
        """Alerts that are not over, the newest first."""
        query = select(_alerts).where(_alerts.c.state.in_(OPEN_STATES))
        return self._listed(query.order_by(_alerts.c.fired_at.desc(), _alerts.c.id).limit(limit))

    def settled(self, limit: int = SETTLED_SHOWN) -> tuple[AlertRecord, ...]:
        """Alerts that are over, the latest first."""
        query = select(_alerts).where(_alerts.c.state == "resolved")
        order = (_alerts.c.resolved_at.desc(), _alerts.c.id)
        return self._listed(query.order_by(*order).limit(limit))

    def counts(self) -> dict[str, int]:
        """How many alerts are open, by state."""
        with reading(self._engine) as connection:
            return _open_counts(connection)

    def _listed(self, query: Any) -> tuple[AlertRecord, ...]:
        with reading(self._engine) as connection:
            return tuple(map(_alert, connection.execute(query)))

    def _rows(
        self, connection: Connection, after: int, newest: int
    ) -> tuple[tuple[AlertRecord, ...], int]:
        """The alerts behind a revision, and up to which one."""
        query = select(_alerts)
        if after == 0:
            order = _alerts.c.fired_at.desc(), _alerts.c.id
            is_open = query.where(_alerts.c.state.in_(OPEN_STATES)).order_by(*order)
            over = query.where(_alerts.c.state == "resolved").order_by(
                _alerts.c.resolved_at.desc(), _alerts.c.id
            )
            rows = [
                *connection.execute(is_open.limit(MOST_AT_ONCE)),
                *connection.execute(over.limit(SETTLED_SHOWN)),
            ]
            return tuple(map(_alert, rows)), newest
        behind = query.where(_alerts.c.revision > after).order_by(_alerts.c.revision)
        found = [_alert(row) for row in connection.execute(behind.limit(MOST_AT_ONCE))]
        if len(found) < MOST_AT_ONCE:
            return tuple(found), newest
        # What was changed in one turn is told together, however much it is.
        first, last = found[0].revision, found[-1].revision
        if first == last:
            whole = query.where(_alerts.c.revision == first)
            return tuple(map(_alert, connection.execute(whole))), first
        return tuple(one for one in found if one.revision < last), last - 1

    def _act(self, ids: Collection[int], values: Mapping[str, Any], who: str) -> int:
        wanted, done = list(ids), 0
        with turn(self._engine) as mine:
            for start in range(0, len(wanted), _PART):
                done += mine.connection.execute(
                    update(_alerts)
                    .where(
                        _alerts.c.id.in_(wanted[start : start + _PART]),
                        _alerts.c.state.in_(OPEN_STATES),
                    )
                    .values(
                        **values,
                        acted_by=short(who, 155),
                        acted_at=mine.now,
                        revision=mine.revision,
                    )
                ).rowcount
            mine.changed |= done > 0
        return done


def _open_counts(connection: Connection) -> dict[str, int]:
    query = (
        select(_alerts.c.state, func.count())
        .where(_alerts.c.state.in_(OPEN_STATES))
        .group_by(_alerts.c.state)
    )
    return {row[0]: int(row[1]) for row in connection.execute(query)}


def _alert(row: Row[Any]) -> AlertRecord:
    return AlertRecord(**row._mapping)
