"""Figures by task name."""

import math
from typing import Final

import msgspec

# Runtimes are counted in buckets that grow by a quarter of a doubling, from 0.1 ms to 19 days,
# so a percentile is right to 9 % and a task name costs one short list.
_STEPS_PER_DOUBLING: Final = 4
_SMALLEST: Final = 1e-4
_BUCKETS: Final = 136


class TaskStats(msgspec.Struct, frozen=True):
    """Figures of one task name since the start; runtimes in seconds, of successes alone, None
    before the first. The percentiles are within 9 %."""

    name: str
    received: int
    succeeded: int
    failed: int
    retried: int
    revoked: int
    runtime_mean: float | None
    runtime_p50: float | None
    runtime_p95: float | None
    runtime_max: float | None


class StatsCollector:
    """Counts for one task name."""

    __slots__ = (
        "_buckets",
        "_longest",
        "_measured",
        "_total",
        "failed",
        "name",
        "received",
        "retried",
        "revoked",
        "succeeded",
    )

    def __init__(self, name: str) -> None:
        self.name = name
        self.received = self.succeeded = self.failed = self.retried = self.revoked = 0
        self._measured = 0
        self._total = 0.0
        self._longest = 0.0
        self._buckets = [0] * _BUCKETS

    def ran(self, runtime: float) -> None:
        self._measured += 1
        self._total += runtime
        self._longest = max(self._longest, runtime)
        doublings = math.log2(max(runtime, _SMALLEST) / _SMALLEST)
        self._buckets[min(int(doublings * _STEPS_PER_DOUBLING), _BUCKETS - 1)] += 1

    def freeze(self) -> TaskStats:
        measured = self._measured
        return TaskStats(
            name=self.name,
            received=self.received,
            succeeded=self.succeeded,
            failed=self.failed,
            retried=self.retried,
            revoked=self.revoked,
            runtime_mean=self._total / measured if measured else None,
            runtime_p50=self._percentile(0.5),
            runtime_p95=self._percentile(0.95),
            runtime_max=self._longest if measured else None,
        )

    def _percentile(self, share: float) -> float | None:
        wanted = share * self._measured
        seen = 0
        for bucket, count in enumerate(self._buckets):
            seen += count
            if count and seen >= wanted:
                middle = _SMALLEST * 2 ** ((bucket + 0.5) / _STEPS_PER_DOUBLING)
                return min(middle, self._longest)
        return None
