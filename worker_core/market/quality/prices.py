"""Single bars: prices that cannot be, columns that contradict each other, days without trading."""

from collections.abc import Iterator

import numpy as np

from worker_core.market.bars import PRICES
from worker_core.market.quality.subject import Subject
from worker_core.market.records import Finding

# Rounding, and closes of an auction outside of the day's range, are common in real data.
_TOLERANCE = 1e-3
_LOWEST, _HIGHEST = 1e-9, 1e12


def not_positive(subject: Subject) -> Iterator[Finding]:
    """Prices of zero or less: no share trades for that."""
    bars = subject.bars
    columns = np.stack([getattr(bars, name) for name in PRICES])
    rows = np.flatnonzero((columns <= 0).any(axis=0))
    if rows.size:
        lowest = float(np.nanmin(columns[:, rows]))
        yield Finding(
            "positive_prices",
            "error",
            "quarantined",
            f"{rows.size} bars have a price of zero or less (down to {lowest:g}).",
            subject.days(rows),
            int(rows.size),
            {"lowest": lowest},
        )


def not_plausible(subject: Subject) -> Iterator[Finding]:
    """Prices that no share has in any currency."""
    bars = subject.bars
    columns = np.stack([getattr(bars, name) for name in PRICES])
    rows = np.flatnonzero(
        ((columns > _HIGHEST) | ((columns > 0) & (columns < _LOWEST))).any(axis=0)
    )
    if rows.size:
        yield Finding(
            "implausible_price",
            "error",
            "quarantined",
            f"{rows.size} bars have a price above {_HIGHEST:g} or below {_LOWEST:g}.",
            subject.days(rows),
            int(rows.size),
        )


def inconsistent(subject: Subject) -> Iterator[Finding]:
    """A high below the open or close, or a low above them, by more than a thousandth."""
    bars = subject.bars
    if not len(bars):
        return
    with np.errstate(invalid="ignore"):
        above = np.fmax(bars.open, bars.close) / bars.high - 1
        below = 1 - np.fmin(bars.open, bars.close) / bars.low
        crossed = bars.low / bars.high - 1
        off = np.fmax(np.fmax(above, below), crossed)
    rows = np.flatnonzero(off > _TOLERANCE)
    if rows.size:
        yield Finding(
            "ohlc_consistency",
            "warning",
            "kept",
            f"In {rows.size} bars the open or close lies outside of low and high, by up to "
            f"{float(np.nanmax(off)) * 100:.1f} %; common where little is traded.",
            subject.days(rows),
            int(rows.size),
            {"largest": float(np.nanmax(off)), "tolerance": _TOLERANCE},
        )


def no_volume(subject: Subject) -> Iterator[Finding]:
    """Days without a trade among days with trades; volume below zero."""
    volume = subject.bars.volume
    below = np.flatnonzero(volume < 0)
    if below.size:
        yield Finding(
            "volume",
            "error",
            "flagged",
            f"{below.size} bars have a volume below zero.",
            subject.days(below),
            int(below.size),
        )
    none = np.flatnonzero(volume == 0)
    known = int(np.isfinite(volume).sum())
    if none.size and none.size < known:
        share = none.size / known
        yield Finding(
            "zero_volume",
            "warning" if share < 0.5 else "info",
            "kept",
            f"On {none.size} of {known} days nothing was traded; their prices are those of others.",
            subject.days(none),
            int(none.size),
            {"share": share},
        )


def currency_change(subject: Subject) -> Iterator[Finding]:
    """Days in one currency and days in another."""
    words = np.array(subject.currency, dtype=str)
    if words.size < 2 or words.size != len(subject.bars):
        return
    rows = np.flatnonzero(words[1:] != words[:-1]) + 1
    if rows.size:
        first = int(rows[0])
        yield Finding(
            "currency_change",
            "error",
            "flagged",
            f"The currency changes {rows.size} times, first from {words[first - 1] or 'none'} to "
            f"{words[first] or 'none'}: prices before and after cannot be compared.",
            subject.days(rows),
            int(rows.size),
            {"currencies": sorted(set(words.tolist()))},
        )
