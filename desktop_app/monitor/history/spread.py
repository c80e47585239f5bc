"""How durations spread, in little room: counts by buckets that grow by the same factor."""

import math
from collections.abc import Iterable
from typing import Final

import msgspec

# Eight buckets to a doubling: the middle of a bucket is within 4.5 % of all that is in it.
_STEPS_PER_DOUBLING: Final = 8
_SMALLEST: Final = 1e-4
_LAST: Final = 8 * 34  # 20 days

Spread = dict[int, int]
"""Bucket → how many durations fell into it."""

_decoder: Final = msgspec.msgpack.Decoder(Spread)


def bucket(seconds: float) -> int:
    if seconds <= _SMALLEST:
        return 0
    steps = math.log2(seconds / _SMALLEST) * _STEPS_PER_DOUBLING
    return int(steps) if steps < _LAST else _LAST


def add(spread: Spread, more: Spread) -> None:
    for place, count in more.items():
        spread[place] = spread.get(place, 0) + count


def percentiles(spread: Spread, shares: Iterable[float]) -> list[float | None]:
    """The durations, in seconds, that these shares of all do not exceed; ``shares`` rise."""
    total = sum(spread.values())
    if not total:
        return [None for _ in shares]
    found: list[float | None] = []
    places = iter(sorted(spread.items()))
    place, seen = next(places)
    for share in shares:
        while seen < share * total:
            place, count = next(places)
            seen += count
        found.append(_SMALLEST * 2 ** ((place + 0.5) / _STEPS_PER_DOUBLING))
    return found


def encode(spread: Spread) -> bytes:
    return msgspec.msgpack.encode(spread)


def decode(stored: bytes | None) -> Spread:
    return _decoder.decode(stored) if stored else {}
