"""What an alarm says: which detector, how far from the usual, and when it was like this before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from worker_core.anomalies.detectors import FIRST_MOVE
from worker_core.anomalies.model import (
    GAUSSIAN,
    LEVEL,
    NEIGHBOURS,
    SEASON,
    Floats,
    Parameters,
    Scores,
)
from worker_core.anomalies.patterns import NearestWindow, nearest_windows

WEEK_S: Final = 7 * 86_400.0
UNITS: Final = {
    LEVEL: "median absolute deviations from the median of the last 500 rows",
    GAUSSIAN: "standard deviations from the mean of the last 1,500 rows",
    SEASON: "usual deviations from what this time of the day or week was like",
    NEIGHBOURS: "times the usual excess away from the most similar stretches of the past",
}
NEAREST: Final = 3
_WHOLE_PAST = 50_000


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm.

    Attributes:
        row: of the series that was scored.
        detector: the one that was farthest above its threshold.
        strength: how far from the usual, in ``unit``.
        quantile: the share of the rows before it that were nearer to the usual, by this detector.
        nearest: past windows that are most like the one that ends with the row.
        words: all of it in a sentence or two.
    """

    row: int
    value: float
    score: float
    detector: str
    strength: float
    unit: str
    quantile: float
    nearest: tuple[NearestWindow, ...]
    words: str


def alarms(
    values: Floats,
    scores: Scores,
    parameters: Parameters,
    labels: Sequence[str] | None = None,
    *,
    most: int = 1000,
) -> tuple[Alarm, ...]:
    """The alarms of a series, the latest ``most`` of them, oldest first.

    Args:
        values: all rows that were scored, ``(n,)``.
        labels: what each row is called, such as its stamp; by default its number.
    """
    rows = np.flatnonzero(scores.is_anomaly)[-most:]
    return tuple(_alarm(values, scores, parameters, labels, int(row)) for row in rows)


def _alarm(
    values: Floats,
    scores: Scores,
    parameters: Parameters,
    labels: Sequence[str] | None,
    row: int,
) -> Alarm:
    limits = parameters.thresholds
    detector = max(scores.strengths, key=lambda name: scores.strengths[name][row] / limits[name])
    past, strength = scores.strengths[detector][:row], float(scores.strengths[detector][row])
    quantile = float((past < strength).mean()) if row else 0.0
    start = max(0, row - _WHOLE_PAST)
    window = parameters.window
    found = nearest_windows(values[start : row + 1], row - start - window + 1, window, NEAREST)
    nearest = tuple(NearestWindow(each.start + start, each.distance) for each in found)

    def called(at: int) -> str:
        return f"row {at:,}" if labels is None else labels[at]

    if detector == GAUSSIAN and strength == FIRST_MOVE and np.ptp(values[:row]) == 0.0:
        words = f"{values[row]:g} at {called(row)} is the first move after {row:,} rows of"
        words += f" {values[0]:g}. With no past move to compare it counts as {FIRST_MOVE:g}."
    else:
        words = f"{values[row]:g} at {called(row)} is {strength:.1f} {UNITS[detector]}"
        words += f", farther than {quantile * 100:.2f} % of the {row:,} rows before."
        if nearest:
            seen = ", ".join(
                f"{called(each.start)} ({each.distance:.3g} apart)" for each in nearest
            )
            words += f" Most like it were the {window} rows from {seen}."
    return Alarm(
        row,
        float(values[row]),
        float(scores.score[row]),
        detector,
        strength,
        UNITS[detector],
        quantile,
        nearest,
        words,
    )


def alarms_a_week(count: int, stamps: Floats) -> float | None:
    """How many alarms a week that is; ``None`` where the stamps span less than a day.

    Args:
        stamps: of all rows, in seconds.
    """
    span = float(stamps.max() - stamps.min()) if len(stamps) else 0.0
    return count * WEEK_S / span if span >= WEEK_S / 7 else None
