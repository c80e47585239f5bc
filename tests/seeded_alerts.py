"""Alerts of a morning, and the rules that they come from: for screenshots."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from math import sin
from typing import Any

from desktop_app.services.alerts import Alerts, News
from tests.seeded import NOW
from worker_core.health.alert_defaults import DEFAULTS
from worker_core.health.alert_trial import WEEK_S, would_have_fired
from worker_core.operations.alert_judge import readings_of
from worker_core.operations.alert_rules import ALL, Rule
from worker_core.operations.alert_trials import Tried
from worker_core.storage import (
    AlertChanges,
    AlertRecord,
    AlertRuleRecord,
    Measurement,
    MeasureRead,
)

AT = datetime.fromtimestamp(NOW, UTC)
LATE = Rule(
    "Forecasts are late", "oldest_age", 240, subject="forecasting", for_s=120, hysteresis=60
)
SLOW = Rule("Filings take long", "runtime", 20, subject="document_processing.*", severity="info")


class SeededAlerts(Alerts):
    """What is found and tried is made up here; nothing is read or written."""

    async def follow(self) -> News:
        return self.book.take(
            AlertChanges(
                1,
                AT - timedelta(seconds=23),
                AT,
                tuple(_alerts()),
                tuple(_rules()),
                tuple(_reads()),
                {"firing": 3, "acknowledged": 1, "snoozed": 1},
            )
        )

    async def subjects(self, measure: str) -> tuple[str, ...]:
        del measure
        return ("document_processing", "forecasting", "model_training")

    async def try_rule(self, rule: Rule) -> Tried:
        history = {
            name: tuple(_course(height))
            for name, height in (("forecasting", 400.0), ("model_training", 90.0))
            if rule.matches(name)
        }
        readings = {name: readings_of(rows) for name, rows in history.items()}
        return Tried(rule, would_have_fired(rule, readings, now=NOW), history, AT)


def _rules() -> Iterator[AlertRuleRecord]:
    rules = [*DEFAULTS, (LATE, True), (SLOW, True)]
    for place, (rule, armed) in enumerate(sorted(rules, key=lambda one: one[0].name), 1):
        yield AlertRuleRecord(
            place,
            **asdict(rule),
            armed=armed,
            version=1,
            changed_by="ann",
            updated_at=AT - timedelta(days=3),
        )


def _reads() -> Iterator[MeasureRead]:
    for measure in ("queue_depth", "oldest_age", "failure_share", "runtime"):
        yield MeasureRead(measure, AT - timedelta(seconds=23), None, None)
    yield MeasureRead(
        "silent_workers",
        AT - timedelta(minutes=7),
        "The broker at redis://10.0.0.7:6379/0 refused: NOPERM. The user of the broker's address "
        "needs more rights.",
        AT - timedelta(minutes=6),
    )


def _alerts() -> Iterator[AlertRecord]:
    rules = {rule.name: rule for rule in _rules()}
    stuck, late = rules["A queue is not worked off"], rules["Forecasts are late"]
    fail, slow = rules["Many tasks fail"], rules["Filings take long"]
    process = "document_processing.process_document"
    for place, (rule, subject, value, worst, minutes, more) in enumerate(
        (
            (stuck, "model_training", 2580.0, 2580.0, 31, {}),
            (late, "forecasting", 412.0, 455.0, 12, {}),
            (slow, process, 26.4, 31.0, 4, {}),
            (fail, ALL, 0.31, 0.42, 47, _by("acknowledged", "ann", 40)),
            (
                slow,
                "document_processing.batch_process_documents",
                88.0,
                92.0,
                65,
                _by("snoozed", "bob", 9) | {"snoozed_until": AT + timedelta(minutes=51)},
            ),
            (late, "forecasting", 35.0, 610.0, 60 * 26, _over(60 * 25)),
            (stuck, "document_processing", 12.0, 1330.0, 60 * 50, _over(60 * 49)),
        ),
        1,
    ):
        yield _alert(place, rule, subject, value, worst, minutes, more)


def _by(state: str, who: str, minutes: int) -> dict[str, Any]:
    return {"state": state, "acted_by": who, "acted_at": AT - timedelta(minutes=minutes)}


def _over(minutes: int) -> dict[str, Any]:
    ended = AT - timedelta(minutes=minutes)
    return {"state": "resolved", "resolved_at": ended, "resolved_why": "It is over."}


def _alert(
    place: int,
    rule: AlertRuleRecord,
    subject: str,
    value: float,
    worst: float,
    minutes: int,
    more: dict[str, Any],
) -> AlertRecord:
    fired = AT - timedelta(minutes=minutes)
    alert = AlertRecord(
        place,
        rule.id,
        rule.name,
        rule.measure,
        subject,
        rule.comparison,
        rule.threshold,
        rule.severity,
        "firing",
        fired - timedelta(seconds=rule.for_s),
        fired,
        AT - timedelta(seconds=23),
        value,
        worst,
        None,
        None,
        None,
        None,
        None,
        1,
    )
    return replace(alert, **more)


def _course(height: float) -> Iterator[Measurement]:
    """Days that begin slowly, with a peak before noon; a night without a measurement."""
    step = timedelta(minutes=10)
    at = AT - timedelta(seconds=WEEK_S)
    while at < AT:
        hour = at.hour + at.minute / 60
        day = max(0.0, 1 - ((hour - 11) / 4) ** 2) * (1 + 0.4 * sin(at.day * 7.3))
        if not (at.day % 7 == 5 and hour < 7):
            value = round(height * day + 6 * abs(sin(at.timestamp())))
            yield Measurement(at, at + step - timedelta(minutes=1), float(value))
        at += step
