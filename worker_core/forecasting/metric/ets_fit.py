"""Maximum likelihood for a family of exponential smoothing, by damped least squares.

The likelihood of both kinds of error is a sum of squares: of the errors, or of the relative
errors times the geometric mean of the forecasts. So K. Levenberg's and D. Marquardt's method
serves, with derivatives by small steps that are further columns of the same recursion. The
season starts from a decomposition and is not searched; level and slope at the start are.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from worker_core.forecasting.metric.ets_recursion import (
    Family,
    Smoothing,
    State,
    ahead,
    growth,
    one_step,
)
from worker_core.forecasting.metric.panel import Bools, Floats, Panel
from worker_core.forecasting.metric.seasonality import first_season

# By kind of season: (multiplicative error, trend: 0 none, 1 additive, 2 damped).
_BOTH: Final = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2))
FORMS: Final[dict[Family, tuple[tuple[int, int], ...]]] = {
    "none": _BOTH,
    "additive": _BOTH,
    "multiplicative": _BOTH[3:],
}
_LETTERS: Final[dict[Family, str]] = {"none": "N", "additive": "A", "multiplicative": "M"}
_TRENDS: Final = ("N", "A", "Ad")

# The searched numbers: alpha, beta, gamma, phi, first level, first slope.
_SEARCHED: Final = 6
_START: Final = (-0.5, -2.0, -2.0, 1.0, 0.0, 0.0)
_LARGEST: Final = 7.0
_STEP: Final = 1e-4
_ITERATIONS: Final = 15


@dataclass(frozen=True, slots=True)
class Fit:
    """A family fitted to a panel: f forms, n series.

    Attributes:
        names: (f,).
        criterion: (f, n): AICc; infinite where the form is not admissible.
        state: after the last value.
        deviation: (f, n): of the one-step errors; relative ones for a multiplicative error.
    """

    family: Family
    names: tuple[str, ...]
    criterion: Floats
    smoothing: Smoothing
    state: State
    deviation: Floats
    relative: Bools
    steps: int

    def forecast(self, horizon: int) -> Floats:
        """Point forecasts (horizon, f, n)."""
        return ahead(self.family, self.smoothing, self.state, self.steps, horizon)

    def sigma(self, horizon: int) -> Floats:
        """Standard deviation of the errors (horizon, f, n)."""
        wide = self.deviation * growth(self.smoothing, len(self.state.season), horizon)
        return np.where(self.relative[:, None], wide * np.abs(self.forecast(horizon)), wide)


def fit_family(panel: Panel, season: int, family: Family) -> Fit:
    """Fit all forms of a family to all series of ``panel``, whose scale is about 1."""
    problem = _Problem(panel, season, family)
    numbers = problem.search()
    residuals, state, _ = problem.residuals(numbers[:, :, None])
    squares = (residuals[:, :, 0] ** 2).sum(axis=0)
    smoothing = problem.smoothing(numbers)
    last = State(
        state.level.reshape(squares.shape),
        state.slope.reshape(squares.shape),
        state.season.reshape(-1, *squares.shape),
    )
    free = np.maximum(panel.lengths - problem.parameters[:, None] + 1, 1)
    deviation = np.sqrt(problem.own_squares(numbers) / free)
    names = tuple(
        f"ETS({'AM'[error]},{_TRENDS[trend]},{_LETTERS[family]})" for error, trend in FORMS[family]
    )
    return Fit(
        family,
        names,
        problem.criterion(squares),
        smoothing,
        last,
        deviation,
        problem.relative,
        panel.steps,
    )


class _Problem:
    """The sums of squares of a family's forms over a panel, and their least values."""

    def __init__(self, panel: Panel, season: int, family: Family) -> None:
        self.panel, self.family = panel, family
        self.period = season if family != "none" else 1
        forms = np.array(FORMS[family])
        self.relative: Bools = forms[:, 0] == 1
        self.trend = forms[:, 1][:, None, None]
        self.season = first_season(panel, self.period, family)
        self.level, self.slope = self._first_line()
        self.noise = self._noise()
        states = 1 + (forms[:, 1] > 0) + (self.period if family != "none" else 0)
        smooths = 1 + (forms[:, 1] > 0) + (forms[:, 1] == 2) + (family != "none")
        # The season's states add up to nothing, so one of them is not free; the variance counts.
        self.parameters = states + smooths + 1 - (family != "none")
        searched = np.zeros((len(forms), _SEARCHED), dtype=np.bool_)
        searched[:, [0, 4]] = True
        searched[:, 1] = searched[:, 5] = forms[:, 1] > 0
        searched[:, 2] = family != "none"
        searched[:, 3] = forms[:, 1] == 2
        self.searched: Bools = searched

    def _first_line(self) -> tuple[Floats, Floats]:
        """Level before the first value, and slope: a line through the first seasons."""
        panel = self.panel
        phase = np.arange(panel.steps) % self.period
        if self.family == "multiplicative":
            adjusted = panel.values / self.season[phase]
        else:
            adjusted = panel.values - self.season[phase]
        nth = np.arange(panel.steps)[:, None] - panel.starts + 1.0
        used = (nth >= 1) & (nth <= max(10, 2 * self.period))
        count = used.sum(axis=0)
        at = np.where(used, nth, 0.0)
        middle, mean = at.sum(axis=0) / count, np.where(used, adjusted, 0.0).sum(axis=0) / count
        away = np.where(used, nth - middle, 0.0)
        slope = (away * adjusted).sum(axis=0) / np.maximum((away**2).sum(axis=0), 1e-12)
        return mean - slope * middle, slope

    def _noise(self) -> Floats:
        """The size of a usual step, by which the first level is moved."""
        steps = np.diff(self.panel.values, axis=0)
        there = self.panel.present[:-1]
        sizes = np.where(there, np.abs(steps), 0.0).sum(axis=0)
        return np.asarray(sizes / np.maximum(there.sum(axis=0), 1) + 1e-9)

    def smoothing(self, numbers: Floats) -> Smoothing:
        """Parameters of the searched numbers (f, 6, …, n), all within the usual region."""
        share = 1.0 / (1.0 + np.exp(-numbers[:, :4]))
        trend = self.trend.reshape(-1, *[1] * (numbers.ndim - 2))
        alpha = 0.001 + 0.998 * share[:, 0]
        beta = np.where(trend > 0, alpha * share[:, 1], 0.0)
        gamma = (1.0 - alpha) * share[:, 2] if self.family != "none" else np.zeros_like(alpha)
        damped = 0.8 + 0.18 * share[:, 3]
        phi = np.where(trend == 2, damped, np.where(trend == 1, 1.0, 0.0))
        return Smoothing(alpha, beta, gamma, phi)

    def residuals(self, numbers: Floats) -> tuple[Floats, State, Floats]:
        """Residuals (steps, f, c, n) of numbers (f, 6, c, n), the last state, the forecasts."""
        forms, _, columns, count = numbers.shape
        flat = (forms * columns, count)
        smoothing = self.smoothing(numbers)
        level = self.level + self.noise * numbers[:, 4]
        slope = np.where(self.trend > 0, self.slope + 0.3 * self.noise * numbers[:, 5], 0.0)
        season = np.broadcast_to(self.season[:, None], (self.period, *flat)).copy()
        state = State(level.reshape(flat), slope.reshape(flat), season)
        forecasts = one_step(
            self.panel,
            self.family,
            Smoothing(
                smoothing.alpha.reshape(flat),
                smoothing.beta.reshape(flat),
                smoothing.gamma.reshape(flat),
                smoothing.phi.reshape(flat),
            ),
            state,
        ).reshape(self.panel.steps, forms, columns, count)
        present = self.panel.present[:, None, None]
        errors = np.where(present, self.panel.values[:, None, None] - forecasts, 0.0)
        if self.relative.any():
            part = self.relative
            size = np.maximum(np.where(present, forecasts[:, part], 1.0), 1e-3)
            middle = np.exp(np.log(size).sum(axis=0) / self.panel.lengths)
            errors[:, part] *= middle / size
        return errors, state, forecasts

    def own_squares(self, numbers: Floats) -> Floats:
        """Sum of squares (f, n) of the errors themselves, relative ones where they are."""
        _, _, forecasts = self.residuals(numbers[:, :, None])
        present = self.panel.present[:, None]
        forecasts = forecasts[:, :, 0]
        errors = np.where(present, self.panel.values[:, None] - forecasts, 0.0)
        size = np.where(self.relative[None, :, None], np.maximum(forecasts, 1e-3), 1.0)
        return np.asarray(((errors / size) ** 2).sum(axis=0))

    def search(self) -> Floats:
        """Numbers (f, 6, n) with the least sum of squares that was found."""
        shape = (len(self.relative), _SEARCHED, self.panel.values.shape[1])
        numbers = np.broadcast_to(np.array(_START)[None, :, None], shape).copy()
        damping = np.full((shape[0], shape[2]), 1e-2)
        squares, matrix, gradient = self._linearised(numbers)
        for _ in range(_ITERATIONS):
            tried = np.clip(numbers + self._move(matrix, gradient, damping), -_LARGEST, _LARGEST)
            new_squares, new_matrix, new_gradient = self._linearised(tried)
            better = new_squares < squares
            numbers = np.where(better[:, None], tried, numbers)
            squares = np.where(better, new_squares, squares)
            matrix = np.where(better[..., None, None], new_matrix, matrix)
            gradient = np.where(better[..., None], new_gradient, gradient)
            damping = np.clip(np.where(better, damping * 0.3, damping * 5.0), 1e-6, 1e4)
        return numbers

    def _linearised(self, numbers: Floats) -> tuple[Floats, Floats, Floats]:
        """Sum of squares (f, n), its Gauss-Newton matrix (f, n, 6, 6) and gradient (f, n, 6)."""
        columns = np.repeat(numbers[:, :, None], _SEARCHED + 1, axis=2)
        for place in range(_SEARCHED):
            columns[:, place, place + 1] += _STEP
        with np.errstate(over="ignore", invalid="ignore"):
            residuals, _, _ = self.residuals(columns)
            base = residuals[:, :, 0]
            squares = (base**2).sum(axis=0)
            slopes = (residuals[:, :, 1:] - base[:, :, None]) / _STEP
        slopes *= self.searched[None, :, :, None]
        np.nan_to_num(slopes, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
        rows = slopes.transpose(1, 3, 2, 0)
        matrix = rows @ rows.swapaxes(-1, -2)
        clean = np.nan_to_num(base, nan=0.0, posinf=0.0, neginf=0.0)
        gradient = (rows @ clean.transpose(1, 2, 0)[..., None])[..., 0]
        return np.where(np.isfinite(squares), squares, np.inf), matrix, gradient

    def _move(self, matrix: Floats, gradient: Floats, damping: Floats) -> Floats:
        """The damped step (f, 6, n)."""
        size = np.einsum("fnpp->fnp", matrix)
        lift = damping[..., None] * (size + 1e-8 * size.max(axis=-1, keepdims=True)) + 1e-12
        lift = lift + ~self.searched[:, None]
        damped = matrix + np.eye(_SEARCHED) * lift[..., None]
        step = -np.linalg.solve(damped, gradient[..., None])[..., 0]
        return np.clip(step, -2.0, 2.0).transpose(0, 2, 1)

    def criterion(self, squares: Floats) -> Floats:
        """AICc (f, n); infinite for forms that the series does not admit."""
        count, free = self.panel.lengths, self.parameters[:, None]
        spare = count - free - 1
        found = count * np.log(np.maximum(squares, 1e-20) / count) + 2.0 * free
        found = found + np.where(spare > 0, 2.0 * free * (free + 1) / np.maximum(spare, 1), np.inf)
        positive = (np.where(self.panel.present, self.panel.values, np.inf) > 0).all(axis=0)
        if self.family == "multiplicative":
            found[:, ~positive] = np.inf
        else:
            found[self.relative[:, None] & ~positive] = np.inf
        if self.family != "none":
            found[:, count <= 2 * self.period] = np.inf
        return np.where(np.isfinite(found), found, np.inf)
