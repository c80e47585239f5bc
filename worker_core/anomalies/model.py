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


QUICK_THRESHOLDS: Final[dict[str, float]] = {LEVEL: 6.8, GAUSSIAN: 7.1, SEASON: 3.75}
DEFAULT_THRESHOLDS: Final[dict[str, float]] = {**QUICK_THRESHOLDS, NEIGHBOURS: 6.8}


LARGEST: Final = 1e150
"""Largest value that is judged: squares of larger ones are no numbers."""


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


def quick_parameters() -> Parameters:
    """Those of all detectors but the nearest neighbours, which cost most."""
    return Parameters(dict(QUICK_THRESHOLDS))
