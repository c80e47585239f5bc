"""What is said of alerts and rules, in words. Nothing here touches a widget."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from desktop_app.qt_models.alert_table import RuleRow, subject_words
from desktop_app.qt_models.words import clean
from desktop_app.services.alerts import AlertBook
from desktop_app.ui import formats
from desktop_app.ui.tokens import Tone
from worker_core.operations.alert_rules import ALL, MEASURES, Measure, span, value_words
from worker_core.storage import AlertRecord, AlertRuleRecord

MORNING_H = 9
_SUFFIXES = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86_400.0}


class Place(NamedTuple):
    """A page, and what to show there."""

    page: str
    detail: object


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence, what it means, and a step that leads to a page."""

    tone: Tone
    sentence: str
    detail: str
    step: str = ""
    page: str = ""


def snoozes(now: datetime) -> dict[str, datetime]:
    """The choices of how long to leave an alert alone, and until when each is. ``now`` is on the
    clock of this computer."""
    morning = (now + timedelta(days=1)).replace(hour=MORNING_H, minute=0, second=0, microsecond=0)
    return {
        "15 minutes": (now + timedelta(minutes=15)).astimezone(UTC),
        "1 hour": (now + timedelta(hours=1)).astimezone(UTC),
        f"Until tomorrow, {MORNING_H:02}:00": morning.astimezone(UTC),
    }


def place_of(alert: AlertRecord) -> Place:
    """Where to look at what the alert is about."""
    measure = MEASURES.get(alert.measure)
    about = "all" if measure is None else measure.about
    match about:
        case "queue":
            return Place("queues", {"queue": alert.subject})
        case "task" if alert.subject == ALL and alert.measure == "failure_share":
            return Place("tasks", {"states": frozenset({"FAILURE"})})
        case "task":
            return Place("tasks", {"name": alert.subject})
        case "symbol":
            detail = {} if alert.subject == ALL else {"symbol": alert.subject}
            return Place("insights", detail)
        case _:
            return Place("workers", None)


def sentence(alert: AlertRecord) -> str:
    """``A queue is long: forecasting, 1,200 messages (above 1,000 messages)``."""
    where = "" if alert.subject == ALL else f"{subject_words(alert.subject)}, "
    value = value_words(alert.measure, alert.value)
    limit = value_words(alert.measure, alert.threshold)
    return f"{clean(alert.rule_name)}: {where}{value} ({alert.comparison} {limit})"


def lasted(alert: AlertRecord, now: float) -> str:
    """For how long it has been, or had been, firing."""
    end = now if alert.resolved_at is None else alert.resolved_at.timestamp()
    return formats.age(max(0.0, end - alert.fired_at.timestamp()))


def facts(alert: AlertRecord, now: float) -> list[tuple[str, str]]:
    """All that is known of an alert; what does not apply is left out."""

    def moment(at: datetime | None) -> str:
        return "" if at is None else formats.moment(at.timestamp(), now)

    measure = MEASURES.get(alert.measure)
    settled = {"acknowledged": "Acknowledged", "snoozed": "Snoozed"}.get(alert.state, "Last act")
    by = "" if alert.acted_by is None else f"{clean(alert.acted_by)}, {moment(alert.acted_at)}"
    rows = [
        ("About", subject_words(alert.subject)),
        ("Measure", alert.measure if measure is None else measure.title),
        ("Value", value_words(alert.measure, alert.value)),
        ("Worst", value_words(alert.measure, alert.worst)),
        ("Fires", f"{alert.comparison} {value_words(alert.measure, alert.threshold)}"),
        ("Severity", alert.severity),
        ("Began", moment(alert.since)),
        ("Fired", moment(alert.fired_at)),
        ("Last seen", moment(alert.last_seen)),
        ("For", lasted(alert, now)),
        (settled, by),
        ("Until", moment(alert.snoozed_until)),
        ("Over", moment(alert.resolved_at)),
        ("Why", clean(alert.resolved_why or "")),
    ]
    return [(name, value) for name, value in rows if value]


def summary(shown: int, book: AlertBook) -> str:
    """The line above the alerts."""
    if not book.known:
        return book.problem
    counts = [
        f"{formats.count(book.counts[state])} {word}"
        for state, word in (
            ("firing", "firing"),
            ("acknowledged", "acknowledged"),
            ("snoozed", "snoozed"),
        )
        if book.counts.get(state)
    ]
    return f"{', '.join(counts) or 'Nothing fires'} · {formats.count(shown)} shown"


def rules_summary(rows: Sequence[RuleRow], shown: int) -> str:
    """The line above the rules."""
    armed = sum(row.record.armed for row in rows)
    blind = sum(row.state == "unjudged" for row in rows)
    words = [formats.plural(len(rows), "rule"), f"{armed} armed"]
    if blind:
        words.append(f"{blind} cannot be judged")
    if shown != len(rows):
        words.append(f"{shown} shown")
    return ", ".join(words)


def notice(book: AlertBook, now: float, *, of_the_workers: bool) -> Notice | None:
    """What keeps alerts from being true; None where nothing does."""
    if book.problem:
        since = "" if book.problem_since is None else formats.clock(book.problem_since)
        return Notice(
            Tone.WARNING,
            f"The database has been away since {since}",
            f"{book.problem} What is shown is from before; new alerts are not seen.",
        )
    quiet = book.quiet_s()
    if quiet is not None and now:
        last = (
            "have never been evaluated"
            if math.isinf(quiet)
            else (f"were evaluated {span(quiet)} ago, and not since")
        )
        return Notice(
            Tone.WARNING,
            f"The rules {last}",
            "A scheduler starts the evaluation every minute, and a worker of the queue monitoring "
            "runs it. See that both are up.",
            "Show the local cluster",
            "cluster",
        )
    blind = next((rule for rule in book.rules if _is_blind(book, rule)), None)
    if blind is not None:
        why = clean(book.state_of(blind).words).removeprefix("Cannot be judged").lstrip(": ")
        more = sum(_is_blind(book, rule) for rule in book.rules) - 1
        also = f" and {formats.plural(more, 'other rule')}" if more else ""
        return Notice(
            Tone.WARNING,
            f"“{clean(blind.name)}”{also} cannot be judged",
            f"{why[:1].upper()}{why[1:]}",
        )
    if not of_the_workers:
        return Notice(
            Tone.WAITING,
            "These are the alerts of this computer",
            "The workers of this connection keep theirs in a database of their own. Give its "
            "address in the connection to see them.",
            "Show the connections",
            "connections",
        )
    return None


def _is_blind(book: AlertBook, rule: AlertRuleRecord) -> bool:
    return book.state_of(rule).state == "unjudged"


def unit_words(measure: Measure) -> str:
    """How a value of it is typed."""
    return {"share": "%", "seconds": "s"}.get(measure.unit, measure.unit)


def typed(value: float, measure: Measure) -> str:
    """A value as one would type it."""
    number = round(100 * value, 6) if measure.unit == "share" else value
    return f"{number:.6f}".rstrip("0").rstrip(".")


def read(text: str, measure: Measure) -> float | None:
    """A value that was typed, such as ``12``, ``12 %`` or ``10 min``; None where nothing was, not
    a number where it cannot be understood."""
    words = text.strip().lower().replace(",", "")
    if not words:
        return None
    factor = 1.0
    if measure.unit == "share":
        words, factor = words.removesuffix("%").strip(), 0.01
    elif measure.unit == "seconds":
        for suffix, size in sorted(_SUFFIXES.items(), key=lambda item: -len(item[0])):
            if words.endswith(suffix):
                words, factor = words.removesuffix(suffix).strip(), size
                break
    try:
        return round(float(words) * factor, 9)
    except (ValueError, OverflowError):
        return math.nan
