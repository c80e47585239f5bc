"""Alert rules: how they are kept and changed."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Engine, Row, and_, delete, select, update

from worker_core.storage.alert_clock import Turn, turn
from worker_core.storage.alert_records import AlertRuleEdit, AlertRuleRecord
from worker_core.storage.cleaning import finite, short_or_none
from worker_core.storage.engine import insert, reading
from worker_core.storage.schema import alert_clock, alert_conditions, alert_rules, alerts

_rules, _alerts, _conditions, _clock = alert_rules, alerts, alert_conditions, alert_clock

OPEN_STATES = ("firing", "acknowledged", "snoozed")


class AlertRuleRepository:
    """The alert rules of one database. Any number of threads may share it.

    Every method raises `StorageError` when the database cannot do its part.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> tuple[AlertRuleRecord, ...]:
        """All rules by name."""
        with reading(self._engine) as connection:
            found = connection.execute(select(_rules).order_by(_rules.c.name))
            return tuple(map(rule_of, found))

    def get(self, name: str) -> AlertRuleRecord | None:
        """The rule of that name."""
        with reading(self._engine) as connection:
            row = connection.execute(select(_rules).where(_rules.c.name == name)).one_or_none()
        return None if row is None else rule_of(row)

    def seed(self, defaults: Iterable[tuple[AlertRuleEdit, bool]]) -> None:
        """Put the rules that come with the program there, once: what a user removes stays away."""
        with reading(self._engine) as connection:
            if connection.scalar(select(_clock.c.seeded)):
                return
        with turn(self._engine) as mine:
            if mine.connection.scalar(select(_clock.c.seeded)):
                return
            for edit, armed in defaults:
                _added(mine, edit, armed, None)
            mine.connection.execute(update(_clock).values(seeded=True))

    def add(
        self, edit: AlertRuleEdit, *, armed: bool = False, who: str | None = None
    ) -> AlertRuleRecord | None:
        """A new rule; None if its name is taken."""
        with turn(self._engine) as mine:
            return _added(mine, edit, armed, who)

    def change(
        self, record: AlertRuleRecord, edit: AlertRuleEdit, *, who: str | None = None
    ) -> AlertRuleRecord | None:
        """Put ``edit`` in place of what ``record`` says; None if that is out of date, or the new
        name is taken. What fires by it goes on, unless it is about something else now."""
        with turn(self._engine) as mine:
            taken = select(_rules.c.id).where(_rules.c.name == edit.name, _rules.c.id != record.id)
            if mine.connection.scalar(taken) is not None:
                return None
            changed = self._changed(mine, record, _values(edit), who)
            if changed is None:
                return None
            if (record.measure, record.subject) != (edit.measure, edit.subject):
                _settle(mine, record.id, "Its rule is about something else now.")
            _of_rule = and_(_alerts.c.rule_id == record.id, _alerts.c.state.in_(OPEN_STATES))
            mine.connection.execute(
                update(_alerts)
                .where(_of_rule)
                .values(
                    rule_name=changed.name,
                    threshold=changed.threshold,
                    comparison=changed.comparison,
                    severity=changed.severity,
                    revision=mine.revision,
                )
            )
        return changed

    def arm(
        self, record: AlertRuleRecord, *, armed: bool, who: str | None = None
    ) -> AlertRuleRecord | None:
        """Let the rule be judged, or not; None if ``record`` is out of date. What fires by a rule
        that is disarmed is settled."""
        with turn(self._engine) as mine:
            changed = self._changed(mine, record, {"armed": armed}, who)
            if changed is not None and not armed:
                _settle(mine, record.id, "Its rule was disarmed.")
        return changed

    def remove(self, rule_id: int) -> bool:
        """Remove a rule; whether there was one. What fires by it is settled."""
        with turn(self._engine) as mine:
            _settle(mine, rule_id, "Its rule was removed.")
            gone = mine.connection.execute(delete(_rules).where(_rules.c.id == rule_id)).rowcount
            mine.changed |= bool(gone)
        return bool(gone)

    def _changed(
        self, mine: Turn, record: AlertRuleRecord, values: Mapping[str, Any], who: str | None
    ) -> AlertRuleRecord | None:
        row = mine.connection.execute(
            update(_rules)
            .where(_rules.c.id == record.id, _rules.c.version == record.version)
            .values(
                **values,
                version=record.version + 1,
                changed_by=short_or_none(who, 155),
                updated_at=mine.now,
            )
            .returning(*_rules.c)
        ).one_or_none()
        mine.changed |= row is not None
        return None if row is None else rule_of(row)


def _settle(mine: Turn, rule_id: int, why: str) -> None:
    """End what a rule has begun."""
    mine.connection.execute(delete(_conditions).where(_conditions.c.rule_id == rule_id))
    done = mine.connection.execute(
        update(_alerts)
        .where(_alerts.c.rule_id == rule_id, _alerts.c.state.in_(OPEN_STATES))
        .values(
            state="resolved",
            resolved_at=mine.now,
            resolved_why=why,
            snoozed_until=None,
            revision=mine.revision,
        )
    )
    mine.changed |= done.rowcount > 0


def _added(mine: Turn, edit: AlertRuleEdit, armed: bool, who: str | None) -> AlertRuleRecord | None:
    row = mine.connection.execute(
        insert(mine.connection, _rules)
        .values(
            **_values(edit),
            armed=armed,
            version=1,
            changed_by=short_or_none(who, 155),
            updated_at=mine.now,
        )
        .on_conflict_do_nothing()
        .returning(*_rules.c)
    ).one_or_none()
    mine.changed |= row is not None
    return None if row is None else rule_of(row)


def _values(edit: AlertRuleEdit) -> dict[str, Any]:
    numbers = ("threshold", "for_s", "hysteresis", "cooldown_s")
    return asdict(edit) | {name: finite(getattr(edit, name)) for name in numbers}


def rule_of(row: Row[Any]) -> AlertRuleRecord:
    return AlertRuleRecord(**row._mapping)
