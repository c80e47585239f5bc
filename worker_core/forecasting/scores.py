"""How good forecasts were: point errors, intervals, quantiles, and whether a difference is real.

All arrays are of float64. ``actual`` and ``forecast`` have the same shape, mostly (horizon,) or
(n, horizon). What cannot be scored is NaN and never 0: a scale of nothing, no value at all.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Array = npt.ArrayLike

_ROUNDING: Final = 1e-15
FEWEST_FOR_TEST: Final = 8
"""Losses that a Diebold-Mariano test needs."""


def mase(actual: Array, forecast: Array, history: Array, season: int = 1) -> float:
    """Mean absolute scaled error (Hyndman & Koehler, 2006).

    The scale is the mean absolute error of the seasonal naive method over ``history``. NaN where
    that is 0 (a constant, or exactly periodic, history) or the history is not longer than a
    season.
    """
    scale = naive_scale(history, season)
    return float(np.mean(_errors(actual, forecast))) / scale if scale > 0 else math.nan


def naive_scale(history: Array, season: int = 1) -> float:
    """Mean absolute difference of values one season apart, missing ones left out; NaN if none.

    It is 0 where it is no more than what is lost in rounding.
    """
    values = _array(history)
    if season < 1:
        raise ValueError("A season has at least one step.")
    steps = np.abs(values[season:] - values[:-season])
    steps = steps[np.isfinite(steps)]
    if not steps.size:
        return math.nan
    scale = float(steps.mean())
    return scale if scale > _ROUNDING * float(np.nanmax(np.abs(values))) else 0.0


def smape(actual: Array, forecast: Array) -> float:
    """Symmetric mean absolute percentage error of the M competitions, 0 to 200.

    A value and a forecast that are both 0 are no error.
    """
    truth, guess = _pair(actual, forecast)
    size = np.abs(truth) + np.abs(guess)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.where(size > 0, 200.0 * np.abs(truth - guess) / size, 0.0)
    return float(shares.mean()) if shares.size else math.nan


def owa(mase: float, smape: float, mase_naive2: float, smape_naive2: float) -> float:
    """Overall weighted average of the M4 competition (Makridakis et al., 2020).

    Each is the mean over all series; below 1 is better than Naive2.
    """
    if not (mase_naive2 > 0 and smape_naive2 > 0):
        return math.nan
    return 0.5 * (mase / mase_naive2 + smape / smape_naive2)


def coverage(actual: Array, low: Array, high: Array) -> float:
    """The share of values within their interval, its ends included."""
    truth, below = _pair(actual, low)
    _, above = _pair(actual, high)
    return float(np.mean((below <= truth) & (truth <= above))) if truth.size else math.nan


def winkler(actual: Array, low: Array, high: Array, level: float) -> float:
    """Mean interval score (Winkler, 1972; Gneiting & Raftery, 2007): the smaller the better.

    The width, and 2/(1 − level) times the distance of each value outside. ``level`` is a share
    such as 0.95.
    """
    truth, below = _pair(actual, low)
    _, above = _pair(actual, high)
    price = 2.0 / (1.0 - _share(level, "level"))
    out = np.maximum(below - truth, 0.0) + np.maximum(truth - above, 0.0)
    return float(np.mean(above - below + price * out)) if truth.size else math.nan


def pinball(actual: Array, forecast: Array, quantile: float) -> float:
    """Mean quantile loss of forecasts of the ``quantile`` (Koenker & Bassett, 1978)."""
    truth, guess = _pair(actual, forecast)
    share = _share(quantile, "quantile")
    above = truth - guess
    losses = np.maximum(share * above, (share - 1.0) * above)
    return float(losses.mean()) if losses.size else math.nan


@dataclass(frozen=True, slots=True)
class DieboldMariano:
    """A test of whether two forecasts lose equally much on average.

    Attributes:
        statistic: negative where the first loses less; NaN if it cannot be computed.
        p_value: by Student's t with count − 1 degrees of freedom; NaN likewise.
        difference: mean loss of the first less that of the second.
        lags: autocovariances that entered the variance.
        note: why there is no statistic, or which kernel stood in; empty otherwise.
    """

    statistic: float
    p_value: float
    difference: float
    count: int
    lags: int
    note: str = ""


def diebold_mariano(
    first: Array,
    second: Array,
    *,
    overlap: int = 1,
    alternative: Literal["two-sided", "less"] = "two-sided",
) -> DieboldMariano:
    """Compare two sequences of losses, in order of time (Diebold & Mariano, 1995).

    The variance takes ``overlap`` − 1 autocovariances, by the rectangular kernel, and by
    Bartlett's (Newey & West, 1987) where that gives nothing positive; the statistic carries the
    small-sample correction of Harvey, Leybourne & Newbold (1997).

    Args:
        first, second: losses (n,) of the two forecasts on the same occasions. Occasions that are
            NaN in either are left out.
        overlap: over how many occasions one surprise lasts: the horizon in steps between origins.
        alternative: ``less`` asks whether the first loses less.
    """
    from scipy.special import stdtr

    losses = _array(first) - _array(second)
    losses = losses[np.isfinite(losses)]
    count = len(losses)
    lags = max(0, min(overlap, count // 2) - 1)
    mean = float(losses.mean()) if count else math.nan
    if count < FEWEST_FOR_TEST:
        losses_are = "1 loss" if count == 1 else f"{count} losses"
        note = f"No test: {losses_are}, and {FEWEST_FOR_TEST} are needed."
        return DieboldMariano(math.nan, math.nan, mean, count, lags, note)
    variance, note = _long_run_variance(losses - mean, lags)
    if not variance > 1e-24 * max(1.0, mean * mean):
        note = "No test: the difference of the losses does not vary."
        return DieboldMariano(math.nan, math.nan, mean, count, lags, note)
    steps = lags + 1
    small = (count + 1 - 2 * steps + steps * (steps - 1) / count) / count
    statistic = mean / math.sqrt(variance / count) * math.sqrt(max(small, 0.0))
    if alternative == "less":
        p_value = float(stdtr(count - 1, statistic))
    else:
        p_value = 2.0 * float(stdtr(count - 1, -abs(statistic)))
    return DieboldMariano(statistic, p_value, mean, count, lags, note)


def _long_run_variance(centred: Floats, lags: int) -> tuple[float, str]:
    count = len(centred)
    covariances = [float(centred[k:] @ centred[: count - k]) / count for k in range(lags + 1)]
    flat = covariances[0] + 2.0 * sum(covariances[1:])
    if flat > 0:
        return flat, ""
    fading = covariances[0] + 2.0 * sum(
        (1.0 - k / (lags + 1)) * covariances[k] for k in range(1, lags + 1)
    )
    return fading, "Bartlett's kernel stood in for the rectangular one."


def mean_of(values: Sequence[float]) -> float:
    """The mean of those that are numbers; NaN if none is."""
    there = [value for value in values if math.isfinite(value)]
    return sum(there) / len(there) if there else math.nan


def _errors(actual: Array, forecast: Array) -> Floats:
    truth, guess = _pair(actual, forecast)
    return np.abs(truth - guess)


def _pair(actual: Array, forecast: Array) -> tuple[Floats, Floats]:
    truth, guess = _array(actual), _array(forecast)
    if truth.shape != guess.shape:
        raise ValueError(f"{truth.shape} values cannot be held against {guess.shape}.")
    return truth, guess


def _array(values: Array) -> Floats:
    return np.asarray(values, dtype=np.float64)


def _share(value: float, what: str) -> float:
    if not 0.0 < value < 1.0:
        raise ValueError(f"The {what} must be between 0 and 1, such as 0.95; it is {value}.")
    return value
