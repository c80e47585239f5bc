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


def growing_naive(values: Floats, period: int, horizon: int) -> Floats:
    """As ``seasonal_naive``, and each season ahead so much higher as the last was above the one
    before it, where that change is larger than what it differs by from step to step, and the change
    before it went the same way. Else a level that climbs is always forecast a season too low."""
    last = seasonal_naive(values, period, horizon)
    if len(values) < 3 * period:
        return last
    changes = [
        values[len(values) - back * period :][:period]
        - values[len(values) - (back + 1) * period :][:period]
        for back in (1, 2)
    ]
    means = [float(each.mean()) for each in changes]
    sure = all(abs(m) > float(each.std()) for m, each in zip(means, changes, strict=True))
    if not sure or means[0] * means[1] <= 0:
        return last
    ahead = np.ceil(np.arange(1, horizon + 1) / period)
    return np.asarray(last + ahead * sum(means) / 2.0)


def naive2(values: Floats, period: int, horizon: int) -> Floats:
    """The last value of the series without its season, with the season put back (M3, M4)."""
    without = adjusted(values, period)
    return without.back(naive(without.values, horizon))
