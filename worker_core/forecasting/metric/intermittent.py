"""Series that are mostly nothing: demand that comes now and then."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from worker_core.forecasting.metric.panel import Floats

_INTERVAL: Final = 1.32
"""Mean steps between demands above which a series is intermittent (Syntetos, Boylan & Croston,
2005)."""
_WEIGHT: Final = 0.1
_FEWEST: Final = 3


@dataclass(frozen=True, slots=True)
class Demand:
    """The mean of what comes a step, and what came in each step of the past, ascending."""

    mean: float
    past: Floats


def is_intermittent(values: Floats) -> bool:
    """Whether values that are never negative are 0 so often that demand comes now and then."""
    came = int((values > 0).sum())
    return bool(values.min() >= 0 and came >= _FEWEST and len(values) / came > _INTERVAL)


def demand(values: Floats) -> Demand:
    """Croston's method (1972) with the correction of Syntetos & Boylan (2005)."""
    places = np.flatnonzero(values > 0)
    gaps = np.diff(np.concatenate([[-1], places])).astype(np.float64)
    size, gap = float(values[places[0]]), float(gaps.mean())
    for value, wait in zip(values[places[1:]], gaps[1:], strict=True):
        size += _WEIGHT * (float(value) - size)
        gap += _WEIGHT * (float(wait) - gap)
    # A wait that is longer than usual is news too.
    since = float(len(values) - 1 - places[-1])
    gap = max(gap, gap + _WEIGHT * (since - gap))
    return Demand((1.0 - _WEIGHT / 2.0) * size / gap, np.sort(values))
