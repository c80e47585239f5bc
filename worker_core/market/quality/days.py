"""The days of the bars against the exchange's calendar and against today."""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from worker_core.market.bars import Days
from worker_core.market.calendar import UnknownExchange, sessions_between
from worker_core.market.quality.subject import Subject
from worker_core.market.records import Finding

_LONG_GAP = 7
_OLD_DAYS = 7


def future(subject: Subject) -> Iterator[Finding]:
    """Bars of days that have not come."""
    rows = np.flatnonzero(subject.bars.dates > np.datetime64(subject.today, "D"))
    if rows.size:
        yield Finding(
            "future_date",
            "error",
            "quarantined",
            f"{rows.size} bars are of days after today, {subject.today}: the clock of the source "
            "or of this computer is wrong, or a date was misread.",
            subject.days(rows),
            int(rows.size),
        )


def sessions(subject: Subject) -> Iterator[Finding]:
    """Sessions without a bar, and bars of days on which the exchange was closed."""
    dates = subject.bars.dates
    if dates.size < 2:
        return
    if float(np.median(np.diff(dates).astype(int))) > 3:
        return  # no daily bars
    if subject.exchange is None:
        yield from _weekends(subject)
        return
    try:
        open_days = sessions_between(dates[0].item(), dates[-1].item(), subject.exchange)
    except UnknownExchange as error:
        yield Finding("sessions", "info", "kept", f"{error} Its sessions were not compared.")
        return
    missing = np.setdiff1d(open_days, dates)
    if missing.size:
        share = missing.size / open_days.size
        yield Finding(
            "missing_session",
            "error" if share > 0.05 else "warning",
            "flagged",
            f"{missing.size} of {open_days.size} sessions of {subject.exchange} have no bar, the "
            f"first {missing[0]}.",
            _shown(missing),
            int(missing.size),
            {"share": share},
        )
    extra = np.setdiff1d(dates, open_days)
    if extra.size:
        yield Finding(
            "extra_session",
            "warning",
            "flagged",
            f"{extra.size} bars are of days on which {subject.exchange} was closed, the first "
            f"{extra[0]}.",
            _shown(extra),
            int(extra.size),
        )


def _weekends(subject: Subject) -> Iterator[Finding]:
    dates = subject.bars.dates
    rows = np.flatnonzero(~np.is_busday(dates))
    # What trades every day of the week has two of seven.
    if 0 < rows.size < 0.2 * dates.size:
        yield Finding(
            "extra_session",
            "warning",
            "flagged",
            f"{rows.size} bars are of a Saturday or Sunday.",
            subject.days(rows),
            int(rows.size),
        )


def gaps(subject: Subject) -> Iterator[Finding]:
    """Stretches of more than a week, and of more than three usual steps, without a bar."""
    dates = subject.bars.dates
    if dates.size < 2:
        return
    steps = np.diff(dates).astype(int)
    bound = max(_LONG_GAP, 3 * float(np.median(steps)))
    rows = np.flatnonzero(steps > bound) + 1
    if rows.size:
        longest = int(rows[np.argmax(steps[rows - 1])])
        yield Finding(
            "gap",
            "warning",
            "flagged",
            f"{rows.size} stretches have no bars, the longest of {steps[longest - 1]} days from "
            f"{dates[longest - 1]} to {dates[longest]}.",
            subject.days(rows),
            int(rows.size),
            {"longest_days": int(steps[longest - 1])},
        )


def freshness(subject: Subject) -> Iterator[Finding]:
    """A newest bar that is more than a week old, where newer ones are expected."""
    if not subject.fresh or subject.renamed_to:
        return
    if not len(subject.bars):
        yield Finding("freshness", "warning", "flagged", "There are no bars at all.")
        return
    last = subject.bars.dates[-1].item()
    if subject.today - last > timedelta(days=_OLD_DAYS):
        yield Finding(
            "freshness",
            "warning",
            "flagged",
            f"The newest bar is of {last}, {(subject.today - last).days} days ago: the symbol was "
            "not updated, was renamed, or is no longer traded.",
            (last,),
            1,
            {"days": (subject.today - last).days},
        )


def renamed(subject: Subject) -> Iterator[Finding]:
    """A symbol that is called otherwise now: whether its history goes on without a hole."""
    if subject.renamed_to is None or not len(subject.bars):
        return
    last, on = subject.bars.dates[-1].item(), subject.continues_on
    if on is None:
        message, severity = f"It is called {subject.renamed_to} now, which has no bars.", "warning"
    elif on <= last:
        message, severity = (
            f"It is called {subject.renamed_to} now, and both have bars from {on} to {last}.",
            "warning",
        )
    elif on - last > timedelta(days=_LONG_GAP):
        hole = f"whose bars begin {(on - last).days} days after {last}: some are missing between."
        message, severity = f"It is called {subject.renamed_to} now, {hole}", "warning"
    else:
        message, severity = f"It is called {subject.renamed_to} now and goes on there.", "info"
    yield Finding(
        "renamed",
        severity,  # type: ignore[arg-type]  # one of those above
        "kept",
        message,
        (last,),
        1,
        {"renamed_to": subject.renamed_to},
    )


def _shown(days: Days) -> tuple[date, ...]:
    return tuple(days.tolist())
