"""How fast a worker works, from the totals in its heartbeats."""

from collections import deque
from typing import Final

_WINDOW_SECONDS: Final = 60.0
_LEAST_SECONDS: Final = 4.0


class Pace:
    """Totals over the last minute. One that falls is of a worker that was started anew."""

    def __init__(self) -> None:
        self._totals: deque[tuple[float, int]] = deque()

    def a_minute(self, at: float, processed: int | None) -> float | None:
        """Note the total ``processed`` as of ``at``; returns tasks a minute, None as long as too
        little was heard."""
        totals = self._totals
        if processed is None:
            return None
        if totals and (processed < totals[-1][1] or at < totals[-1][0]):
            totals.clear()
        totals.append((at, processed))
        # The last one before the window is where it begins.
        while len(totals) > 2 and totals[1][0] <= at - _WINDOW_SECONDS:
            totals.popleft()
        began, before = totals[0]
        span = at - began
        return round((processed - before) / span * 60, 1) if span >= _LEAST_SECONDS else None
