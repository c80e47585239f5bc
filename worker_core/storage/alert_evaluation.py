"""What one evaluation of the alert rules writes, within one turn."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, bindparam, case, delete, func, or_, select, update

from worker_core.storage import measurement_rows
from worker_core.storage.alert_clock import Turn
from worker_core.storage.alert_records import (
    AlertChange,
    AlertRuleRecord,
    ConditionRecord,
    Evaluated,
    Judge,
    Judgement,
    MeasureReading,
)
from worker_core.storage.cleaning import short
from worker_core.storage.engine import insert
from worker_core.storage.schema import (
    UtcDateTime,
    alert_clock,
    alert_conditions,
    alert_rules,
    alerts,
    measure_reads,
)

_rules, _alerts, _conditions, _reads = alert_rules, alerts, alert_conditions, measure_reads
_KEPT = ("holding_since", "firing_since", "quiet_until", "last_at")
_OPEN = _alerts.c.state.in_(("firing", "acknowledged", "snoozed"))
WHY = {
    "ended": "It is over.",
    "lapsed": "Nothing has been measured of it any more, so that it is not known to last.",
}
_MAX_PROBLEM = 1000


def evaluate(
    mine: Turn, readings: Sequence[MeasureReading], judge: Judge, *, keep_days: float
) -> Evaluated:
    connection = mine.connection
    read: dict[str, Mapping[str, float]] = {}
    measured = 0
    measurement_rows.clip(connection, mine.now)
    for one in readings:
        _note_read(mine, one)
        if one.problem is None:
            read[one.measure] = measurement_rows.keep(connection, one, mine.now)
            measured += len(read[one.measure])
    if keep_days:
        measurement_rows.forget(connection, mine.now - timedelta(days=keep_days))
    rules = [
        AlertRuleRecord(**row._mapping)
        for row in connection.execute(select(_rules).where(_rules.c.armed).order_by(_rules.c.id))
    ]
    before = [ConditionRecord(**row._mapping) for row in connection.execute(select(_conditions))]
    judged = judge(rules, before, read, mine.now)
    _keep_conditions(mine, before, judged)
    fired, resolved = _apply(mine, {rule.id: rule for rule in rules}, judged.changes)
    _see(mine, judged.values)
    woken = connection.execute(
        update(_alerts)
        .where(_alerts.c.state == "snoozed", _alerts.c.snoozed_until <= mine.now)
        .values(state="firing", snoozed_until=None, revision=mine.revision)
    ).rowcount
    mine.changed |= woken > 0
    is_open = connection.scalar(select(func.count()).select_from(_alerts).where(_OPEN)) or 0
    connection.execute(update(alert_clock).values(evaluated_at=mine.now))
    return Evaluated(mine.now, fired, resolved, woken, is_open, measured)


def _note_read(mine: Turn, reading: MeasureReading) -> None:
    problem = None if reading.problem is None else short(reading.problem, _MAX_PROBLEM)
    before = mine.connection.execute(
        select(_reads).where(_reads.c.measure == reading.measure)
    ).one_or_none()
    was = None if before is None else before.problem
    since = None if problem is None else mine.now
    if before is not None and was is not None and problem is not None:
        since = before.problem_since
    values: dict[str, Any] = {"problem": problem, "problem_since": since}
    if problem is None:
        values["read_at"] = mine.now
    statement = insert(mine.connection, _reads).values(measure=reading.measure, **values)
    mine.connection.execute(
        statement.on_conflict_do_update(index_elements=["measure"], set_=values)
    )
    mine.changed |= before is None or was != problem


def _keep_conditions(mine: Turn, before: Sequence[ConditionRecord], judged: Judgement) -> None:
    known = {(one.rule_id, one.subject): one for one in before}
    wanted = {(one.rule_id, one.subject): one for one in judged.conditions}
    gone = [key for key in known if key not in wanted]
    written = [
        {"rule_id": key[0], "subject": key[1]} | {name: getattr(one, name) for name in _KEPT}
        for key, one in wanted.items()
        if known.get(key) != one
    ]
    if gone:
        mine.connection.execute(
            delete(_conditions).where(
                _conditions.c.rule_id == bindparam("rule"),
                _conditions.c.subject == bindparam("about"),
            ),
            [{"rule": rule, "about": subject} for rule, subject in gone],
        )
    if written:
        statement = insert(mine.connection, _conditions)
        mine.connection.execute(
            statement.on_conflict_do_update(
                index_elements=["rule_id", "subject"],
                set_={name: statement.excluded[name] for name in _KEPT},
            ),
            written,
        )


def _apply(
    mine: Turn, rules: Mapping[int, AlertRuleRecord], changes: Sequence[AlertChange]
) -> tuple[int, int]:
    """How many fired, and how many are over."""
    resolved = sum(_end(mine, change) for change in changes if change.event != "fired")
    is_open = select(_alerts.c.rule_id, _alerts.c.subject).where(_OPEN)
    known = {tuple(row) for row in mine.connection.execute(is_open)}
    new = [
        _fired(mine, rules[change.rule_id], change)
        for change in changes
        if change.event == "fired" and (change.rule_id, change.subject) not in known
    ]
    if new:
        mine.connection.execute(insert(mine.connection, _alerts), new)
    mine.changed |= bool(new or resolved)
    return len(new), resolved


def _end(mine: Turn, change: AlertChange) -> int:
    values: dict[str, Any] = {
        "state": "resolved",
        "resolved_at": change.at,
        "resolved_why": WHY[change.event],
        "snoozed_until": None,
        "revision": mine.revision,
    }
    if change.event == "ended":
        values |= {"last_seen": change.at, "value": change.value}
    own = _alerts.c.rule_id == change.rule_id, _alerts.c.subject == change.subject
    return mine.connection.execute(update(_alerts).where(*own, _OPEN).values(values)).rowcount


def _fired(mine: Turn, rule: AlertRuleRecord, change: AlertChange) -> dict[str, Any]:
    return {
        "rule_id": rule.id,
        "rule_name": rule.name,
        "measure": rule.measure,
        "subject": change.subject,
        "comparison": rule.comparison,
        "threshold": rule.threshold,
        "severity": rule.severity,
        "state": "firing",
        "since": change.since,
        "fired_at": change.at,
        "last_seen": change.at,
        "value": change.value,
        "worst": change.value,
        "revision": mine.revision,
    }


def _see(mine: Turn, values: Mapping[tuple[int, str], float]) -> None:
    """Note the newest value of the alerts that are open."""
    seen = [
        {"of": row.id, "new": values[row.rule_id, row.subject], "at": mine.now}
        for row in mine.connection.execute(
            select(_alerts.c.id, _alerts.c.rule_id, _alerts.c.subject).where(_OPEN)
        )
        if (row.rule_id, row.subject) in values
    ]
    if not seen:
        return
    new = bindparam("new", type_=_alerts.c.value.type)
    above, worst = _alerts.c.comparison == "above", _alerts.c.worst
    further = or_(and_(above, new > worst), and_(~above, new < worst))
    mine.connection.execute(
        update(_alerts)
        .where(_alerts.c.id == bindparam("of"))
        .values(
            last_seen=bindparam("at", type_=UtcDateTime),
            value=new,
            worst=case((further, new), else_=worst),
            revision=mine.revision,
        ),
        seen,
    )
    mine.changed = True
