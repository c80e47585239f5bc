"""Alert rules, as users see and change them; `alert_trials` tries them. What is changed here is
judged at the next evaluation."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from worker_core.health.alert_measures import ALL, MEASURES, Measure, amount, span
from worker_core.health.alert_rules import (
    COMPARISONS,
    SEVERITIES,
    Rule,
    RuleRefused,
    checked,
)
from worker_core.operations.alert_judge import edit_of, rule_of
from worker_core.operations.alerting import alert_store
from worker_core.operations.errors import InvalidArguments, NoAlertRule
from worker_core.operations.who import user
from worker_core.settings import Settings
from worker_core.storage import (
    AlertRuleEdit,
    AlertRuleRecord,
    MeasureRead,
    Storage,
)

__all__ = [
    "ALL",
    "COMPARISONS",
    "MEASURES",
    "SEVERITIES",
    "Measure",
    "Rule",
    "RuleState",
    "add",
    "amount",
    "arm",
    "change",
    "remove",
    "restore",
    "rule_of",
    "rule_state",
    "rule_words",
    "rules",
    "span",
    "validate",
    "value_words",
]

_LATE = 3.0
"""So many times its usual distance, and a measure is said not to be read any more."""
_ADVICE = "See “afi alerts measures” for what can be measured."


@dataclass(frozen=True, slots=True)
class RuleState:
    """How a rule stands: ``words`` say it in full."""

    state: Literal["disarmed", "waiting", "judged", "unjudged"]
    words: str


def validate(values: Mapping[str, Any]) -> Rule:
    """The rule of these values.

    Raises:
        InvalidArguments: it cannot be used; ``fields`` names what is wrong.
    """
    try:
        return checked(values)
    except RuleRefused as error:
        raise InvalidArguments(str(error), _ADVICE, error.fields) from error


def rule_words(edit: AlertRuleEdit) -> str:
    """What a stored rule says, in one line."""
    try:
        return rule_of(edit).words
    except RuleRefused as error:
        return f"It cannot be used by this version: {error}"


def value_words(measure: str, value: float) -> str:
    """A value of a measure in words; a bare number where this version knows no such measure."""
    known = MEASURES.get(measure)
    return f"{value:g}" if known is None else amount(value, known.unit)


def rule_state(
    record: AlertRuleRecord, reads: Mapping[str, MeasureRead], now: datetime
) -> RuleState:
    """Whether the rule is judged, and if not, why. Not to know is never to be fine."""
    if not record.armed:
        return RuleState("disarmed", "Disarmed")
    try:
        measure = rule_of(record.edit).about
    except RuleRefused as error:
        return RuleState("unjudged", f"Cannot be judged: {error}")
    read = reads.get(record.measure)
    if read is not None and read.problem is not None:
        since = "" if read.problem_since is None else f" since {read.problem_since:%H:%M:%S} UTC"
        return RuleState("unjudged", f"Cannot be judged{since}: {read.problem}")
    if read is None or read.read_at is None:
        return RuleState("waiting", "Not judged yet: waits for the first evaluation.")
    quiet = (now - read.read_at).total_seconds()
    if quiet > _LATE * measure.every_s:
        return RuleState(
            "unjudged",
            f"Cannot be judged: {measure.title.lower()} was read {span(quiet)} ago and not "
            "since. See that a worker and the scheduler run.",
        )
    return RuleState("judged", f"Judged {span(round(max(quiet, 0.0)))} ago")


def rules(settings: Settings | None = None) -> tuple[AlertRuleRecord, ...]:
    """All rules by name, those that come with the program among them.

    Raises:
        LedgerUnavailable: the database cannot be used. So does every function here.
    """
    with alert_store(settings) as storage:
        return storage.alert_rules.all()


def add(
    rule: Rule, *, armed: bool = False, who: str | None = None, settings: Settings | None = None
) -> AlertRuleRecord:
    """Keep a new rule.

    Raises:
        InvalidArguments: its name is taken.
    """
    with alert_store(settings) as storage:
        record = storage.alert_rules.add(edit_of(rule), armed=armed, who=who or user("unknown"))
    if record is None:
        raise _taken(rule.name)
    return record


def change(
    name: str, rule: Rule, *, who: str | None = None, settings: Settings | None = None
) -> AlertRuleRecord:
    """Put ``rule`` in the place of the one called ``name``.

    Raises:
        NoAlertRule: there is none.
        InvalidArguments: the new name is taken.
    """
    with alert_store(settings) as storage:
        while True:
            record = _known(storage, name)
            if rule.name != name and storage.alert_rules.get(rule.name) is not None:
                raise _taken(rule.name)
            changed = storage.alert_rules.change(record, edit_of(rule), who=who or user("unknown"))
            # Somebody else may have changed it between the two.
            if changed is not None:
                return changed


def arm(
    name: str, *, armed: bool = True, who: str | None = None, settings: Settings | None = None
) -> AlertRuleRecord:
    """Let the rule be judged, or not any more.

    Raises:
        NoAlertRule: there is none.
        InvalidArguments: it cannot be used by this version.
    """
    with alert_store(settings) as storage:
        while True:
            record = _known(storage, name)
            if armed:
                validate(asdict(record.edit))
            if record.armed == armed:
                return record
            changed = storage.alert_rules.arm(record, armed=armed, who=who or user("unknown"))
            if changed is not None:
                return changed


def remove(name: str, settings: Settings | None = None) -> AlertRuleRecord:
    """Remove a rule; what it was, to be put back by ``restore``.

    Raises:
        NoAlertRule: there is none.
    """
    with alert_store(settings) as storage:
        record = _known(storage, name)
        storage.alert_rules.remove(record.id)
    return record


def restore(record: AlertRuleRecord, settings: Settings | None = None) -> AlertRuleRecord:
    """Put back a rule that was removed.

    Raises:
        InvalidArguments: another has its name by now.
    """
    with alert_store(settings) as storage:
        back = storage.alert_rules.add(record.edit, armed=record.armed, who=record.changed_by)
    if back is None:
        raise _taken(record.name)
    return back


def _known(storage: Storage, name: str) -> AlertRuleRecord:
    record = storage.alert_rules.get(name)
    if record is None:
        raise NoAlertRule(
            f"There is no alert rule {name!r}.", "“afi alerts rules” shows what there is."
        )
    return record


def _taken(name: str) -> InvalidArguments:
    return InvalidArguments(
        f"There is a rule called {name} already.",
        "Choose another name, or change that rule.",
        {"name": "There is a rule of this name already."},
    )
