"""What is said of entries, in words. Nothing here touches a widget."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop_app.qt_models.words import clean
from desktop_app.ui import formats
from desktop_app.ui.tokens import Tone
from worker_core.operations.schedule import ScheduleEntry


@dataclass(frozen=True, slots=True)
class Verdict:
    """A sentence, what it means, and a step that leads to a page."""

    tone: Tone
    sentence: str
    detail: str
    step: str
    page: str


def countdown(at: float, now: float) -> str:
    """How long until then: ``42 s``, ``5 min``, ``−12 min`` once it has passed. The second that it
    takes to be started is ``now``."""
    left = at - now
    return f"−{formats.age(-left)}" if left <= -1 else formats.age(max(left, 0.0))


def distance(at: float, now: float) -> str:
    """The same within a sentence: ``in 5 min``, ``12 min late``."""
    left = at - now
    if abs(left) < 1:
        return "now"
    return f"{formats.age(-left)} late" if left < 0 else f"in {formats.age(left)}"


def missed(row: ScheduleEntry, now: float, *, since: bool = True) -> str:
    """``3 since 14:05``, ``3 since 20 Nov`` or, not told ``since`` when, ``3``; nothing where
    nothing was missed."""
    if not row.missed:
        return ""
    if row.missed_since is None or not since:
        return formats.compact(row.missed)
    first, today = row.missed_since.astimezone(), datetime.fromtimestamp(now).astimezone()
    on_that_day = f"{first:%H:%M}" if first.date() == today.date() else f"{first.day} {first:%b}"
    return f"{formats.compact(row.missed)} since {on_that_day}"


def missed_span(row: ScheduleEntry, now: float) -> str:
    """The sentence about runs that were missed."""
    first, last = row.missed_since, row.last_missed_at
    runs = formats.plural(row.missed, "run")
    was = "was" if row.missed == 1 else "were"
    when = ""
    if first is not None and last is not None:
        when = f" at {moment(first, now)}"
        if first != last:
            when = f", from {moment(first, now)} to {moment(last, now)}"
    return f"{runs} {was} missed{when}, because no scheduler could start it then."


def moment(at: datetime | None, now: float) -> str:
    """On the clock of this computer."""
    return formats.NOTHING if at is None else formats.moment(at.timestamp(), now)


def in_zone(at: datetime) -> str:
    """A run on the clock of its own time zone: ``Mon 3 Mar 2025, 14:05:00``."""
    return f"{at:%a} {at.day} {at:%b %Y, %H:%M:%S}"


def facts(row: ScheduleEntry, now: float) -> list[tuple[str, str]]:
    """All that is known of an entry; what does not apply is left out."""
    expiry = "" if row.expires_s is None else f"{formats.duration(row.expires_s)} after its time"
    skipped = ""
    if row.skipped_at is not None:
        skipped = f"{moment(row.skipped_at, now)}: {clean(row.skipped_why or '')}"
    drift = "" if row.last_drift_s is None else f"{formats.duration(row.last_drift_s)} late"
    upcoming = ""
    if row.next_run is not None:
        at = row.next_run.timestamp()
        upcoming = f"{moment(row.next_run, now)} ({distance(at, now)})"
    told = [
        ("Task", clean(row.title)),
        ("When", clean(row.text)),
        ("Expression", clean(row.expression) if row.kind == "cron" else ""),
        ("Time zone", clean(row.timezone) if row.kind == "cron" else ""),
        ("Market hours", "only while the exchange trades" if row.market_hours else ""),
        ("Expires", expiry),
        ("Next run", upcoming),
        ("Last run", moment(row.last_run, now) if row.last_run else "never"),
        ("Drift", drift),
        ("Left out", skipped),
        ("Origin", origin(row)),
    ]
    return [(name, value) for name, value in told if value]


def origin(row: ScheduleEntry) -> str:
    if not row.built_in:
        return "made by a user"
    return "came with the program, changed since" if row.edited else "came with the program"


def summary(rows: Sequence[ScheduleEntry], shown: int) -> str:
    """The line above the table."""
    if not rows:
        return ""
    said = [formats.plural(len(rows), "entry", "entries")]
    if shown < len(rows):
        said = [f"{formats.count(shown)} of {said[0]}"]
    for number, words in (
        (sum(not row.enabled for row in rows), "off"),
        (sum(row.enabled and row.problem is not None for row in rows), "not started"),
        (sum(row.missed for row in rows), "missed"),
    ):
        if number:
            said.append(f"{formats.count(number)} {words}")
    return " · ".join(said)


def verdict(rows: Sequence[ScheduleEntry], *, of_the_workers: bool) -> Verdict | None:
    """What stands above the page, if anything."""
    overdue = [row.next_run for row in rows if row.overdue and row.next_run is not None]
    if overdue:
        waiting = formats.plural(len(overdue), "entry waits", "entries wait")
        since = moment(min(overdue), time.time())
        detail = (
            f"{waiting} to be started, the first since {since}. Start the scheduler of this "
            "computer, or run “afi beat” on another one that uses this database."
        )
        return Verdict(
            Tone.DANGER, "No scheduler runs", detail, "Show the local cluster", "cluster"
        )
    if not of_the_workers:
        detail = (
            "The connection does not name the database of its workers. Once it does, their "
            "schedule is shown here."
        )
        return Verdict(
            Tone.WAITING,
            "This is the schedule of this computer",
            detail,
            "Show the connections",
            "connections",
        )
    return None
