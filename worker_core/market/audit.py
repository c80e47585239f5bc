"""Checking what is stored of a symbol, and keeping what was found."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from worker_core.market.quality import Subject, check
from worker_core.market.records import Finding
from worker_core.market.store import MarketStore

# The day begins up to fourteen hours before it does in UTC.
_EARLIEST = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found about a symbol, and how many of its bars are quarantined now."""

    symbol: str
    bars: int
    quarantined: int
    findings: tuple[Finding, ...]

    @property
    def severities(self) -> dict[str, int]:
        """How many findings there are of each severity."""
        return dict(Counter(finding.severity for finding in self.findings))


def latest_day(now: datetime) -> date:
    """The day that it is already somewhere: a bar of a later one is wrong."""
    return (now.astimezone(UTC) + _EARLIEST).date()


def audit(
    store: MarketStore, symbol: str, now: datetime, *, exchange: str = "", fresh: bool = True
) -> Audit:
    """Check the stored bars of a symbol and store the findings in place of the earlier ones.

    ``exchange`` is for symbols that name none. A ``now`` that lies before the symbol was last
    changed comes from a clock that was put back; then that time counts, so that good bars are not
    taken for bars to come.
    """
    known = store.symbol(symbol)
    if known is not None and known.updated_at is not None:
        now = max(now, known.updated_at)
    bars = store.bars(symbol, include_quarantined=True)
    successor = known.renamed_to if known is not None else None
    continues = store.symbol(successor) if successor else None
    subject = Subject(
        bars,
        tuple(store.actions(symbol)),
        currency=store.currencies(symbol),
        exchange=(known.exchange if known is not None else None) or exchange or None,
        today=latest_day(now),
        fresh=fresh,
        renamed_to=successor,
        continues_on=None if continues is None else continues.first_day,
    )
    found = tuple(check(subject))
    held = store.save_findings(symbol, found)
    return Audit(symbol, len(bars), held, found)
