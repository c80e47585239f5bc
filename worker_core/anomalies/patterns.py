"""Stretches of a series unlike others: nearest neighbours and principal components of windows.

`sub_knn` and `sub_pca` look at the whole series, as one does who searches the past. `new_patterns`
judges each window by those before it alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from worker_core.anomalies.model import Floats, SeriesError

NEIGHBOURS: Final = 50
SUB_KNN: Final = "sub-knn"
SUB_PCA: Final = "sub-pca"
FLOOR: Final = 0.2
FEWEST_PER_WINDOW: Final = 4
"""A series needs so many times the rows of a window."""
PATTERN_THRESHOLD: Final = 6.0
FEWEST_WINDOWS: Final = 250
_LEARN = 64
_BLOCK = 256


@dataclass(frozen=True, slots=True)
class NearestWindow:
    """A past window, by its first row, and its distance: root mean square, in the series' units."""

    start: int
    distance: float


def windows_of(values: Floats, window: int) -> Floats:
    """All windows of a series, ``(n - window + 1, window)``.

    Raises:
        SeriesError: values are missing, the series is too short for the window, or constant.
    """
    x = np.asarray(values, dtype=np.float64)
    if not np.isfinite(x).all():
        raise SeriesError("Values are missing or infinite. Leave such rows out.")
    if window < 2 or len(x) < FEWEST_PER_WINDOW * window:
        raise SeriesError(
            f"Patterns of {window} rows need {FEWEST_PER_WINDOW * max(window, 2):,} rows, and "
            f"there are {len(x):,}. Give a longer series, or a shorter window."
        )
    if np.ptp(x) == 0.0:
        raise SeriesError("The series never moves, so no stretch of it is unlike the others.")
    return np.asarray(sliding_window_view(x, window))


def sub_knn(values: Floats, window: int, neighbours: int = NEIGHBOURS) -> Floats:
    """Distance of each row's window to the ``neighbours``-th nearest one (Ramaswamy, Rastogi & Shim
    2000, on windows with columns of mean 0 and deviation 1), ``(n,)``.

    The score of a window stands at its middle row. Overlapping windows are among the neighbours:
    with 50 of them, a stretch that happens once is still far from most.

    Raises:
        SeriesError: as `windows_of`.
    """
    scaled = _scaled(windows_of(values, window))
    count = min(neighbours, len(scaled) - 1)
    norms = (scaled**2).sum(axis=1)
    found = np.empty(len(scaled))
    for start in range(0, len(scaled), _BLOCK):
        rows = slice(start, start + _BLOCK)
        squares = norms[rows, None] + norms[None, :] - 2.0 * scaled[rows] @ scaled.T
        # The nearest of all is the window itself.
        found[rows] = np.partition(squares, count, axis=1)[:, count]
    return centred(np.sqrt(found.clip(0.0)), window)


def sub_pca(values: Floats, window: int) -> Floats:
    """Distance of each row's window from the usual ones in the directions of their principal
    components, each in its own deviations (Shyu et al. 2003, on windows), ``(n,)``.

    Directions with less than a fifth of the largest variance count as if they had that: what noise
    they hold would drown the others.

    Raises:
        SeriesError: as `windows_of`.
    """
    scaled = _scaled(windows_of(values, window))
    levels, directions = np.linalg.eigh(scaled.T @ scaled / len(scaled))
    unit = np.sqrt(np.maximum(levels, FLOOR * levels[-1]))
    return centred(np.sqrt(((scaled @ directions / unit) ** 2).sum(axis=1)), window)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A window unlike those before it.

    Attributes:
        start: its first row; it has ``window`` rows.
        strength: how much farther it is than usual, in upper spreads (90 % quantile less median)
            of the windows before.
        quantile: the share of the windows before that were nearer to theirs.
    """

    start: int
    detector: str
    strength: float
    quantile: float
    nearest: tuple[NearestWindow, ...]


def new_patterns(
    values: Floats, window: int, threshold: float = PATTERN_THRESHOLD
) -> tuple[Pattern, ...]:
    """Windows that are farther from all before them than windows used to be, oldest first; of those
    that overlap, the farthest. What is usual is learnt afresh every 64 rows.

    Raises:
        SeriesError: as `windows_of`, or there are fewer than 314 windows.
    """
    windows = windows_of(values, window)
    if len(windows) < FEWEST_WINDOWS + _LEARN:
        raise SeriesError(
            f"Patterns of {window} rows need {FEWEST_WINDOWS + _LEARN + window - 1:,} rows to be "
            f"judged by their past, and there are {len(values):,}. Give a longer series."
        )
    found: list[Pattern] = []
    for detector, distances in (
        (SUB_KNN, _past_only(windows, window, _knn_distances)),
        (SUB_PCA, _past_only(windows, window, _pca_distances)),
    ):
        strengths, quantiles = _against_past(distances)
        while (at := int(np.argmax(strengths))) >= 0 and strengths[at] >= threshold:
            near = nearest_windows(values, at, window)
            found.append(Pattern(at, detector, float(strengths[at]), float(quantiles[at]), near))
            strengths[max(0, at - window + 1) : at + window] = 0.0
    return tuple(sorted(found, key=lambda one: (one.start, one.detector)))


def _past_only(
    windows: Floats, window: int, distances: Callable[[Floats, Floats], Floats]
) -> Floats:
    """The distance of each window from those that ended before its block; NaN at the start."""
    found = np.full(len(windows), np.nan)
    for start in range(FEWEST_WINDOWS + window, len(windows), _LEARN):
        known, rows = windows[: start - window], windows[start : start + _LEARN]
        middle, deviation = known.mean(axis=0), known.std(axis=0)
        unit = np.where(deviation > 0.0, deviation, 1.0)
        found[start : start + _LEARN] = distances((rows - middle) / unit, (known - middle) / unit)
    return found


def _knn_distances(rows: Floats, known: Floats) -> Floats:
    squares = (rows**2).sum(axis=1)[:, None] + (known**2).sum(axis=1) - 2.0 * rows @ known.T
    count = min(NEIGHBOURS, len(known)) - 1
    return np.asarray(np.sqrt(np.partition(squares, count, axis=1)[:, count].clip(0.0)))


def _pca_distances(rows: Floats, known: Floats) -> Floats:
    levels, directions = np.linalg.eigh(known.T @ known / len(known))
    unit = np.sqrt(np.maximum(levels, FLOOR * levels[-1]))
    return np.asarray(np.sqrt(((rows @ directions / unit) ** 2).sum(axis=1)))


def _against_past(distances: Floats) -> tuple[Floats, Floats]:
    strengths, quantiles = np.zeros(len(distances)), np.zeros(len(distances))
    for start in range(0, len(distances), _LEARN):
        past = distances[:start][np.isfinite(distances[:start])]
        if len(past) < _LEARN:
            continue
        rows = distances[start : start + _LEARN]
        middle, high = np.quantile(past, [0.5, 0.9])
        unit = max(high - middle, 0.1 * middle)
        if unit > 0.0:
            strengths[start : start + _LEARN] = ((rows - middle) / unit).clip(0.0)
        quantiles[start : start + _LEARN] = np.searchsorted(np.sort(past), rows) / len(past)
    return strengths, quantiles


def _scaled(windows: Floats) -> Floats:
    deviation = windows.std(axis=0)
    return np.asarray((windows - windows.mean(axis=0)) / np.where(deviation > 0.0, deviation, 1.0))


def centred(scores: Floats, window: int) -> Floats:
    """Scores of windows as scores of rows: each at the middle of its window, the ends held."""
    return np.pad(scores, (window // 2, window - 1 - window // 2), mode="edge")


def nearest_windows(
    values: Floats, start: int, window: int, count: int = 3
) -> tuple[NearestWindow, ...]:
    """The windows that ended before row ``start`` and are most like the one that begins there, none
    overlapping another; fewer where there is not enough past."""
    x = np.asarray(values, dtype=np.float64)
    if start < window or start + window > len(x):
        return ()
    past = sliding_window_view(x[:start], window)
    apart = np.sqrt(((past - x[start : start + window]) ** 2).mean(axis=1))
    found = []
    for _ in range(count):
        at = int(np.argmin(apart))
        if not np.isfinite(apart[at]):
            break
        found.append(NearestWindow(at, float(apart[at])))
        apart[max(0, at - window + 1) : at + window] = np.inf
    return tuple(found)
