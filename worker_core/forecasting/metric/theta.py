"""The theta method with a searched theta, for many series in one pass over time.

V. Assimakopoulos & K. Nikolopoulos (2000); as models with the theta searched, with fixed and with
running coefficients of the line: J. A. Fiorucci, T. R. Pellegrini, F. Louzada, F. Petropoulos &
A. B. Koehler (2016). The searched numbers lie on a grid, of which the best is taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from worker_core.forecasting.metric.panel import Floats, Panel
from worker_core.forecasting.metric.seasonality import Adjusted

_ALPHAS: Final = np.concatenate([[0.01], np.arange(0.05, 1.0, 0.05), [0.99]])
_COARSE: Final = np.concatenate([[0.02, 0.05], np.arange(0.1, 1.0, 0.1), [0.95]])
_THETAS: Final = np.array([1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 6.0])


@dataclass(frozen=True, slots=True)
class Thetas:
    """Forecasts (n, horizon) of two kinds of theta.

    Attributes:
        fixed: with the line of the whole series, thetas weighted by their likelihood.
        running: with the line as it was known at each step ("dynamic optimised").
    """

    fixed: Floats
    running: Floats


def theta(series: Sequence[Adjusted], horizon: int) -> Thetas:
    """Forecast series whose season was taken out, each of at least two values."""
    panel = Panel.of([each.values for each in series])
    fixed, running = _fixed(panel, horizon), _running(panel, horizon)
    return Thetas(
        np.stack(
            [each.back(row) for each, row in zip(series, panel.restored(fixed).T, strict=True)]
        ),
        np.stack(
            [each.back(row) for each, row in zip(series, panel.restored(running).T, strict=True)]
        ),
    )


def _fixed(panel: Panel, horizon: int) -> Floats:
    """(horizon, n). The line is by least squares over all values, as is the one that is
    smoothed: theta times the values less (theta − 1) times the line."""
    count = panel.lengths
    nth = np.where(panel.present, np.arange(panel.steps)[:, None] - panel.starts + 1.0, 0.0)
    middle = (count + 1) / 2
    away = np.where(panel.present, nth - middle, 0.0)
    mean = panel.values.sum(axis=0) / count
    slope = (away * panel.values).sum(axis=0) / (away**2).sum(axis=0)
    line = mean + slope * (nth - middle)
    share, alpha = (each.reshape(-1, 1) for each in np.meshgrid(1.0 / _THETAS, _ALPHAS))
    level = np.zeros((len(share), len(count)))
    squares = np.zeros_like(level)
    for step, running in enumerate(panel.running):
        now = slice(None, int(running))
        value, on_line = panel.values[step, now], line[step, now]
        lifted = on_line + (value - on_line) / share
        first = nth[step, now] == 1
        level[:, now] = np.where(first, lifted, level[:, now])
        error = value - share * level[:, now] - (1.0 - share) * on_line
        squares[:, now] += np.where(first, 0.0, error**2)
        level[:, now] += alpha * (lifted - level[:, now])
    grid = (len(_ALPHAS), len(_THETAS), len(count))
    squares, level = squares.reshape(grid), level.reshape(grid)
    best = squares.argmin(axis=0)[None]
    squares = np.take_along_axis(squares, best, axis=0)[0]
    level = np.take_along_axis(level, best, axis=0)[0]
    ahead = mean + slope * (count + np.arange(1, horizon + 1)[:, None] - middle)
    shares = (1.0 / _THETAS)[:, None]
    each = (shares * level)[None] + (1.0 - shares)[None] * ahead[:, None]
    least = np.maximum(squares, 1e-12 * squares.max(axis=0) + 1e-300)
    weight = np.exp(-0.5 * count * np.log(least / least.min(axis=0)))
    return np.asarray((each * (weight / weight.sum(axis=0))).sum(axis=1))


def _running(panel: Panel, horizon: int) -> Floats:
    """(horizon, n)."""
    count = len(panel.lengths)
    lift, alpha = (each.reshape(-1, 1) for each in np.meshgrid(1.0 - 1.0 / _THETAS, _COARSE))
    level, squares = np.zeros((len(alpha), count)), np.zeros((len(alpha), count))
    kept = np.ones((len(alpha), count))
    line = _Line(np.zeros(count), np.zeros(count), np.zeros(count))
    for step, running in enumerate(panel.running):
        now = slice(None, int(running))
        value = panel.values[step, now]
        nth: Floats = (step - panel.starts[now] + 1).astype(np.float64)
        first = nth == 1
        forecast = level[:, now] + lift * line.ahead(now, kept[:, now], alpha)
        squares[:, now] += np.where(nth <= 2, 0.0, (value - forecast) ** 2)
        level[:, now] = np.where(first, value, alpha * value + (1.0 - alpha) * level[:, now])
        kept[:, now] *= 1.0 - alpha
        line.learn(now, value, nth)
    columns, best = np.arange(count), squares.argmin(axis=0)
    chosen_alpha, chosen_lift = alpha[best, 0], lift[best, 0]
    now_level, now_kept = level[best, columns], (1.0 - chosen_alpha) ** panel.lengths
    everything = slice(None)
    found = np.empty((horizon, count))
    for step in range(horizon):
        value = now_level + chosen_lift * line.ahead(everything, now_kept, chosen_alpha)
        found[step] = value
        # Further ahead the forecast stands in for the value, as the authors do.
        now_level = chosen_alpha * value + (1.0 - chosen_alpha) * now_level
        now_kept = now_kept * (1.0 - chosen_alpha)
        line.learn(everything, value, (panel.lengths + step + 1).astype(np.float64))
    return found


@dataclass(slots=True)
class _Line:
    """The line by least squares through all values so far, brought up to date step by step."""

    mean: Floats
    start: Floats
    slope: Floats

    def ahead(self, now: slice, kept: Floats, alpha: Floats) -> Floats:
        """What the line adds to the smoothed level at the next step."""
        return np.asarray(
            kept * self.start[now] + (1.0 - kept * (1.0 - alpha)) / alpha * self.slope[now]
        )

    def learn(self, now: slice, value: Floats, nth: Floats) -> None:
        before = self.mean[now].copy()
        self.mean[now] = ((nth - 1.0) * before + value) / nth
        moved = ((nth - 2.0) * self.slope[now] + 6.0 / nth * (value - before)) / (nth + 1.0)
        self.slope[now] = np.where(nth == 1, 0.0, moved)
        self.start[now] = self.mean[now] - self.slope[now] * (nth + 1.0) / 2.0
