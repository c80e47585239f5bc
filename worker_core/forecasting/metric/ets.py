"""Exponential smoothing in its state-space form, all forms of many series at once.

R. J. Hyndman, A. Koehler, R. Snyder & S. Grose (2002) and Hyndman & Khandakar (2008): additive
or multiplicative error; no, additive or damped trend; no, additive or multiplicative season;
chosen, or weighted, by the corrected information criterion. Forms whose variance is unbounded
(additive error with multiplicative season) and multiplicative trends are left out, as there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from worker_core.forecasting.metric.ets_fit import Fit, fit_family
from worker_core.forecasting.metric.ets_recursion import LONGEST_SEASON, Family
from worker_core.forecasting.metric.panel import Floats, Integers, Panel

# Numbers in one array of residuals, so that it stays in the processor's cache for longer.
_CHUNK: Final = 1_500_000


@dataclass(frozen=True, slots=True)
class Smoothed:
    """What exponential smoothing says of n series.

    Attributes:
        mean: (n, horizon): point forecasts, the forms weighted by exp(−AICc/2).
        sigma: (n, horizon): standard deviation of the error by the form that was chosen.
        form: (n,): its name, such as ``ETS(A,Ad,M)``.
        weight: (n,): its share in the mean.
    """

    mean: Floats
    sigma: Floats
    form: tuple[str, ...]
    weight: Floats


def smooth(series: Sequence[Floats], season: int, horizon: int) -> Smoothed:
    """Fit every admissible form to every series and weight their forecasts.

    Args:
        series: each at least 2 values, none missing. Forms with a season are tried where more
            than two seasons are there and a season is at most ``LONGEST_SEASON`` steps.
        season: steps a season; 1 for none.
    """
    width = max(len(each) for each in series) * 42
    at_once = max(1, _CHUNK // width)
    # Series of like length together: the recursion is as long as the longest.
    order = np.argsort([-len(each) for each in series], kind="stable")
    means, sigmas = np.empty((len(series), horizon)), np.empty((len(series), horizon))
    forms, weights = [""] * len(series), np.empty(len(series))
    for start in range(0, len(series), at_once):
        places = order[start : start + at_once]
        part = _smooth([series[place] for place in places], season, horizon)
        means[places], sigmas[places], weights[places] = part.mean, part.sigma, part.weight
        for place, form in zip(places, part.form, strict=True):
            forms[place] = form
    return Smoothed(means, sigmas, tuple(forms), weights)


def _smooth(series: Sequence[Floats], season: int, horizon: int) -> Smoothed:
    panel = Panel.of(series)
    scale = np.abs(panel.values).sum(axis=0) / panel.lengths
    scale[scale == 0] = 1.0
    panel = panel.scaled(scale)
    fits = [fit_family(panel, season, family) for family in _families(panel, season)]
    criteria = np.concatenate([fit.criterion for fit in fits])
    means = np.concatenate([fit.forecast(horizon) for fit in fits], axis=1) * scale
    sigmas = np.concatenate([fit.sigma(horizon) for fit in fits], axis=1) * scale
    names = [name for fit in fits for name in fit.names]
    return _weighted(panel, criteria, means, sigmas, names)


def _families(panel: Panel, season: int) -> list[Family]:
    seasonal = 1 < season <= LONGEST_SEASON and int(panel.lengths[0]) > 2 * season
    if not seasonal:
        return ["none"]
    return ["none", "additive", "multiplicative"]


def _weighted(
    panel: Panel, criteria: Floats, means: Floats, sigmas: Floats, names: list[str]
) -> Smoothed:
    """``criteria`` (forms, n); ``means``, ``sigmas`` (horizon, forms, n)."""
    # A form may run away within the horizon; one that does has no place in a mean.
    wild = ~np.isfinite(means).all(axis=0) | (np.abs(means).max(axis=0) > 1e6 * _reach(means))
    criteria = np.where(wild, np.inf, criteria)
    criteria[0] = np.where(np.isinf(criteria).all(axis=0), 0.0, criteria[0])
    best = criteria.min(axis=0)
    weights = np.exp(-0.5 * (criteria - best))
    weights /= weights.sum(axis=0)
    mean = np.where(weights > 0, means * weights, 0.0).sum(axis=1)
    chosen: Integers = criteria.argmin(axis=0)
    columns = np.arange(len(chosen))
    sigma = sigmas[:, chosen, columns]
    form = np.array([names[place] for place in chosen], dtype=object)
    return Smoothed(
        panel.restored(mean).T,
        panel.restored(sigma).T,
        tuple(str(name) for name in _restored(panel, form)),
        panel.restored(weights[chosen, columns]),
    )


def _restored(panel: Panel, names: "np.ndarray[tuple[int], np.dtype[np.object_]]") -> list[object]:
    back: list[object] = [""] * len(names)
    for column, place in enumerate(panel.order):
        back[place] = names[column]
    return back


def _reach(means: Floats) -> Floats:
    """How far the tamest form goes (n,)."""
    return np.asarray(np.abs(means).max(axis=0).min(axis=0) + 1e-9)


__all__ = ["Fit", "Smoothed", "smooth"]
