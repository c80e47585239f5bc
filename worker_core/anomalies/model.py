"""What the detectors share: settings, strengths, and errors in words."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LEVEL: Final = "level"
GAUSSIAN: Final = "gaussian"
SEASON: Final = "season"
NEIGHBOURS: Final = "neighbours"
DETECTORS: Final = (LEVEL, GAUSSIAN, SEASON, NEIGHBOURS)
QUICK: Final = (LEVEL, GAUSSIAN, SEASON)

TITLES: Final = {
    LEVEL: "level: mean of 5 rows against the median of 500, in median absolute deviations",
    GAUSSIAN: "windowed Gaussian: distance from the mean of 1,500, in standard deviations",
    SEASON: "season: distance from the usual at this time of the day or week, in median absolute "
    "deviations of such distances",
    NEIGHBOURS: "nearest neighbours: how much farther the last rows are from their most similar "
    "past than usual, in upper spreads of such distances",
}


class SeriesError(ValueError):
    """A series cannot be scored; the text says why, and what is needed."""


@dataclass(frozen=True)
class Parameters:
    """How series are scored.

    Attributes:
        thresholds: by detector, the strength, in the detector's own unit, that alone is an alarm.
            A detector without a threshold is not run.
        power: of the mean that combines them; the larger, the nearer to the strongest alone.
        refractory: share of the rows so far for which, after an alarm, only a strength above
            ``louder`` times the loudest alarm's raises another one.
        window: rows of the windows that are compared with each other.
        neighbours: how many of the nearest count.
    """

    thresholds: dict[str, float] = field(default_factory=lambda: dict(DEFAULT_THRESHOLDS))
    power: float = 4.0
    refractory: float = 0.03
    louder: float = 1.5
    window: int = 19
    neighbours: int = 10

    @property
    def detectors(self) -> tuple[str, ...]:
        return tuple(name for name in DETECTORS if name in self.thresholds)


QUICK_THRESHOLDS: Final = {LEVEL: 6.8, GAUSSIAN: 7.1, SEASON: 3.75}
DEFAULT_THRESHOLDS: Final = {**QUICK_THRESHOLDS, NEIGHBOURS: 6.8}


@dataclass(frozen=True)
class Scores:
    """The judgement of rows, each from the rows before it and itself alone.

    Attributes:
        score: ``(n,)`` from 0 to 1; 0.5 and more is an alarm. 0 while there is too little past.
        is_anomaly: the alarms.
        strengths: by detector, in its own unit, ``(n,)``.
    """

    score: Floats
    is_anomaly: Bools
    strengths: dict[str, Floats]
