"""Percentiles of durations, and what they are put together from over several stretches of time."""

from collections.abc import Iterable, Mapping, Sequence
from math import ceil, log
from typing import Final

PERCENTILES: Final[Mapping[str, float]] = {"p50": 0.50, "p95": 0.95, "p99": 0.99}

ACCURACY: Final = 0.01
"""By how much of itself a percentile that is put together may be off."""
SHORTEST_S: Final = 1e-4
"""All that is shorter is one: clocks of two computers do not tell it apart."""
LONGEST_S: Final = 1e8

_GAMMA = (1 + ACCURACY) / (1 - ACCURACY)
_LOG_GAMMA = log(_GAMMA)


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """Of ``values`` (seconds), by the nearest rank: each is one of them. Empty without any."""
    ordered = sorted(values)
    if not ordered:
        return {}
    return {name: ordered[_rank(share, len(ordered))] for name, share in PERCENTILES.items()}


def _rank(share: float, count: int) -> int:
    return max(0, ceil(share * count) - 1)


def sketch(values: Iterable[float]) -> dict[str, int]:
    """Counts by bucket, whose bounds grow by a constant ratio, so that a percentile of any sum of
    sketches is within ``ACCURACY`` of the true one (DDSketch: Masson, Rim and Lee, 2019). Keys are
    text, as JSON wants them."""
    counts: dict[str, int] = {}
    for value in values:
        bounded = min(max(value, SHORTEST_S), LONGEST_S)
        key = str(ceil(log(bounded) / _LOG_GAMMA))
        counts[key] = counts.get(key, 0) + 1
    return counts


def together(sketches: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """One sketch for several."""
    counts: dict[str, int] = {}
    for one in sketches:
        for key, count in one.items():
            counts[key] = counts.get(key, 0) + count
    return counts


def of_sketch(counts: Mapping[str, int]) -> dict[str, float]:
    """The percentiles of what a sketch counted. Empty without any."""
    buckets = sorted((int(key), count) for key, count in counts.items() if count > 0)
    total = sum(count for _, count in buckets)
    found: dict[str, float] = {}
    for name, share in PERCENTILES.items():
        left = _rank(share, total)
        for bucket, count in buckets:
            if left < count:
                found[name] = 2 * _GAMMA**bucket / (_GAMMA + 1)
                break
            left -= count
    return found
