"""Stored rules and conditions as the logic of alerts takes them, and back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from worker_core.health.alert_judging import Condition, Happening, Reading, lapse, step
from worker_core.health.alert_rules import Rule, RuleRefused, checked
from worker_core.storage import (
    AlertChange,
    AlertRuleEdit,
    AlertRuleRecord,
    ConditionRecord,
    Judgement,
    Measurement,
)

Read = Mapping[str, Mapping[str, float]]


def rule_of(edit: AlertRuleEdit) -> Rule:
    """
    Raises:
        RuleRefused: it cannot be used, as one that a newer version of the program has written.
    """
    return checked(asdict(edit))


def edit_of(rule: Rule) -> AlertRuleEdit:
    return AlertRuleEdit(**asdict(rule))


def readings_of(rows: Sequence[Measurement]) -> list[Reading]:
    return [Reading(row.since.timestamp(), row.until.timestamp(), row.value) for row in rows]


def judge(
    rules: Sequence[AlertRuleRecord],
    conditions: Sequence[ConditionRecord],
    read: Read,
    now: datetime,
) -> Judgement:
    """What the armed ``rules`` make of what was read. A rule whose measure was not read, or that
    cannot be used, is left as it was: not knowing is neither firing nor over."""
    before: dict[int, dict[str, ConditionRecord]] = {}
    for one in conditions:
        before.setdefault(one.rule_id, {})[one.subject] = one
    kept: list[ConditionRecord] = []
    changes: list[AlertChange] = []
    values: dict[tuple[int, str], float] = {}
    for record in rules:
        known = before.get(record.id, {})
        try:
            rule = rule_of(record.edit)
        except RuleRefused:
            rule = None
        if rule is None or rule.measure not in read:
            kept += known.values()
            continue
        for subject, value, condition, happened in _judged(
            rule, {name: _condition(one) for name, one in known.items()}, read[rule.measure], now
        ):
            if value is not None:
                values[record.id, subject] = value
            changes += (_change(record.id, subject, one) for one in happened)
            if not condition.idle:
                kept.append(_record(record.id, subject, condition))
    return Judgement(tuple(kept), tuple(changes), values)


def _judged(
    rule: Rule, conditions: Mapping[str, Condition], read: Mapping[str, float], now: datetime
) -> Iterator[tuple[str, float | None, Condition, tuple[Happening, ...]]]:
    at, absent = now.timestamp(), rule.about.absent
    subjects = {name: value for name, value in read.items() if rule.matches(name)}
    if absent is not None:
        subjects = dict.fromkeys(conditions, absent) | subjects
    for subject, value in subjects.items():
        condition, happened = step(
            rule, conditions.get(subject, Condition()), Reading(at, at, value)
        )
        yield subject, value, condition, happened
    for subject, condition in conditions.items():
        if subject not in subjects:
            yield subject, None, *lapse(rule, condition, at)


def _condition(record: ConditionRecord) -> Condition:
    return Condition(
        *map(_seconds, (record.holding_since, record.firing_since)),
        *map(_seconds, (record.quiet_until, record.last_at)),
    )


def _record(rule_id: int, subject: str, condition: Condition) -> ConditionRecord:
    return ConditionRecord(
        rule_id,
        subject,
        _time(condition.holding_since),
        _time(condition.firing_since),
        _time(condition.quiet_until),
        _time(condition.last_at),
    )


def _change(rule_id: int, subject: str, one: Happening) -> AlertChange:
    at, since = _time(one.at), _time(one.since)
    if at is None or since is None:
        raise ValueError("what happened has no time")
    return AlertChange(rule_id, subject, one.kind, at, since, one.value)


def _seconds(at: datetime | None) -> float | None:
    return None if at is None else at.timestamp()


def _time(at: float | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(at, UTC)
