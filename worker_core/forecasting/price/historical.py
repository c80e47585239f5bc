"""Historical simulation: the past periods of the same length, as they were. The naive method that
every other one must beat."""

from typing import Final

import numpy as np

from worker_core.forecasting.price.data import Array

WINDOW: Final = 1000
"""Sessions looked back. Its intervals hold about what they promise; shorter windows' are too
narrow at a month, longer ones' too wide."""


def historical(returns: Array, horizon: int, *, end: int | None = None) -> Array:
    """(m,) logarithmic returns over ``horizon`` sessions, of all such periods in the window that
    ends after ``end`` returns, by default at the newest one."""
    stop = len(returns) if end is None else end
    levels = np.concatenate(([0.0], np.cumsum(returns[max(0, stop - WINDOW) : stop])))
    periods: Array = levels[horizon:] - levels[:-horizon]
    return periods
