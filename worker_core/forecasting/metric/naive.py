"""The methods that every other is held against."""

import numpy as np

from worker_core.forecasting.metric.panel import Floats
from worker_core.forecasting.metric.seasonality import adjusted


def naive(values: Floats, horizon: int) -> Floats:
    """The last value, (horizon,)."""
    return np.full(horizon, values[-1])


def seasonal_naive(values: Floats, period: int, horizon: int) -> Floats:
    """The last season again, (horizon,); the last value where there is not a whole one."""
    if len(values) < period:
        return naive(values, horizon)
    return values[len(values) - period + np.arange(horizon) % period]


def naive2(values: Floats, period: int, horizon: int) -> Floats:
    """The last value of the series without its season, with the season put back (M3, M4)."""
    without = adjusted(values, period)
    return without.back(naive(without.values, horizon))
