"""Level, windowed Gaussian and nearest neighbours: how far rows are from the usual.

Each learns at the start of a block from the rows before it, and judges the block's rows one by
one. All floors of units are shares of what the whole series so far varies by, so that a stretch
at rest does not make the next small move an alarm.
"""

from collections.abc import Mapping
from typing import Any, Final, Protocol

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from worker_core.anomalies.history import FIRST, Buffer, Moments, distance, numbers, spread
from worker_core.anomalies.model import Floats

PAST: Final = 4500
"""Rows that are kept to learn from."""

LEVEL_SHORT, LEVEL_LONG, LEVEL_FLOOR = 5, 500, 1.0
GAUSSIAN_LONG, GAUSSIAN_FLOOR = 1500, 0.5
CALIBRATION, CALIBRATION_FLOOR = 2000, 0.4
FEWEST_WINDOWS = 50
FIRST_MOVE: Final = 10.0
"""Deviations that the first move of a series at rest counts as: there is no scale yet."""
MOST_WINDOWS = 1500
# Products small enough that BLAS starts no threads, which would cost more than they save.
_ROWS_AT_ONCE = 8


class Detector(Protocol):
    """A detector's judgement of one block's rows."""

    def strengths(self, past: Buffer, done: int, new: int, whole: Moments) -> Floats:
        """How far the last ``new`` rows of ``past`` are from the usual, ``(new,)``.

        Args:
            past: with the block's rows at its end.
            done: rows of the block that were judged before.
            whole: moments of all rows before the block.
        """


class Level:
    """The mean of 5 rows against median and median absolute deviation of the 500 before."""

    def strengths(self, past: Buffer, done: int, new: int, whole: Moments) -> Floats:
        before = past.last(LEVEL_LONG, done + new)
        if len(before) < FIRST:
            return np.zeros(new)
        middle, unit = spread(before)
        rows = past.last(new + LEVEL_SHORT - 1)
        total = np.cumsum(np.insert(rows - middle, 0, 0.0))
        means = (total[LEVEL_SHORT:] - total[:-LEVEL_SHORT]) / LEVEL_SHORT
        return distance(means, 0.0, max(unit, LEVEL_FLOOR * whole.deviation))


class Gaussian:
    """Each row against mean and standard deviation of the 1,500 before it."""

    def strengths(self, past: Buffer, _done: int, new: int, whole: Moments) -> Floats:
        rows = past.last(GAUSSIAN_LONG + new)
        if len(rows) - new < FIRST:
            return np.zeros(new)
        if whole.at_rest:
            return np.where(rows[-new:] != whole.low, FIRST_MOVE, 0.0)
        centred = rows - whole.mean
        ends = np.arange(len(rows) - new, len(rows))
        starts = (ends - GAUSSIAN_LONG).clip(0)
        sums = np.cumsum(np.insert(centred, 0, 0.0))
        squares = np.cumsum(np.insert(centred**2, 0, 0.0))
        count = ends - starts
        mean = (sums[ends] - sums[starts]) / count
        variance = (squares[ends] - squares[starts] - count * mean**2) / (count - 1)
        unit = np.maximum(np.sqrt(variance.clip(0.0)), GAUSSIAN_FLOOR * whole.deviation)
        return distance(centred[-new:], mean, unit)


class Neighbours:
    """How much farther than usual the last rows are from the most similar windows of the past.

    A conformal detector by nearest neighbours, after Burnaev & Ishimtsev (2016), Conformalized
    density- and distance-based anomaly detection in time-series data: the nonconformity is the mean
    distance to the nearest windows, here judged by its upper spread instead of by its rank, so
    that it has no ceiling.
    """

    def __init__(self, window: int, neighbours: int) -> None:
        self.window = window
        self.neighbours = neighbours
        self.seen = Buffer(CALIBRATION)
        self.all_seen = Moments()
        self._pending: list[Floats] = []

    def strengths(self, past: Buffer, done: int, new: int, whole: Moments) -> Floats:
        if done == 0:
            for each in self._pending:
                self.seen.append(each)
                self.all_seen.add(each)
            self._pending.clear()
        size = self.window
        before = past.last(PAST, done + new + size)
        windows = len(before) - size + 1
        if windows < FEWEST_WINDOWS or whole.deviation <= 0.0:
            return np.zeros(new)
        known = sliding_window_view(before, size)
        if windows > MOST_WINDOWS:
            known = known[np.linspace(0, windows - 1, MOST_WINDOWS).astype(np.intp)]
        rows = sliding_window_view(past.last(new + size - 1), size)
        found = _mean_distance(rows, known, self.neighbours) / (whole.deviation * np.sqrt(size))
        self._pending.append(found)
        usual = self.seen.last(CALIBRATION)
        if len(usual) < FIRST:
            return np.zeros(new)
        middle, high = np.quantile(usual, [0.5, 0.9])
        unit = max(high - middle, CALIBRATION_FLOOR * self.all_seen.mean)
        return distance(np.maximum(found, middle), middle, unit)

    def state(self) -> dict[str, Any]:
        return {
            "seen": self.seen.state(),
            "all_seen": self.all_seen.state(),
            "pending": [each.tolist() for each in self._pending],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        self.seen.restore(state["seen"])
        self.all_seen.restore(state["all_seen"])
        self._pending = [numbers(each) for each in state["pending"]]


def _mean_distance(rows: Floats, known: Floats, count: int) -> Floats:
    centre = known.mean()
    a, b = rows - centre, known - centre
    lengths, count = (b**2).sum(axis=1), min(count, len(b))
    found = np.empty(len(a))
    for start in range(0, len(a), _ROWS_AT_ONCE):
        part = a[start : start + _ROWS_AT_ONCE]
        squares = (part**2).sum(axis=1)[:, None] + lengths - 2.0 * part @ b.T
        nearest = np.partition(squares, count - 1, axis=1)[:, :count]
        found[start : start + _ROWS_AT_ONCE] = np.sqrt(nearest.clip(0.0)).mean(axis=1)
    return found
