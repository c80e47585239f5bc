"""Fewer points that draw the same line."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def min_max(times: Floats, values: Floats, columns: int) -> tuple[Floats, Floats]:
    """Keeps the lowest and the highest point of each pixel column, in the order of time.

    :param times: shape ``(n,)``, ascending
    :param values: shape ``(n,)``, finite
    :param columns: the width of the line in pixels, at least 1
    :returns: at most ``2 * columns + 2`` points, the first and the last among them
    """
    n = len(times)
    if n <= 2 * columns:
        return times, values
    size = -(-n // columns)
    whole = n // size
    cut = whole * size
    blocks = values[:cut].reshape(whole, size)
    starts = np.arange(whole) * size
    kept = np.concatenate(
        (
            starts + blocks.argmin(axis=1),
            starts + blocks.argmax(axis=1),
            [0, n - 1],
            [] if cut == n else [cut + values[cut:].argmin(), cut + values[cut:].argmax()],
        )
    ).astype(np.intp)
    kept = np.unique(kept)
    return times[kept], values[kept]


def nice_top(highest: float, least: float = 1.0) -> float:
    """The smallest of 1, 2, 2.5 and 5 times a power of ten that is not below ``highest``, and at
    least ``least``: the top of an axis whose ticks are round."""
    wanted = max(highest, least)
    power = 10.0 ** np.floor(np.log10(wanted))
    for factor in (1.0, 2.0, 2.5, 5.0, 10.0):
        if factor * power >= wanted * (1 - 1e-9):
            return float(factor * power)
    return float(10.0 * power)


def time_ticks(start: float, end: float, most: int, offset: float = 0.0) -> list[float]:
    """Round moments between two times, at most ``most`` of them.

    :param offset: seconds by which the local clock is ahead of UTC, so that the ticks are round on
        the clock that is shown
    """
    span = end - start
    for step in (
        1,
        2,
        5,
        10,
        15,
        30,
        60,
        120,
        300,
        600,
        900,
        1800,
        3600,
        7200,
        21600,
        43200,
        86400,
    ):
        if span / step <= most:
            break
    first = np.ceil((start + offset) / step) * step - offset
    return [float(tick) for tick in np.arange(first, end + 1e-9, step)]
