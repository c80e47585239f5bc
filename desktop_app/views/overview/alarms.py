"""Alerts that fire, as things that need someone. No Qt."""

from collections.abc import Iterator

from desktop_app.qt_models.alert_table import SEVERITY, subject_words
from desktop_app.qt_models.words import clean
from desktop_app.services.alerts import AlertBook
from desktop_app.ui import formats
from desktop_app.views.overview.concern import Concern, Remedy, Severity
from worker_core.operations.alert_rules import ALL, value_words
from worker_core.storage import AlertRecord

NAMED = 4
"""More alerts than these are counted."""
_SEVERITIES: dict[str, Severity] = {
    "critical": "danger",
    "warning": "warning",
    "info": "waiting",
}


def alarms(book: AlertBook, now: float) -> Iterator[Concern]:
    """The alerts that nobody has settled, the gravest first."""
    if book.problem:
        return
    firing = [one for one in book.alerts.values() if one.state == "firing"]
    firing.sort(key=lambda one: (SEVERITY.get(one.severity, 9), -one.fired_at.timestamp(), one.id))
    for one in firing[:NAMED]:
        yield _alarm(one, now)
    more = (book.firing or 0) - min(len(firing), NAMED)
    if more > 0:
        gravest = firing[NAMED].severity if len(firing) > NAMED else ""
        yield Concern(
            "alerts",
            _SEVERITIES.get(gravest, "warning"),
            formats.plural(more, "more alert fires", "more alerts fire"),
            "The Alerts page has all of them.",
            Remedy("Show alerts", "alerts"),
        )


def _alarm(one: AlertRecord, now: float) -> Concern:
    where = "" if one.subject == ALL else f" ({subject_words(one.subject)})"
    since = formats.age(max(1.0, now - one.fired_at.timestamp()))
    value, limit = value_words(one.measure, one.value), value_words(one.measure, one.threshold)
    return Concern(
        f"alert:{one.id}",
        _SEVERITIES.get(one.severity, "warning"),
        f"{clean(one.rule_name)}{where} for {since}",
        f"{value} when it was last measured; the rule fires {one.comparison} {limit}.",
        Remedy("Show alert", "alerts", {"alert": one.id}),
    )
