"""Conformal intervals: as wide as the errors of held-out values were, over all series together.

The error of each held-out value is divided by a scale of its series; the quantiles of that,
for each step ahead, times the scale of a new forecast are its interval (V. Vovk, A. Gammerman &
G. Shafer, 2005; pooled over a group, it needs no errors of the series itself).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from worker_core.forecasting.metric.naive_width import normal_quantile
from worker_core.forecasting.metric.panel import Floats, Integers

# Held-out values that the assumption of normal errors counts for.
_PRIOR: Final = 10.0
# Real errors have more of the large ones than the models believe.
_CAUTION: Final = 1.15
_FOLDS: Final = 5
_DISBELIEF: Final = 3.0
# A model that fits the past all but exactly believes that it is never wrong. This share of the
# seasonal naive method's error is the least that is taken for its own.
_LEAST: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was held out: errors over scales.

    Attributes:
        scores: (n, horizon): |error| / scale; NaN where no value was.
        series: (n,): of which series each row is; rows of one are not independent.
    """

    scores: Floats
    series: Integers

    @classmethod
    def none(cls, horizon: int) -> "Calibration":
        """Nothing was held out: intervals are as the models believe, with caution."""
        return cls(np.empty((0, horizon)), np.empty(0, dtype=np.intp))

    def reach(self, level: float) -> Floats:
        """By how many scales an interval of ``level`` (a share) goes each way, (horizon,)."""
        return _reach(self.scores, _effective(self.series, self.scores.shape[1]), level)

    def crossed(self, level: float) -> Floats:
        """For each row the reach by the rows of other series, (n, horizon); with a single series,
        by its other beginnings."""
        groups = self.series if len(np.unique(self.series)) > 1 else np.arange(len(self.series))
        fold = np.unique(groups, return_inverse=True)[1] % _FOLDS
        found = np.empty(self.scores.shape)
        for each in np.unique(fold):
            here = fold == each
            found[here] = Calibration(self.scores[~here], self.series[~here]).reach(level)
        return found


def scale(sigma: Floats, step: Floats) -> Floats:
    """The scale of forecasts (n, horizon): the geometric mean of what the model believes and of the
    error of the seasonal naive method (n,) over the past. Measured: either alone is worse.

    It is 0 where nothing ever moved.
    """
    usual = np.where(np.isfinite(step) & (step > 0), step, sigma[:, 0])[:, None]
    return np.asarray(np.sqrt(np.maximum(sigma, _LEAST * usual) * usual))


def widened(reach: Sequence[Floats], scales: Floats) -> list[Floats]:
    """Half-widths (n, horizon) for each reach, in order of level: never smaller further ahead,
    nor at a higher level."""
    found: list[Floats] = []
    for each in reach:
        half = np.maximum.accumulate(each * scales, axis=1)
        found.append(np.maximum(half, found[-1]) if found else half)
    return found


def _reach(scores: Floats, effective: float, level: float) -> Floats:
    horizon = scores.shape[1]
    believed = _CAUTION * normal_quantile(0.5 + level / 2)
    found, sure = np.full(horizon, believed), np.full(horizon, effective >= 100)
    for step in range(horizon):
        # Few origins: the steps around speak too.
        side = 0 if effective >= 100 else max(1, horizon // 6) if effective >= 20 else horizon
        near = scores[:, max(0, step - side) : step + side + 1]
        near = near[np.isfinite(near)]
        if near.size:
            found[step] = _quantile(near, effective, level)
            # Errors that are mostly so large are no chance, however few they are.
            sure[step] |= np.median(near) > _DISBELIEF * normal_quantile(0.75)
    weight = effective / (effective + _PRIOR)
    mixed = np.exp(weight * np.log(np.maximum(found, 1e-9)) + (1 - weight) * math.log(believed))
    return np.asarray(np.where(sure, np.maximum(found, 1e-9 if effective >= 100 else mixed), mixed))


def _quantile(scores: Floats, effective: float, level: float) -> float:
    """With the correction for few; beyond the largest, the largest."""
    return float(np.quantile(scores, min(1.0, level * (1.0 + 1.0 / max(effective, 1.0)))))


def _effective(series: Integers, horizon: int) -> float:
    """How many independent rows there are about: origins of one series share their values."""
    rows, count = len(series), len(np.unique(series))
    return count + (rows - count) / max(2.0, horizon / 2.0)
