"""A rule tried against what was measured, before it is armed."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from worker_core.health.alert_judging import Condition, Happening, Reading, lapse, step
from worker_core.health.alert_measures import amount, span
from worker_core.health.alert_rules import Rule

WEEK_S: Final = 7 * 86_400.0

History = Mapping[str, Sequence[Reading]]
"""Readings by subject, in the order of time."""


@dataclass(frozen=True, slots=True)
class Firing:
    """``ended`` is None where it still fires at the end of the history. ``worst`` is the value
    that was furthest beyond the threshold."""

    subject: str
    at: float
    ended: float | None
    worst: float

    def lasted(self, until: float) -> float:
        return (until if self.ended is None else self.ended) - self.at


@dataclass(frozen=True, slots=True)
class Trial:
    """``covered_s`` seconds of the last ``asked_s`` were measured, of ``subjects`` that the rule
    matches. ``extreme`` is the value that came nearest to the threshold or went furthest beyond
    it, None where nothing was measured."""

    firings: tuple[Firing, ...]
    subjects: int
    covered_s: float
    asked_s: float
    extreme: float | None
    words: str

    @property
    def times(self) -> tuple[float, ...]:
        """When it would have fired."""
        return tuple(firing.at for firing in self.firings)


def would_have_fired(rule: Rule, history: History, *, now: float, asked_s: float = WEEK_S) -> Trial:
    """When the rule would have fired in the last ``asked_s`` seconds, and for how long."""
    firings: list[Firing] = []
    matched = {name: rows for name, rows in history.items() if rule.matches(name) and rows}
    begun = now - asked_s
    for subject, rows in matched.items():
        known = (row for row in rows if row.until >= begun and math.isfinite(row.value))
        firings += _of_one(rule, subject, known, now)
    firings.sort(key=lambda firing: (firing.at, firing.subject))
    covered = _covered(matched.values(), begun, now, rule.about.max_gap_s)
    values = [
        row.value
        for rows in matched.values()
        for row in rows
        if row.until >= begun and math.isfinite(row.value)
    ]
    worst = max if rule.comparison == "above" else min
    extreme = worst(values) if values else None
    found = Trial(tuple(firings), len(matched), covered, asked_s, extreme, "")
    return Trial(found.firings, found.subjects, covered, asked_s, extreme, _words(rule, found, now))


def _of_one(rule: Rule, subject: str, rows: Iterable[Reading], now: float) -> list[Firing]:
    condition, found, at, worst = Condition(), list[Firing](), None, math.nan

    def took(happenings: tuple[Happening, ...]) -> None:
        nonlocal at, worst
        for one in happenings:
            if one.kind == "fired":
                at, worst = one.at, one.value
            elif at is not None:
                found.append(Firing(subject, at, one.at, worst))
                at = None

    for row in rows:
        condition, happened = lapse(rule, condition, row.since)
        took(happened)
        condition, happened = step(rule, condition, row)
        took(happened)
        if at is not None:
            worst = max(worst, row.value) if rule.comparison == "above" else min(worst, row.value)
    _, happened = lapse(rule, condition, now)
    took(happened)
    if at is not None:
        found.append(Firing(subject, at, None, worst))
    return found


def _covered(
    histories: Iterable[Sequence[Reading]], begun: float, now: float, max_gap_s: float
) -> float:
    """Seconds of which at least one subject was measured: between two readings that are no further
    apart than usual, too."""
    spans = sorted(
        (max(since, begun), min(until, now))
        for one in histories
        for since, until in _spans(one, max_gap_s)
        if until >= begun and since <= now
    )
    total, end = 0.0, begun
    for since, until in spans:
        total += max(0.0, until - max(since, end))
        end = max(end, until)
    return total


def _spans(rows: Sequence[Reading], max_gap_s: float) -> Iterator[tuple[float, float]]:
    last = -math.inf
    for row in rows:
        yield (last if row.since - last <= max_gap_s else row.since), row.until
        last = row.until


def _words(rule: Rule, trial: Trial, now: float) -> str:
    past = "last week" if trial.asked_s == WEEK_S else f"in the last {span(trial.asked_s)}"
    if trial.extreme is None:
        return (
            f"Nothing that this rule matches was measured {past}, so that it cannot be tried. "
            "Measuring goes on whether or not it is armed: look again later, or choose another "
            "subject."
        )
    part = ""
    if trial.covered_s < 0.9 * trial.asked_s:
        part = f" Only {span(trial.covered_s)} of that time was measured."
    if not trial.firings:
        most = "highest" if rule.comparison == "above" else "lowest"
        near = amount(trial.extreme, rule.about.unit)
        return f"Would not have fired {past}; the {most} was {near}.{part}"
    count = len(trial.firings)
    times = {1: "once", 2: "twice"}.get(count, f"{count:,} times")
    subjects = len({firing.subject for firing in trial.firings})
    about = f" for {subjects:,} of {trial.subjects:,} subjects" if trial.subjects > 1 else ""
    longest = span(max(firing.lasted(now) for firing in trial.firings))
    lasting = f"for {longest}" if count == 1 else f"never for longer than {longest}"
    if any(firing.ended is None for firing in trial.firings):
        lasting = (
            f"and would be firing now, {longest} by now"
            if count == 1
            else (f"for up to {longest}, and would be firing now")
        )
    return f"Would have fired {times} {past}{about}; {lasting}.{part}"
