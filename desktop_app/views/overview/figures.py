"""Numbers for cards and charts, computed from the series of the last hour.

Imports numpy, so it is imported when the first series has arrived and not with the page.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from desktop_app.monitor.rows import Gap
from desktop_app.monitor.series import Series, Values
from desktop_app.ui.bands import Span, bands

Line = tuple[Values, Values]

# A second without knowledge between two others is the border of a connection, not an outage.
_SHORTEST_HOLE = 2


@dataclass(frozen=True, slots=True)
class Hour:
    """What the series says about the last hour.

    ``untaken_for`` is how many seconds up to now messages have waited while no worker took one.
    ``rate`` and ``hourly_rate`` are tasks ended a minute, over the last minute and over all that
    is known, which is ``known_s`` seconds; None while nothing is.
    """

    succeeded: int
    failed: int
    untaken_for: float
    rate: float | None
    hourly_rate: float | None
    known_s: int

    @property
    def ended(self) -> int:
        return self.succeeded + self.failed


def hour(series: Series) -> Hour:
    ended = series.succeeded + series.failed
    return Hour(
        succeeded=int(np.nansum(series.succeeded)),
        failed=int(np.nansum(series.failed)),
        untaken_for=_untaken_for(series),
        rate=_mean_per_minute(ended[-60:]),
        hourly_rate=_mean_per_minute(ended),
        known_s=int(np.isfinite(ended).sum()),
    )


def _mean_per_minute(values: Values) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.mean()) * 60 if len(known) else None


def _untaken_for(series: Series) -> float:
    """Counts back from the newest second. Depth is polled less often than once a second, so only
    a second in which the queues were seen empty ends the wait, and so does one without events."""
    if not np.any(series.depth > 0):
        return 0.0
    moved = (series.received > 0) | np.isnan(series.received) | (series.depth == 0)
    ends = np.flatnonzero(moved)
    since = int(ends[-1]) + 1 if len(ends) else 0
    waiting = np.flatnonzero(series.depth[since:] > 0)
    return float(len(series.depth) - since - waiting[0]) if len(waiting) else 0.0


def per_minute(values: Values, over: int) -> Values:
    """The trailing mean of counts a second over ``over`` seconds, as a rate a minute; NaN where
    none of these seconds is known. Shape ``(n,)``, as ``values``."""
    known = np.isfinite(values)
    totals = np.concatenate(([0.0], np.cumsum(np.where(known, values, 0.0))))
    counts = np.concatenate(([0], np.cumsum(known)))
    last = np.arange(1, len(values) + 1)
    first = np.maximum(last - over, 0)
    seconds = counts[last] - counts[first]
    rates = np.full(len(values), np.nan)
    # What is known about a second says nothing about one that is not.
    shown = known & (seconds > 0)
    rates[shown] = (totals[last] - totals[first])[shown] / seconds[shown] * 60
    return rates


def line(times: Values, values: Values) -> Line:
    """The finite points of a line."""
    known = np.isfinite(values)
    return times[known], values[known]


def holes(series: Series) -> list[Span]:
    """Spans (Unix seconds) in which no events could be counted."""
    unknown = np.isnan(series.succeeded)
    if not unknown.any():
        return []
    edges = np.diff(np.concatenate(([0], unknown.astype(np.int8), [0])))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return [
        (float(series.times[start]), float(series.times[end - 1]) + 1.0)
        for start, end in zip(starts, ends, strict=True)
        if end - start >= _SHORTEST_HOLE
    ]


def unheard(series: Series, gaps: Iterable[Gap]) -> list[Span]:
    """Spans without knowledge: those in which nothing could be counted, and those that are on
    record as gaps, which also come while the connection stands."""
    return bands([*holes(series), *((gap.start, gap.end) for gap in gaps)])


def spark(values: Values, seconds: int = 300, points: int = 60) -> list[float]:
    """The last ``seconds`` as at most ``points`` means, oldest first; unknown parts left out."""
    recent = values[-seconds:]
    size = max(seconds // points, 1)
    # Blocks end at the newest second, so that the last one is always whole.
    recent = recent[len(recent) % size :].reshape(-1, size)
    known = np.isfinite(recent)
    counts = known.sum(axis=1)
    means = np.where(known, recent, 0.0).sum(axis=1)[counts > 0] / counts[counts > 0]
    return [float(mean) for mean in means]
