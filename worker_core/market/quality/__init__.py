"""Whether a symbol's bars can be believed.

Each check is a plain function from a `Subject` to findings: no bar is changed by any of them. What
is certainly wrong (a price below zero, a day to come, a single day in another unit) is to be
quarantined; what may be wrong is flagged; what is only odd is kept. A split is repaired by nobody
but who declares it: once the action is stored, adjusted prices follow from it.

The vectors are short and the rules are many, so they are NumPy by hand rather than the schemas of
a validation library.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import numpy as np

from worker_core.market.intake import Intake
from worker_core.market.quality import days, dividends, levels, prices, ticks
from worker_core.market.quality.subject import Subject
from worker_core.market.records import Finding, Severity

__all__ = ["CHECKS", "Subject", "check", "check_intake", "worst"]

# In this order: what one has judged to be quarantined the next does not look at.
CHECKS: Final = (
    days.future,
    prices.not_positive,
    prices.not_plausible,
    levels.unit_edges,
    ticks.spikes,
    levels.declared_splits,
    levels.jumps,
    ticks.stale_runs,
    prices.inconsistent,
    prices.no_volume,
    prices.currency_change,
    dividends.twice,
    dividends.size,
    dividends.adjustment,
    days.sessions,
    days.gaps,
    days.freshness,
    days.renamed,
)
_SEVERITIES: Final = ("info", "warning", "error")


def check(subject: Subject) -> list[Finding]:
    """All findings about a symbol, the gravest first."""
    found: list[Finding] = []
    for one in CHECKS:
        # Hostile figures may overflow; what becomes of them is no finding.
        with np.errstate(all="ignore"):
            new = list(one(subject))
        found += new
        subject = _without_held(subject, new)
    return sorted(found, key=lambda finding: -_SEVERITIES.index(finding.severity))


def check_intake(intake: Intake, subject: Subject) -> list[Finding]:
    """The findings about a table and about the bars in it, the gravest first."""
    found = [*intake.findings, *check(subject)]
    return sorted(found, key=lambda finding: -_SEVERITIES.index(finding.severity))


def worst(findings: Iterable[Finding]) -> Severity | None:
    """The gravest severity; None without any finding."""
    places = [_SEVERITIES.index(finding.severity) for finding in findings]
    return None if not places else _SEVERITIES[max(places)]


def _without_held(subject: Subject, found: list[Finding]) -> Subject:
    held = [day for one in found if one.action == "quarantined" for day in one.days]
    if not held:
        return subject
    keep = ~np.isin(subject.bars.dates, np.array(held, dtype="datetime64[D]"))
    currency = tuple(word for word, kept in zip(subject.currency, keep, strict=False) if kept)
    adjusted = subject.adjusted[keep] if subject.adjusted.size else subject.adjusted
    return replace(subject, bars=subject.bars.take(keep), adjusted=adjusted, currency=currency)
