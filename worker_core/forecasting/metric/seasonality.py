"""Seasons: whether there is one, its pattern, and taking it out."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from worker_core.forecasting.metric.panel import Floats, Panel

Kind = Literal["none", "additive", "multiplicative"]

# Of the normal distribution: a test at 90 %, as in the M competitions.
_CRITICAL: Final = 1.645
_LEAST_INDEX: Final = 0.05


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A series without its season.

    Attributes:
        values: (n,).
        kind: how the season was taken out.
        season: (period,): by the step modulo the period; neutral where there is none.
    """

    values: Floats
    kind: Kind
    season: Floats

    def back(self, forecast: Floats) -> Floats:
        """Forecasts (…, horizon) with the season put in again."""
        steps = np.arange(forecast.shape[-1]) + len(self.values)
        season = self.season[steps % len(self.season)]
        return forecast * season if self.kind == "multiplicative" else forecast + season


def adjusted(values: Floats, period: int) -> Adjusted:
    """Take the season out by classical decomposition if the series has one by ``is_seasonal``.

    Multiplicative where all values are positive, else additive.
    """
    if not is_seasonal(values, period):
        return Adjusted(values, "none", np.zeros(1))
    phase = np.arange(len(values)) % period
    if values.min() > 0:
        season = indices(values, period, "multiplicative")
        if season.min() > _LEAST_INDEX:
            return Adjusted(values / season[phase], "multiplicative", season)
    season = indices(values, period, "additive")
    return Adjusted(values - season[phase], "additive", season)


def is_seasonal(values: Floats, period: int) -> bool:
    """Whether the autocorrelation one season apart is significant at 90 %.

    The test of the M3 and M4 competitions' Naive2 (Makridakis & Hibon, 2000); at least two
    seasons and two more values are needed.
    """
    count = len(values)
    if period < 2 or count < 2 * period + 2:
        return False
    centred = values - values.mean()
    size = float(centred @ centred)
    if size <= 0:
        return False
    correlations = np.array([centred[k:] @ centred[:-k] for k in range(1, period + 1)]) / size
    limit = _CRITICAL * np.sqrt((1.0 + 2.0 * (correlations[:-1] ** 2).sum()) / count)
    return bool(abs(correlations[-1]) > limit)


def indices(values: Floats, period: int, kind: Kind) -> Floats:
    """The season (period,) by the step modulo the period: classical decomposition."""
    panel = Panel.of([values])
    # The panel's steps are those of the series.
    return first_season(panel, period, kind)[:, 0]


def first_season(panel: Panel, period: int, kind: Kind) -> Floats:
    """The season of each series, (period, n), by the panel's step modulo the period.

    Means of what a centred moving average leaves; neutral where a phase is never seen.
    """
    count = panel.values.shape[1]
    neutral = 1.0 if kind == "multiplicative" else 0.0
    season = np.full((period, count), neutral)
    kernel = _kernel(period)
    if period == 1 or panel.steps < len(kernel):
        return season
    trend = np.lib.stride_tricks.sliding_window_view(panel.values, len(kernel), axis=0) @ kernel
    offset = (len(kernel) - 1) // 2
    middle = panel.values[offset : offset + len(trend)]
    steps = np.arange(len(trend)) + offset
    whole = steps[:, None] - offset >= panel.starts
    if kind == "multiplicative":
        whole &= trend > 0
        left = np.divide(middle, trend, out=np.zeros_like(trend), where=whole)
    else:
        left = np.where(whole, middle - trend, 0.0)
    for phase in range(period):
        here = steps % period == phase
        seen = whole[here].sum(axis=0)
        season[phase] = np.where(seen > 0, left[here].sum(axis=0) / np.maximum(seen, 1), neutral)
    if kind == "multiplicative":
        season = np.maximum(season, 0.01)
        return np.asarray(season * (period / season.sum(axis=0)))
    return np.asarray(season - season.mean(axis=0))


def _kernel(period: int) -> Floats:
    if period % 2:
        return np.full(period, 1.0 / period)
    return np.concatenate([[0.5], np.ones(period - 1), [0.5]]) / period
