"""Telling a split that nobody declared from a crash.

Both leave the price at a fraction of the day before. A split is made overnight, by a ratio of
small whole numbers, and changes nothing else: the day moves as other days do, and as much money
changes hands, in more shares. A crash has no round ratio, a wide day, and far more money traded.
The three are weighed as log likelihoods.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from worker_core.market.bars import Bars, Floats

# New shares for an old one, as they are in use.
RATIOS: Final = (
    *(float(n) for n in (2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50)),
    *(a / b for a, b in ((3, 2), (4, 3), (5, 4), (5, 2), (5, 3), (7, 5))),
)
_BEFORE, _AFTER = 20, 5
# Log of money traded against the days before: on a split's day, and when a third or more of the
# price is lost in a day.
_MONEY_OF_SPLIT, _MONEY_OF_CRASH = (0.2, 0.6), (1.9, 0.7)
# Size of the day itself in usual ones, in logs.
_RANGE_OF_SPLIT, _RANGE_OF_CRASH = (0.2, 0.5), (1.1, 0.6)


@dataclass(frozen=True, slots=True)
class Verdict:
    """``score`` above 0 speaks for a split of ``ratio``, below for a crash or a surge."""

    score: float
    ratio: float
    money: float
    day: float
    residual: float


def judged(bars: Bars, row: int, usual: float) -> Verdict:
    """Weigh the step from the row before to ``row``; ``usual`` is the usual move of a day."""
    before = float(bars.close[row - 1])
    opening = float(bars.open[row]) if bars.open[row] > 0 else float(bars.close[row])
    gap = math.log(opening) - math.log(before)
    ratio = _nearest(-gap)
    residual = gap + math.log(ratio)
    # Ratios stand close together in places, so that nearness to one of them says less there.
    near = _normal(residual, 0.0, max(usual, 0.01)) - _normal(gap, 0.0, 1.0)
    score = near - math.log(2 * len(RATIOS) / 4)
    money = _money(bars, row)
    if math.isfinite(money):
        score += _normal(money, *_MONEY_OF_SPLIT) - _normal(money, *_MONEY_OF_CRASH)
    day = _day_size(bars, row)
    if math.isfinite(day):
        score += _normal(day, *_RANGE_OF_SPLIT) - _normal(day, *_RANGE_OF_CRASH)
    return Verdict(score, ratio, money, day, residual)


def _nearest(fall: float) -> float:
    """The ratio whose fall of the price is nearest: above 1 for splits, below for joins."""
    candidates = RATIOS if fall > 0 else tuple(1 / ratio for ratio in RATIOS)
    return min(candidates, key=lambda ratio: abs(math.log(ratio) - fall))


def _normal(value: float, mean: float, spread: float) -> float:
    """Log density, with the tails of a Student's t of four degrees: no one figure decides."""
    z = (value - mean) / spread
    return -2.5 * math.log1p(z * z / 4) - math.log(spread)


def _median(values: Floats) -> float:
    known = values[np.isfinite(values) & (values > 0)]
    return float(np.median(known)) if known.size else math.nan


def _money(bars: Bars, row: int) -> float:
    """Log of the money traded on the day against the median of the days before."""
    traded = bars.volume * bars.close
    usual = _median(traded[max(0, row - _BEFORE) : row])
    return _log_ratio(float(traded[row]), usual)


def _day_size(bars: Bars, row: int) -> float:
    """Log of the day's range, in shares of its price, against the median of the days before."""
    with np.errstate(invalid="ignore", divide="ignore"):
        ranges = np.log(bars.high / bars.low)
    usual = _median(ranges[max(0, row - _BEFORE) : row])
    return _log_ratio(float(ranges[row]), usual)


def _log_ratio(value: float, usual: float) -> float:
    """NaN unless both are positive and finite."""
    if not (0 < value < math.inf and 0 < usual < math.inf):
        return math.nan
    return math.log(value) - math.log(usual)
