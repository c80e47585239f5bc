"""Alert rules against what was measured, before they are armed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from worker_core.health.alert_rules import Rule
from worker_core.health.alert_trial import WEEK_S, Trial, would_have_fired
from worker_core.operations.alert_judge import readings_of
from worker_core.operations.alerting import alert_store
from worker_core.settings import Settings
from worker_core.storage import Measurement

__all__ = ["WEEK_S", "Past", "Trial", "Tried", "past_of", "subjects", "try_against", "try_rule"]


@dataclass(frozen=True, slots=True)
class Tried:
    """A rule against what was measured: the verdict, and the history that it rests on, by subject
    that the rule matches; ``now`` is the database's time."""

    rule: Rule
    trial: Trial
    history: Mapping[str, tuple[Measurement, ...]]
    now: datetime


def subjects(measure: str, settings: Settings | None = None) -> tuple[str, ...]:
    """What the measure has values of."""
    with alert_store(settings) as storage:
        return storage.measurements.subjects(measure)


@dataclass(frozen=True, slots=True)
class Past:
    """What was measured in the ``asked_s`` seconds until ``now``, by subject."""

    measure: str
    rows: Mapping[str, tuple[Measurement, ...]]
    now: datetime
    asked_s: float


def past_of(measure: str, *, asked_s: float = WEEK_S, settings: Settings | None = None) -> Past:
    """What rules over a measure are tried against."""
    with alert_store(settings) as storage:
        now = storage.measurements.now()
        rows = storage.measurements.history(measure, now - timedelta(seconds=asked_s))
    return Past(measure, rows, now, asked_s)


def try_against(rule: Rule, past: Past) -> Tried:
    """When a rule would have fired, had it been armed."""
    history = {name: rows for name, rows in past.rows.items() if rule.matches(name)}
    trial = would_have_fired(
        rule,
        {name: readings_of(rows) for name, rows in history.items()},
        now=past.now.timestamp(),
        asked_s=past.asked_s,
    )
    return Tried(rule, trial, history, past.now)


def try_rule(rule: Rule, *, asked_s: float = WEEK_S, settings: Settings | None = None) -> Tried:
    """The same against what is measured by now."""
    return try_against(rule, past_of(rule.measure, asked_s=asked_s, settings=settings))
