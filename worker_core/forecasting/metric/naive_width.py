"""Intervals of the naive method, which need no model."""

import math

import numpy as np

from worker_core.forecasting.metric.panel import Floats


def normal_quantile(share: float) -> float:
    """Of the standard normal distribution."""
    from scipy.special import ndtri

    return float(ndtri(share))


def naive_half_width(values: Floats, period: int, horizon: int, level: float) -> Floats:
    """Half-width (horizon,) at ``level`` (a share): steps of a season are a random walk.

    By Student's t with as many degrees of freedom as there are steps, so that few of them make
    it wide. At least two values, more than ``period`` of them.
    """
    from scipy.special import stdtrit

    steps = values[period:] - values[:-period]
    size = math.sqrt(float((steps**2).mean()))
    seasons = np.ceil(np.arange(1, horizon + 1) / period)
    reach = float(stdtrit(len(steps), 0.5 + level / 2))
    return np.asarray(reach * size * np.sqrt(seasons))


def naive_sigma(step: Floats, period: int, horizon: int) -> Floats:
    """Standard deviation of the seasonal naive method's errors (n, horizon), of series whose steps
    of a season are on average ``step`` (n,) in size and normal."""
    seasons = np.ceil(np.arange(1, horizon + 1) / period)
    return np.asarray(math.sqrt(math.pi / 2.0) * step[:, None] * np.sqrt(seasons))
