"""The past of a series as the detectors see it: a bounded buffer, and moments of all of it."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from worker_core.anomalies.model import Floats

FIRST: Final = 32
"""Rows before the first judgement."""
BLOCK: Final = 64
"""What is usual is learnt afresh every so many rows, always at the same rows, so that a series
gives the same scores however it is cut into pieces."""


def block_start(row: int) -> int:
    """The row up to which the past of ``row`` has been learnt from."""
    if row < BLOCK:
        return 0 if row < FIRST else FIRST
    return row - row % BLOCK


def block_end(row: int) -> int:
    """The first row that is not in the block of ``row``."""
    if row < BLOCK:
        return FIRST if row < FIRST else BLOCK
    return row - row % BLOCK + BLOCK


class Buffer:
    """The last ``size`` numbers of a series, with the row that each had."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.count = 0
        self._held = np.empty(2 * size)
        self._start = 0
        self._end = 0

    def append(self, values: Floats) -> None:
        values = values[-self.size :] if len(values) > self.size else values
        if self._end + len(values) > len(self._held):
            kept = self._held[max(self._start, self._end - self.size) : self._end].copy()
            self._held[: len(kept)] = kept
            self._start, self._end = 0, len(kept)
        self._held[self._end : self._end + len(values)] = values
        self._end += len(values)
        self._start = max(self._start, self._end - self.size)
        self.count += len(values)

    def last(self, count: int, before: int = 0) -> Floats:
        """Up to ``count`` numbers that end ``before`` numbers ago. Not to be written to."""
        end = self._end - before
        return self._held[max(self._start, end - count) : max(end, self._start)]

    def state(self) -> dict[str, Any]:
        return {"count": self.count, "held": self.last(self.size).tolist()}

    def restore(self, state: Mapping[str, Any]) -> None:
        held = numbers(state["held"])
        self._start = self._end = 0
        self.append(held)
        self.count = int(state["count"])


class Moments:
    """Count, mean and squared deviations of all numbers so far (Chan, Golub & LeVeque 1983)."""

    def __init__(self) -> None:
        self.count = 0
        self.mean = 0.0
        self.squares = 0.0
        self.low = math.inf
        self.high = -math.inf

    def add(self, values: Floats) -> None:
        if not len(values):
            return
        count, mean = len(values), float(values.mean())
        squares = float(((values - mean) ** 2).sum())
        total, apart = self.count + count, mean - self.mean
        self.squares += squares + apart * apart * self.count * count / total
        self.mean += apart * count / total
        self.count = total
        self.low = min(self.low, float(values.min()))
        self.high = max(self.high, float(values.max()))

    @property
    def at_rest(self) -> bool:
        """Whether all numbers so far are one and the same."""
        return self.low == self.high

    @property
    def deviation(self) -> float:
        # Rounding gives a constant such as 0.1 a variance of its own.
        if self.count < 2 or self.at_rest:
            return 0.0
        return math.sqrt(self.squares / (self.count - 1))

    def state(self) -> list[float]:
        if not self.count:
            return []
        return [self.count, self.mean, self.squares, self.low, self.high]

    def restore(self, state: Sequence[float]) -> None:
        if not state:
            return
        count, self.mean, self.squares, self.low, self.high = map(float, state)
        self.count = int(count)


def numbers(given: Any) -> Floats:
    """A list of a stored state as numbers, ``None`` as NaN."""
    return np.array([math.nan if one is None else one for one in given], dtype=np.float64)


def spread(values: Floats) -> tuple[float, float]:
    """Median, and median absolute deviation scaled to a normal's standard deviation."""
    middle = float(np.median(values))
    return middle, 1.4826 * float(np.median(np.abs(values - middle)))


def distance(values: Floats, middle: float | Floats, unit: float | Floats) -> Floats:
    """|values - middle| / unit; 0 where there is no unit, for nothing ever varied."""
    away = np.abs(values - middle)
    scale = np.broadcast_to(unit, away.shape)
    return np.asarray(np.divide(away, scale, out=np.zeros_like(away), where=scale > 0.0))
