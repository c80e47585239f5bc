"""Reported metrics: few values, a year apart in meaning. Changes against the year before."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from worker_core.anomalies.history import spread
from worker_core.anomalies.model import Floats, SeriesError

YEARLY_CHANGE: Final = "yearly change"
UNIT: Final = "usual deviations from the usual change against the year before"
FEWEST_CHANGES: Final = 8
"""Earlier changes that a change is held against; with fewer nothing is called unusual."""
THRESHOLD: Final = 5.0
_FLOOR = 0.5
_YEAR_DAYS = (350, 380)


@dataclass(frozen=True, slots=True)
class MetricJudgement:
    """One period of a metric against its past.

    Attributes:
        change: against the year before: a log ratio where all values so far are positive, else a
            difference in the metric's unit.
        strength: how far from the median of the earlier changes, in their deviations.
        score: from 0 to 1; 0.5 and more is an anomaly.
        quantile: the share of the earlier changes that were nearer to the median.
        nearest: days of up to three earlier periods whose change was most like it.
    """

    day: date
    value: float
    change: float
    usual: float
    strength: float
    score: float
    quantile: float
    nearest: tuple[tuple[date, float], ...]
    words: str

    @property
    def is_anomaly(self) -> bool:
        return self.score >= 0.5


def judge_metric(days: Sequence[date], values: Sequence[float]) -> tuple[MetricJudgement, ...]:
    """Judge each period that has enough of a past, by earlier periods alone.

    Args:
        days: last days of the periods, ascending, each once.
        values: finite.

    Raises:
        SeriesError: there are too few periods with the same one a year before; the text says how
            many there are and how many are needed.
    """
    pairs = _pairs(days)
    if len(pairs) <= FEWEST_CHANGES:
        raise SeriesError(
            f"Too short to judge: {len(pairs)} changes against the year before from "
            f"{len(days)} periods, and {FEWEST_CHANGES + 1} changes are needed."
        )
    x = np.asarray(values, dtype=np.float64)
    return tuple(_judged(days, x, pairs, at) for at in range(FEWEST_CHANGES, len(pairs)))


def _pairs(days: Sequence[date]) -> list[tuple[int, int]]:
    """Each period with the one that ended a year before it."""
    places = {day.toordinal(): row for row, day in enumerate(days)}
    found = []
    for row, day in enumerate(days):
        near = sorted(range(*_YEAR_DAYS), key=lambda gap: abs(gap - 365))
        before = next((places[o] for gap in near if (o := day.toordinal() - gap) in places), None)
        if before is not None:
            found.append((before, row))
    return found


def _judged(
    days: Sequence[date], x: Floats, pairs: list[tuple[int, int]], at: int
) -> MetricJudgement:
    until = pairs[at][1]
    ratio = bool((x[: until + 1] > 0.0).all())
    changes = np.array(
        [math.log(x[b] / x[a]) if ratio else x[b] - x[a] for a, b in pairs[: at + 1]]
    )
    past, change = changes[:-1], float(changes[-1])
    usual, unit = spread(past)
    unit = max(unit, _FLOOR * float(past.std(ddof=1)))
    away = np.abs(past - usual)
    strength = abs(change - usual) / unit if unit > 0.0 else (0.0 if change == usual else math.inf)
    # A past without any change says nothing of how large one may be.
    strength = 0.0 if math.isinf(strength) else strength
    quantile = float((away < abs(change - usual)).mean())
    order = np.argsort(np.abs(past - change))[:3]
    nearest = tuple((days[pairs[k][1]], float(past[k])) for k in order)

    def told(value: float) -> str:
        return f"{math.expm1(value) * 100:+.1f} %" if ratio else f"{value:+,.4g}"

    words = (
        f"{x[until]:,.6g} at {days[until]} is a change of {told(change)} against the year before; "
        f"{told(usual)} is usual. That is {strength:.1f} usual deviations away, farther than "
        f"{quantile * 100:.0f} % of the {len(past)} changes before. Most like it were "
        + ", ".join(f"{day} ({told(value)})" for day, value in nearest)
        + "."
    )
    level = strength / THRESHOLD
    return MetricJudgement(
        days[until],
        float(x[until]),
        change,
        usual,
        strength,
        level / (1.0 + level),
        quantile,
        nearest,
        words,
    )
