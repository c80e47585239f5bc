"""The recursion of exponential smoothing, for many forms and series in one pass over time."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from worker_core.forecasting.metric.panel import Floats, Panel

Family = Literal["none", "additive", "multiplicative"]
"""The kind of season."""

LONGEST_SEASON: Final = 24
"""Longer ones have more states than the data say anything about: they are taken out first."""

_LEAST_SEASON: Final = 0.01


@dataclass(slots=True)
class State:
    """Level and slope (c, n), and the season (period, c, n) by the step modulo the period."""

    level: Floats
    slope: Floats
    season: Floats


@dataclass(frozen=True, slots=True)
class Smoothing:
    """Parameters (c, n): of level, slope and season, and how much of a slope is kept a step."""

    alpha: Floats
    beta: Floats
    gamma: Floats
    phi: Floats


def one_step(panel: Panel, family: Family, smoothing: Smoothing, state: State) -> Floats:
    """Forecasts of each value from those before it, (steps, c, n); ``state`` becomes the last.

    The same recursion serves additive and multiplicative errors: the relative error times the
    forecast is the additive one (Hyndman et al., 2008, table 2.3); only their likelihoods differ.
    Before a series begins the forecast is 1.
    """
    alpha, beta, gamma, phi = smoothing.alpha, smoothing.beta, smoothing.gamma, smoothing.phi
    found = np.ones((panel.steps, *alpha.shape))
    period = len(state.season)
    for step, running in enumerate(panel.running):
        now = slice(None, int(running))
        value = panel.values[step, now]
        slope = phi[:, now] * state.slope[:, now]
        base = state.level[:, now] + slope
        if family == "none":
            forecast = base
            error = value - forecast
        elif family == "additive":
            season = state.season[step % period][:, now]
            forecast = base + season
            error = value - forecast
            season += gamma[:, now] * error
        else:
            season = state.season[step % period][:, now]
            forecast = base * season
            relative = np.where(np.abs(base) > 1e-8, base, 1e-8)
            missed = value - forecast
            error = missed / season
            season += gamma[:, now] * missed / relative
            np.maximum(season, _LEAST_SEASON, out=season)
        state.level[:, now] = base + alpha[:, now] * error
        state.slope[:, now] = slope + beta[:, now] * error
        found[step, :, now] = forecast
    return found


def ahead(family: Family, smoothing: Smoothing, state: State, steps: int, horizon: int) -> Floats:
    """Point forecasts (horizon, c, n) from the state after ``steps`` steps."""
    found = np.empty((horizon, *smoothing.alpha.shape))
    kept, slopes = np.ones_like(smoothing.phi), np.zeros_like(smoothing.phi)
    period = len(state.season)
    for step in range(horizon):
        kept = kept * smoothing.phi
        slopes = slopes + kept
        base = state.level + slopes * state.slope
        season = state.season[(steps + step) % period]
        found[step] = {
            "none": base,
            "additive": base + season,
            "multiplicative": base * season,
        }[family]
    return found


def growth(smoothing: Smoothing, period: int, horizon: int) -> Floats:
    """Standard deviation of the error at each step over that at the first, (horizon, c, n).

    Hyndman et al. (2008), equation 6.1; for the other classes it is the usual approximation.
    """
    kept, slopes = np.ones_like(smoothing.phi), np.zeros_like(smoothing.phi)
    variance = np.ones((horizon, *smoothing.alpha.shape))
    for step in range(1, horizon):
        kept = kept * smoothing.phi
        slopes = slopes + kept
        effect = smoothing.alpha + smoothing.beta * slopes
        if period > 1 and step % period == 0:
            effect = effect + smoothing.gamma
        variance[step] = variance[step - 1] + effect**2
    return np.sqrt(variance)
