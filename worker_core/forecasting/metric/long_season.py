"""Seasons of many steps, or several at once, taken out by moving averages over the seasons."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from worker_core.forecasting.metric.panel import Floats
from worker_core.forecasting.metric.seasonality import Adjusted

_ROUNDS: Final = 2
# Seasons to each side over which a phase's pattern is averaged, the nearer the heavier.
_SIDE: Final = 5


def take_out(values: Floats, periods: Sequence[int]) -> Adjusted:
    """Decompose as R. Cleveland et al. (1990) and K. Bandara, R. Hyndman & C. Bergmeir (2021) do,
    with triangular moving averages where they have local regressions.

    The season may change slowly; what is put back in is its last form. Multiplicative where
    all values are positive and that leaves a smaller remainder, else additive.

    Args:
        values: (n,), at least two of the longest period.
        periods: in steps, each a divisor of the last.
    """
    season, rest = _decomposed(values, periods)
    kind, adjusted, pattern = "additive", values - season, season
    if values.min() > 0:
        logs = np.log(values)
        relative, rest_of_logs = _decomposed(logs, periods)
        # In the units of the values themselves.
        if np.abs(rest_of_logs * values).mean() < np.abs(rest).mean():
            kind, adjusted, pattern = "multiplicative", np.exp(logs - relative), np.exp(relative)
    longest = max(periods)
    last = np.empty(longest)
    places = np.arange(len(values) - longest, len(values))
    last[places % longest] = pattern[places]
    return Adjusted(adjusted, "multiplicative" if kind == "multiplicative" else "additive", last)


def _decomposed(values: Floats, periods: Sequence[int]) -> tuple[Floats, Floats]:
    """The sum of all seasons (n,), and the remainder (n,)."""
    seasons = {period: np.zeros_like(values) for period in sorted(periods)}
    trend = np.zeros_like(values)
    for _ in range(_ROUNDS):
        for period in seasons:
            others = sum((each for key, each in seasons.items() if key != period), 0.0)
            left = values - others
            trend = _moving(left, period)
            seasons[period] = _pattern(left - trend, period)
    season = np.sum(list(seasons.values()), axis=0)
    return season, values - season - trend


def _moving(values: Floats, period: int) -> Floats:
    """Centred moving average; the ends go on along the line of their last season."""
    half = period // 2
    kernel = np.ones(period + 1) if period % 2 == 0 else np.ones(period)
    if period % 2 == 0:
        kernel[[0, -1]] = 0.5
    middle = np.convolve(values, kernel / period, "valid")
    span = min(len(middle), period)
    at = np.arange(span)

    def onward(part: Floats) -> Floats:
        # Half the slope: a whole one carries the noise of the end on.
        slope = 0.5 * np.polyfit(at, part, 1)[0] if span > 2 else 0.0
        return np.asarray(part[-1] + slope * np.arange(1, half + 1))

    return np.concatenate([onward(middle[:span][::-1])[::-1], middle, onward(middle[-span:])])


def _pattern(detrended: Floats, period: int) -> Floats:
    """Each phase averaged over the seasons around, (n,), without a level of its own."""
    count = len(detrended)
    cycles = -(-count // period)
    padded = np.full(cycles * period, np.nan)
    padded[:count] = detrended
    table = padded.reshape(cycles, period)
    distance = np.abs(np.arange(cycles)[:, None] - np.arange(cycles))
    weight = np.maximum(0.0, 1.0 - distance / (_SIDE + 1.0))
    seen = np.isfinite(table)
    smooth = (weight @ np.where(seen, table, 0.0)) / np.maximum(weight @ seen, 1e-12)
    smooth -= smooth.mean(axis=1, keepdims=True)
    found: Floats = smooth.reshape(-1)[:count]
    return found
