"""Prices: one detector a defect, for no single score finds them all.

A bad tick is taken back the next day, a level jump is not, and a stale run does not move at all.
What each finds is a day to look at: a crash is a level jump too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from worker_core.anomalies.model import Floats, SeriesError
from worker_core.market.quality.ticks import run_lengths, spike_scores

BAD_TICK: Final = "bad tick"
LEVEL_JUMP: Final = "level jump"
STALE_RUN: Final = "stale run"

DECAY: Final = 0.94
"""Of the variance, as RiskMetrics (1996) has it for daily returns."""
SEED_DAYS: Final = 60
"""Returns before the first judgement."""
FLOOR: Final = 0.003
"""Smallest daily volatility that counts, so that a bond at rest does not alarm at a cent."""
BASE_DAYS: Final = 500

THRESHOLDS: Final = {BAD_TICK: 6.0, LEVEL_JUMP: 8.0, STALE_RUN: 12.0}
UNITS: Final = {
    BAD_TICK: "usual moves away from both neighbours and back",
    LEVEL_JUMP: "daily volatilities in one day, not taken back",
    STALE_RUN: "nats of surprise at so long a run of unchanged closes",
}


@dataclass(frozen=True)
class PriceScores:
    """Scores by detector, ``(n_days,)`` each, in its own unit.

    That of a bad tick stands at the day of the tick, and is known a day later.
    """

    bad_tick: Floats
    level_jump: Floats
    stale_run: Floats

    def by_detector(self) -> dict[str, Floats]:
        return {
            BAD_TICK: self.bad_tick,
            LEVEL_JUMP: self.level_jump,
            STALE_RUN: self.stale_run,
        }


def price_scores(closes: Floats) -> PriceScores:
    """Judge closes, oldest first, adjusted for splits and dividends.

    Raises:
        SeriesError: a close is missing or not positive, or there are too few.
    """
    x = np.asarray(closes, dtype=np.float64)
    if not (np.isfinite(x) & (x > 0.0)).all():
        raise SeriesError("A close is missing or not positive. Leave such days out.")
    if len(x) <= SEED_DAYS + 1:
        raise SeriesError(
            f"There are {len(x)} closes, and {SEED_DAYS + 2} are needed to know what is usual. "
            "Give a longer history."
        )
    returns = np.diff(np.log(x), prepend=np.log(x[0]))
    usual = volatility(returns)
    return PriceScores(spike_scores(x), _jumps(returns, usual), _stale(x))


def volatility(returns: Floats) -> Floats:
    """Standard deviation of each day's return as known the day before: an exponentially weighted
    one in which no return counts for more than four of it. Infinite while there is too little."""
    found = np.full(len(returns), np.inf)
    seed = returns[1 : SEED_DAYS + 1]
    variance = max(float(np.median(np.abs(seed)) / 0.6745) ** 2, FLOOR**2)
    for day, move in enumerate(returns[SEED_DAYS + 1 :].tolist(), start=SEED_DAYS + 1):
        found[day] = max(variance**0.5, FLOOR)
        # A defect must not make the next one look usual.
        variance = DECAY * variance + (1.0 - DECAY) * min(move * move, 16.0 * variance)
    return found


def _jumps(returns: Floats, usual: Floats) -> Floats:
    """The move in volatilities, less what the next day takes back of it."""
    kept = np.abs(returns)
    back = np.append(np.where(returns[:-1] * returns[1:] < 0.0, np.abs(returns[1:]), 0.0), 0.0)
    away = np.append(0.0, np.where(returns[:-1] * returns[1:] < 0.0, np.abs(returns[:-1]), 0.0))
    # The way back from a spike is no jump either.
    return np.asarray((kept - np.maximum(back, away)).clip(0.0) / usual)


def _stale(closes: Floats) -> Floats:
    """How surprising the run of unchanged closes is: its length times -ln of the share of
    unchanged days among the 500 before the run."""
    lengths = run_lengths(closes)
    found = np.zeros(len(lengths))
    total = np.cumsum(np.insert(lengths > 0.0, 0, 0))
    for day in np.flatnonzero(lengths > 0.0).tolist():
        begin = day - int(lengths[day]) + 1
        if begin > SEED_DAYS:
            start = max(1, begin - BASE_DAYS)
            share = (total[begin] - total[start] + 1.0) / (begin - start + 2.0)
            found[day] = -lengths[day] * np.log(share)
    return found


@dataclass(frozen=True, slots=True)
class PriceAnomaly:
    """A day on which a price is likely defective, or did what prices seldom do.

    Attributes:
        row: of the closes; of a stale run its last day.
        strength: in the unit of the detector.
        quantile: the share of the days before with a smaller strength.
    """

    row: int
    detector: str
    value: float
    strength: float
    score: float
    quantile: float
    words: str


def price_anomalies(
    closes: Floats, labels: Sequence[str], thresholds: Mapping[str, float] = THRESHOLDS
) -> tuple[PriceAnomaly, ...]:
    """The days on which a detector is above its threshold, oldest first.

    Args:
        labels: what each day is called.

    Raises:
        SeriesError: as `price_scores`.
    """
    found = []
    for detector, scores in price_scores(closes).by_detector().items():
        above = scores >= thresholds[detector]
        if detector == STALE_RUN:
            above[:-1] &= scores[1:] <= scores[:-1]
        for row in np.flatnonzero(above).tolist():
            strength = float(scores[row])
            level = strength / thresholds[detector]
            quantile = float((scores[:row] < strength).mean()) if row else 0.0
            words = (
                f"{closes[row]:g} on {labels[row]}, after {closes[row - 1]:g}: {strength:.1f} "
                f"{UNITS[detector]}, more than on {quantile * 100:.2f} % of the {row:,} days "
                "before."
            )
            found.append(
                PriceAnomaly(
                    row,
                    detector,
                    float(closes[row]),
                    strength,
                    level / (1.0 + level),
                    quantile,
                    words,
                )
            )
    return tuple(sorted(found, key=lambda one: (one.row, one.detector)))
