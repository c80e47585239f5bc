"""Series made by known rules."""

import numpy as np

from worker_core.forecasting.metric.checks import Series
from worker_core.forecasting.metric.panel import Floats


def seasonal(
    count: int = 60,
    season: int = 4,
    *,
    seed: int = 0,
    noise: float = 2.0,
    slope: float = 0.5,
    level: float = 100.0,
) -> Floats:
    """A line, a fixed season of ±10 % and normal noise."""
    chance = np.random.default_rng(seed)
    pattern = 10.0 * np.sin(2 * np.pi * np.arange(count) / season)
    return level + slope * np.arange(count) + pattern + chance.normal(0.0, noise, count)


def walk(count: int, *, seed: int = 0, step: float = 1.0, start: float = 100.0) -> Floats:
    """A random walk."""
    return start + np.cumsum(np.random.default_rng(seed).normal(0.0, step, count))


def group(count: int, length: int = 40, season: int = 4, *, noise: float = 2.0) -> list[Series]:
    """Series that differ by their noise, slope and level."""
    chance = np.random.default_rng(7)
    return [
        Series(
            f"s{place}",
            seasonal(
                length + place % 7,
                season,
                seed=place,
                noise=noise,
                slope=float(chance.normal(0.3, 0.3)),
                level=float(chance.uniform(60.0, 200.0)),
            ),
        )
        for place in range(count)
    ]
