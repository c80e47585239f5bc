"""Daily prices as the forecasts take them: checked, without gaps, with a measure of each session's
variance."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]

FEWEST_SESSIONS: Final = 60
"""Returns below which nothing is said."""
SHORT: Final = 500
"""Returns below which the volatility comes from the simple models alone."""
LONGEST: Final = 2520
"""Returns that are used, the newest ones: ten years."""
_LARGEST_MISSING: Final = 0.2
_YEAR: Final = 252
# A change of unit is a power of ten; no listed share has moved so far in one session.
_UNIT_STEP: Final = float(np.log(9.0))
_SPLIT_RATIOS: Final = (2.0, 3.0, 1.5, 4.0, 5.0, 6.0, 7.0, 8.0)
_SPLIT_TOLERANCE: Final = 0.05
# Median absolute deviations of the returns; real crashes reach about as far.
_SPLIT_DEVIATIONS: Final = 12.0
_OPEN, _HIGH, _LOW, _CLOSE = range(4)


class PriceDataError(ValueError):
    """The prices cannot be forecast from.

    Attributes:
        code: a word for programs.
        message: what is the matter.
        remedy: what to do.
    """

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.code, self.message, self.remedy = code, message, remedy


@dataclass(frozen=True, slots=True)
class PriceHistory:
    """What is known of a price.

    Attributes:
        last: the newest close.
        returns: (n,) logarithmic returns, oldest first.
        proxy: (n,) variance of each session, from its range where that is known, else the square
            of its return; never 0.
        ranged: whether ``proxy`` comes from ranges.
        kept: (n + 1,) places of the closes in what was given, the oldest of them first.
        notes: what was found, in sentences for the reader.
    """

    last: float
    returns: Array
    proxy: Array
    ranged: bool
    kept: npt.NDArray[np.int64]
    notes: tuple[str, ...]


def prepare(
    closes: npt.ArrayLike,
    ohlc: npt.ArrayLike | None = None,
    dates: npt.ArrayLike | None = None,
) -> PriceHistory:
    """Check prices and bring them into the form that the models take.

    Args:
        closes: (n,) closes, adjusted for splits, oldest first; NaN where one is missing.
        ohlc: (n, 4) open, high, low and close of the same sessions, adjusted alike.
        dates: (n,) days of the sessions: they are then sorted, and a day that is given twice with
            the same close counts once.

    Raises:
        PriceDataError: nothing honest can be said from these.
    """
    prices, bars, order, notes = _ordered(closes, ohlc, dates)
    if np.isinf(prices).any():
        raise PriceDataError(
            "infinite", "There are infinite prices.", "Load the symbol's prices again."
        )
    there = ~np.isnan(prices)
    missing = len(prices) - int(there.sum())
    if not there.any():
        raise PriceDataError("empty", "There are no prices.", "Load the symbol's prices first.")
    if (prices[there] <= 0).any():
        raise PriceDataError(
            "not_positive",
            f"{int((prices[there] <= 0).sum())} prices are zero or negative, so that there are no "
            "returns to model.",
            "Check the symbol's data; spreads and rates need another kind of forecast.",
        )
    if missing > _LARGEST_MISSING * len(prices):
        raise PriceDataError(
            "gaps",
            f"{missing} of {len(prices)} closes are missing.",
            "Load the symbol's prices again, or another source.",
        )
    if missing:
        notes.append(
            f"{missing} missing closes were left out; the return over each gap counts as one "
            "session's."
        )
    prices, bars, order = prices[there], bars[there] if bars is not None else None, order[there]
    start = max(0, len(prices) - 1 - LONGEST)
    prices, order = prices[start:], order[start:]
    bars = bars[start:] if bars is not None else None
    returns = np.diff(np.log(prices))
    # Of the sessions that the returns end with.
    days = None if dates is None else np.asarray(dates, dtype="datetime64[D]")[order[1:]]
    _refuse(returns, days)
    notes += _doubts(returns, days)
    proxy, ranged, more = _proxy(returns, prices, bars)
    notes += more
    return PriceHistory(float(prices[-1]), returns, proxy, ranged, order, tuple(notes))


def _ordered(
    closes: npt.ArrayLike, ohlc: npt.ArrayLike | None, dates: npt.ArrayLike | None
) -> tuple[Array, Array | None, npt.NDArray[np.int64], list[str]]:
    """Closes and bars by date, each day once; their places in what was given; notes."""
    prices = _floats(closes, "closes")
    if prices.ndim != 1:
        raise PriceDataError(
            "shape", f"The closes have the shape {prices.shape}.", "Give one symbol at a time."
        )
    bars = None
    if ohlc is not None:
        bars = _floats(ohlc, "ohlc")
        if bars.shape != (len(prices), 4):
            raise PriceDataError(
                "shape",
                f"The bars have the shape {bars.shape}, for {len(prices)} closes.",
                "Give open, high, low and close of the same sessions.",
            )
    order = np.arange(len(prices))
    if dates is None:
        return prices, bars, order, []
    days = np.asarray(dates, dtype="datetime64[D]")
    if days.shape != prices.shape or np.isnat(days).any():
        raise PriceDataError("dates", "Not every close has a date.", "Give one date for each.")
    notes = []
    if (np.diff(days) < np.timedelta64(0)).any():
        notes.append("The prices were not in the order of their dates; they were sorted.")
    order = np.argsort(days, kind="stable")
    days, prices = days[order], prices[order]
    again = np.r_[False, np.diff(days) == np.timedelta64(0)]
    if again.any():
        same = (prices == np.roll(prices, 1)) | (np.isnan(prices) & np.isnan(np.roll(prices, 1)))
        if not same[again].all():
            day = days[again & ~same][0]
            raise PriceDataError(
                "conflict",
                f"There are different closes for one day, {day}.",
                "Remove the wrong one; the check of data quality shows both.",
            )
        notes.append(f"{int(again.sum())} closes that were given twice count once.")
    order = order[~again]
    return prices[~again], bars[order] if bars is not None else None, order, notes


def _floats(values: npt.ArrayLike, name: str) -> Array:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise PriceDataError(
            "not_numbers", f"The {name} are not all numbers: {error}.", "Check the file."
        ) from error


def _when(place: int, returns: Array, days: Days | None) -> str:
    if days is not None:
        return f"on {days[place]}"
    return f"{len(returns) - place} sessions before the end"


def _refuse(returns: Array, days: Days | None) -> None:
    if len(returns) < FEWEST_SESSIONS:
        raise PriceDataError(
            "short_history",
            f"There are {len(returns) + 1} closes, and {FEWEST_SESSIONS + 1} are the fewest that "
            "say anything of how a price moves.",
            "Load a longer history.",
        )
    moving = np.abs(returns) > 0
    if moving.sum() < max(20, 0.05 * len(returns)):
        raise PriceDataError(
            "constant",
            f"The price moved in {int(moving.sum())} of {len(returns)} sessions: it is constant or "
            "stale, and has no distribution to forecast.",
            "Check that the symbol still trades.",
        )
    jumps = np.flatnonzero(np.abs(returns) > _UNIT_STEP)
    if len(jumps):
        factor = np.exp(returns[jumps[0]])
        raise PriceDataError(
            "unit_change",
            f"The price changes by a factor of {factor:.4g} from one session to the next, "
            f"{_when(int(jumps[0]), returns, days)}: its unit has changed (pence for pounds), a "
            "split was not declared, or a renamed symbol is another company's.",
            "Mend the data first; the check of data quality shows the row.",
        )


def _doubts(returns: Array, days: Days | None) -> list[str]:
    """What looks wrong, and cannot be told from what is true by closes alone."""
    notes = []
    still = float(np.mean(returns == 0))
    if still > 0.2:
        notes.append(f"The price stood still in {still * 100:.0f} % of the sessions.")
    spread = float(np.median(np.abs(returns - np.median(returns)))) * 1.4826
    far = np.flatnonzero(np.abs(returns) > max(_SPLIT_DEVIATIONS * spread, 0.3))
    for place in far:
        size = abs(returns[place])
        for ratio in _SPLIT_RATIOS:
            if abs(size - np.log(ratio)) < _SPLIT_TOLERANCE:
                notes.append(
                    f"The price changed by {np.expm1(returns[place]) * 100:+.0f} % "
                    f"{_when(int(place), returns, days)}, as a {ratio:g}:1 split would change it. "
                    "If it was one, declare it: until then the intervals are too wide."
                )
                break
    if len(returns) < SHORT:
        notes.append(
            f"The history is short ({len(returns)} returns, {SHORT} are wanted): the volatility "
            "comes from simpler models, and rare moves have hardly been seen."
        )
    return notes


def _proxy(
    returns: Array, prices: Array, bars: Array | None
) -> tuple[Array, bool, tuple[str, ...]]:
    """Each session's variance, whether from its range, and notes.

    The range's is by Garman & Klass (1980), or Parkinson's (1980) where there is no open; the
    move from the last close to the open comes on top.
    """
    squares = returns**2
    if bars is None:
        return positive(squares), False, ()
    opens, highs, lows, closes = (bars[1:, column] for column in (_OPEN, _HIGH, _LOW, _CLOSE))
    with np.errstate(all="ignore"):
        span = np.log(highs / lows)
        overnight, within = np.log(opens / prices[:-1]), np.log(closes / opens)
        klass = 0.5 * span**2 - (2 * np.log(2) - 1) * within**2
        # It turns negative where a bar contradicts itself.
        whole = overnight**2 + np.maximum(klass, 0.1 * span**2)
        parkinson = span**2 / (4 * np.log(2))
    good = np.isfinite(span) & (highs >= np.maximum(closes, lows)) & (lows > 0)
    good &= np.abs(np.log(np.where(closes > 0, closes, 1) / prices[1:])) < 1e-3
    usable = good & np.isfinite(whole)
    if good.mean() < 0.8 or not (span[good] > 0).mean() > 0.8:
        return positive(squares), False, ("The sessions' ranges cannot be used; closes alone are.",)
    scale = squares[good].sum() / max(float(parkinson[good].sum()), 1e-300)
    proxy = np.where(usable, whole, np.where(good, parkinson * scale, squares))
    return positive(proxy), True, ()


def positive(variances: Array) -> Array:
    """``variances`` with zeros, whose logarithm the models take, raised to next to nothing: a
    thousandth of what the first year had, so that no later session is known too early."""
    some = variances[:_YEAR][variances[:_YEAR] > 0]
    floor = 1e-3 * float(np.median(some)) if len(some) else 0.0
    return np.maximum(variances, max(floor, 1e-12))
