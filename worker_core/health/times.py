"""Whether clocks agree, and whether what is to start by itself does so."""

from collections.abc import Iterator, Sequence

from worker_core.health.findings import Finding, duration, named, some
from worker_core.health.limits import Limits
from worker_core.health.readings import ClockReading, EntryReading
from worker_core.health.stores import level

DAY_S = 86_400


def clocks(read: Sequence[ClockReading], limits: Limits) -> Iterator[Finding]:
    """Which clocks surely differ from the broker's."""
    for one in read:
        bad = level(max(0.0, abs(one.ahead_s) - one.doubt_s), limits.skew_s)
        if not bad:
            continue
        way = "ahead of" if one.ahead_s > 0 else "behind"
        yield Finding(
            bad,
            "clocks",
            one.what,
            f"The clock of {named(one.what)} is {duration(abs(one.ahead_s))} {way} the broker's.",
            "Times and ages that are shown are wrong by that, tasks that wait for a time begin "
            "early or late, and leases may seem to be over.",
            "Let all computers keep their time by NTP.",
        )


def schedule(read: Sequence[EntryReading], limits: Limits) -> Iterator[Finding]:
    """Whether a scheduler runs, and what was missed."""
    if not read:
        yield Finding(
            "warning",
            "schedule",
            "",
            "No scheduler has run yet: the schedule is empty.",
            "Nothing starts by itself, not even what sends lost tasks again.",
            "Start one: afi beat, or the Local cluster page.",
        )
        return
    late = [one for one in read if one.late_s > limits.overdue_s]
    if late:
        longest = max(one.late_s for one in late)
        yield Finding(
            "critical",
            "schedule",
            "",
            f"No scheduler runs: {len(late)} of {len(read)} entries are overdue, the longest by "
            f"{duration(longest)} ({some(one.name for one in late)}).",
            "Nothing starts by itself, not even what sends lost tasks again.",
            "Start one: afi beat, or the Local cluster page.",
        )
    for one in read:
        if one.problem:
            yield Finding(
                "warning",
                "schedule",
                one.name,
                f"The entry {named(one.name)} is not started: {one.problem}",
                "What it does is left undone.",
                "Change or disable it: afi schedule, or the Schedule page.",
            )
    missed = [one for one in read if _is_news(one, limits)]
    if missed:
        yield Finding(
            "warning",
            "schedule",
            "missed",
            f"{sum(one.missed for one in missed)} runs were missed: "
            f"{some(one.name for one in missed)}.",
            "No scheduler ran, or the database was away, when they were due.",
            "See when on the Schedule page; run what is still wanted, and count from nothing "
            "again.",
        )


def _is_news(one: EntryReading, limits: Limits) -> bool:
    return (
        one.missed > 0
        and one.missed_ago_s is not None
        and one.missed_ago_s < limits.missed_days * DAY_S
    )
