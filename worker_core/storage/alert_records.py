"""What the repositories of alerts and of measurements take and give."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Literal

AlertState = Literal["firing", "acknowledged", "snoozed", "resolved"]
AlertEvent = Literal["fired", "ended", "lapsed"]

Subjects = Mapping[str, float]
"""The values of a measure by subject."""


@dataclass(frozen=True, slots=True)
class AlertRuleEdit:
    """What a user says in a rule; `worker_core.health.alert_rules.Rule` says what it means."""

    name: str
    measure: str
    threshold: float
    subject: str = "*"
    comparison: str = "above"
    for_s: float = 0.0
    hysteresis: float = 0.0
    cooldown_s: float = 300.0
    severity: str = "warning"


@dataclass(frozen=True, slots=True)
class AlertRuleRecord:
    """A stored rule. ``version`` counts its changes."""

    id: int
    name: str
    measure: str
    subject: str
    comparison: str
    threshold: float
    for_s: float
    hysteresis: float
    cooldown_s: float
    severity: str
    armed: bool
    version: int
    changed_by: str | None
    updated_at: datetime

    @property
    def edit(self) -> AlertRuleEdit:
        return AlertRuleEdit(**{one.name: getattr(self, one.name) for one in fields(AlertRuleEdit)})


@dataclass(frozen=True, slots=True)
class ConditionRecord:
    """How a rule stands with one subject, as `worker_core.health.alert_judging.Condition`."""

    rule_id: int
    subject: str
    holding_since: datetime | None = None
    firing_since: datetime | None = None
    quiet_until: datetime | None = None
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AlertChange:
    """What happened to an alert of a rule and a subject."""

    rule_id: int
    subject: str
    event: AlertEvent
    at: datetime
    since: datetime
    value: float


@dataclass(frozen=True, slots=True)
class AlertRecord:
    """What a rule found with one subject. ``worst`` is the value that was furthest beyond the
    threshold; ``acted_by`` acknowledged or snoozed it."""

    id: int
    rule_id: int
    rule_name: str
    measure: str
    subject: str
    comparison: str
    threshold: float
    severity: str
    state: AlertState
    since: datetime
    fired_at: datetime
    last_seen: datetime
    value: float
    worst: float
    snoozed_until: datetime | None
    resolved_at: datetime | None
    resolved_why: str | None
    acted_by: str | None
    acted_at: datetime | None
    revision: int


@dataclass(frozen=True, slots=True)
class MeasureReading:
    """A measure as it was read, or in ``problem`` why it could not be. Subjects that were read
    within ``max_gap_s`` seconds and are not among ``values`` have the value ``absent`` by now,
    where that is not None."""

    measure: str
    values: Subjects = field(default_factory=dict)
    problem: str | None = None
    absent: float | None = None
    max_gap_s: float = 300.0


@dataclass(frozen=True, slots=True)
class MeasureRead:
    """When a measure was read last, and why it could not be since."""

    measure: str
    read_at: datetime | None
    problem: str | None
    problem_since: datetime | None


@dataclass(frozen=True, slots=True)
class Measurement:
    """``value`` from ``since`` to ``until``."""

    since: datetime
    until: datetime
    value: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """``conditions`` are all that are worth keeping, ``values`` those of the subjects of armed
    rules that were read."""

    conditions: tuple[ConditionRecord, ...]
    changes: tuple[AlertChange, ...]
    values: Mapping[tuple[int, str], float]


Judge = Callable[
    [Sequence[AlertRuleRecord], Sequence[ConditionRecord], Mapping[str, Subjects], datetime],
    Judgement,
]
"""Takes the armed rules, their conditions, what was read by measure, and the time."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What one evaluation did."""

    at: datetime
    fired: int
    resolved: int
    woken: int
    open: int
    measured: int


@dataclass(frozen=True, slots=True)
class AlertChanges:
    """What has changed behind a revision. ``rules`` are all there are, and None where nothing has
    changed at all; ``counts`` are the alerts that are open, by state. ``reads`` tell of every
    measure when it was read last, which goes on where nothing changes."""

    revision: int
    evaluated_at: datetime | None
    now: datetime
    alerts: tuple[AlertRecord, ...] = ()
    rules: tuple[AlertRuleRecord, ...] | None = None
    reads: tuple[MeasureRead, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    more: bool = False
