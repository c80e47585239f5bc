"""Keeping to a source's limits within one process: the plain double of what workers share."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock

from worker_core.market.providers.protocol import Rate


class LocalPace:
    """An exact sliding window for each source and rate. Threads may share it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._granted: dict[tuple[str, Rate], deque[float]] = {}

    def turn(self, source: str, rates: Sequence[Rate], patience_s: float) -> float:
        """See ``Pace.turn``."""
        with self._lock:
            now = self._clock()
            windows = [
                self._granted.setdefault((source, rate), deque(maxlen=rate.count)) for rate in rates
            ]
            slot = now
            for rate, window in zip(rates, windows, strict=True):
                if len(window) == rate.count:
                    slot = max(slot, window[0] + rate.period_s)
            if slot - now <= patience_s:
                for window in windows:
                    window.append(slot)
            return slot - now
