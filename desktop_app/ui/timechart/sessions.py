"""Days as places on an axis: each session one step, so that weekends leave no holes."""

from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.datetime64]
Floats = NDArray[np.float64]

DAY: Final = np.dtype("datetime64[D]")
_WEEK: Final = 5 / 7
"""Sessions a calendar day, where no calendar says more."""


class Sessions:
    """The sessions that an axis counts, oldest first. A day between two of them, such as the
    Saturday of a filing, has a place between theirs; one beyond them goes on at five a week."""

    def __init__(self, days: Days) -> None:
        """:param days: (n,) ``datetime64[D]``, strictly rising; none is allowed"""
        self.days = np.asarray(days, dtype=DAY)
        self._numbers = self.days.astype(np.int64).astype(np.float64)
        self._steps = np.arange(len(self.days), dtype=np.float64)

    def __len__(self) -> int:
        return len(self.days)

    def places(self, days: Days) -> Floats:
        """(n,) places of days, 0 for the first session."""
        numbers = np.asarray(days, dtype=DAY).astype(np.int64).astype(np.float64)
        if not len(self.days):
            return numbers * _WEEK
        first, last = self._numbers[0], self._numbers[-1]
        inside = np.interp(numbers, self._numbers, self._steps)
        before = np.minimum(numbers - first, 0.0) * _WEEK
        after = np.maximum(numbers - last, 0.0) * _WEEK
        return np.asarray(inside + before + after)

    def place(self, day: date) -> float:
        return float(self.places(np.array([day], dtype=DAY))[0])

    def day_at(self, place: float) -> date:
        """The session at a place, or the day that stands there."""
        if not len(self.days):
            return _day(round(place / _WEEK))
        last = len(self.days) - 1
        nearest = round(place)
        if 0 <= nearest <= last:
            found: date = self.days[nearest].item()
            return found
        edge, beyond = (0, place) if place < 0 else (last, place - last)
        return _day(int(self._numbers[edge]) + round(beyond / _WEEK))


def _day(number: int) -> date:
    found: date = np.datetime64(number, "D").item()
    return found
