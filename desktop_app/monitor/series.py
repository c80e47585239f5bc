"""Rates by the second over the last hour, in ring buffers."""

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

SECONDS: Final = 3600
# Nobody moved the clock on for so long: the computer was asleep, and heard nothing.
_SLEPT_SECONDS: Final = 30
_COUNTED: Final = ("received", "succeeded", "failed")


class Series(msgspec.Struct, frozen=True):
    """Arrays of equal length, oldest first, one entry a complete second.

    ``times`` holds the Unix second that an entry covers, the counts events in that second,
    ``depth`` the messages waiting in all queues. NaN stands for a second without a connection, or
    without a poll: a hole in a chart, not a zero.
    """

    times: Values
    received: Values
    succeeded: Values
    failed: Values
    depth: Values


class RollingSeries:
    """Collects into seconds of this computer's clock. ``start`` is the time of the first one."""

    def __init__(self, start: float, seconds: int = SECONDS) -> None:
        self._size = seconds
        self._first = int(start)
        self._now = int(start)
        self._counts = {name: np.full(seconds, np.nan) for name in _COUNTED}
        self._depth = np.full(seconds, np.nan)

    def count(self, name: str, at: float) -> None:
        """One event at ``at``, which may lie in a second already past."""
        second = min(int(at), self._now)
        if second >= max(self._first, self._now - self._size + 1):
            ring, slot = self._counts[name], second % self._size
            ring[slot] = 1.0 if np.isnan(ring[slot]) else ring[slot] + 1.0

    def heard(self, start: float, end: float) -> None:
        """All events between these times will have been counted, also while there was no
        connection, or before the first second: what is a hole there becomes zero."""
        latest = min(int(end), self._now)
        first = max(min(int(start), latest), self._now - self._size + 1)
        self._first = min(self._first, first)
        slots = np.arange(first, latest) % self._size
        for ring in self._counts.values():
            ring[slots] = np.where(np.isnan(ring[slots]), 0.0, ring[slots])

    def depth(self, total: int) -> None:
        """The sum of queue depths, as of now."""
        self._depth[self._now % self._size] = total

    def advance(self, now: float, *, live: bool) -> bool:
        """Move on to ``now``; True when a second was completed. Seconds without a connection
        (``live``) count nothing instead of zero."""
        second = int(now)
        if second < self._now:
            # The clock was set back. What is stored keeps its order; counting goes on in the
            # latest second until the clock has caught up.
            return False
        if live:
            for ring in self._counts.values():
                slot = self._now % self._size
                if np.isnan(ring[slot]):
                    ring[slot] = 0.0
        if second == self._now:
            return False
        slept = second - self._now > _SLEPT_SECONDS
        entered = np.arange(max(self._now + 1, second - self._size + 1), second + 1) % self._size
        for ring in self._counts.values():
            ring[entered] = 0.0 if live and not slept else np.nan
        self._depth[entered] = np.nan
        self._now = second
        return True

    def snapshot(self) -> Series:
        """The complete seconds so far, as copies."""
        first = max(self._first, self._now - self._size + 1)
        seconds = np.arange(first, self._now)
        slots = seconds % self._size
        received, succeeded, failed = (self._counts[name][slots] for name in _COUNTED)
        return Series(
            times=seconds.astype(np.float64),
            received=received,
            succeeded=succeeded,
            failed=failed,
            depth=self._depth[slots],
        )
