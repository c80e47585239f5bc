"""Daily volatility, three ways: weights that fall with age, GJR-GARCH, and a regression over days,
weeks and months.

Everywhere, ``variance[t]`` is what was expected for session ``t`` from those before it alone, and
arrays of forecasts are one longer than the returns: the last place is the session to come.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from worker_core.forecasting.price.data import Array

DECAY: Final = 0.97
_START: Final = 60
WINDOWS_OF_RANGES: Final = (1, 5, 22)
# A square says so little of its session that one alone is no regressor.
WINDOWS_OF_SQUARES: Final = (5, 22, 66)
_EXPONENT: Final = 40.0


@dataclass(frozen=True, slots=True)
class Gjr:
    """GJR-GARCH(1, 1) with Student's t (Glosten, Jagannathan & Runkle, 1993), of returns that are
    not in per cent."""

    mean: float
    omega: float
    alpha: float
    gamma: float
    beta: float
    nu: float

    @property
    def persistence(self) -> float:
        return self.alpha + self.gamma / 2 + self.beta

    def variance(self, returns: Array) -> Array:
        """(n + 1,) variances."""
        from scipy.signal import lfilter

        moves = returns - self.mean
        news = self.omega + (self.alpha + self.gamma * (moves < 0)) * moves**2
        start = max(float(np.mean(moves[:_START] ** 2)), 1e-12)
        later, _ = lfilter([1.0], [1.0, -self.beta], news, zi=[self.beta * start])
        return np.concatenate(([start], later))


@dataclass(frozen=True, slots=True)
class Har:
    """The logarithm of the variance on those of its means over ``windows`` sessions (Corsi, 2009)
    and on the falls in them (Corsi & Renò, 2012).

    Attributes:
        coefficients: the constant, one for each window's variance, one for each window's falls.
        ranged: whether it was made for ranges, or for squared returns.
    """

    windows: tuple[int, ...]
    coefficients: tuple[float, ...]
    ranged: bool

    def variance(self, returns: Array, proxy: Array) -> Array:
        """(n + 1,) variances; those of the first sessions are from what there is by then."""
        logs = _regressors(returns, proxy, self.windows) @ np.array(self.coefficients)
        variance: Array = np.exp(np.clip(np.concatenate((logs[:1], logs)), -_EXPONENT, 2.0))
        return variance


def ewma(returns: Array, decay: float = DECAY) -> Array:
    """(n + 1,) exponentially weighted variances (RiskMetrics, 1996)."""
    from scipy.signal import lfilter

    squares = returns**2
    start = max(float(np.mean(squares[:_START])), 1e-12)
    later, _ = lfilter([1 - decay], [1.0, -decay], squares, zi=[decay * start])
    return np.concatenate(([start], later))


def fit_gjr(returns: Array, start: Gjr | None = None) -> Gjr | None:
    """Maximum likelihood; None where there is none to be found.

    Args:
        start: where the search begins, usually the last fit.
    """
    import warnings

    from arch.univariate import GARCH, ConstantMean, StudentsT

    # The optimiser wants numbers about 1.
    scale = 1.0 / max(float(np.std(returns)), 1e-9)
    model = ConstantMean(returns * scale, volatility=GARCH(1, 1, 1), distribution=StudentsT())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fit: Any = model.fit(
                disp="off", show_warning=False, starting_values=_warm(start, scale)
            )
    except (ValueError, RuntimeError, np.linalg.LinAlgError):
        return None
    mean, omega, alpha, gamma, beta, nu = map(float, fit.params)
    found = Gjr(mean / scale, omega / scale**2, alpha, gamma, beta, nu)
    good = np.isfinite([mean, omega, alpha, gamma, beta, nu]).all() and found.persistence < 1
    return found if good and fit.convergence_flag == 0 else None


def _warm(start: Gjr | None, scale: float) -> Array | None:
    """Starting values strictly within the bounds that the library checks."""
    if start is None or not start.persistence < 0.9995:
        return None
    return np.array(
        [
            start.mean * scale,
            max(start.omega * scale**2, 1e-6),
            max(start.alpha, 1e-4),
            max(start.gamma, 2e-4 - 2 * max(start.alpha, 1e-4)),
            start.beta,
            min(max(start.nu, 2.1), 400.0),
        ]
    )


def fit_har(returns: Array, proxy: Array, *, ranged: bool) -> Har | None:
    """Least squares on the logarithm of ranges; None where the past is too short.

    Squares are so noisy, and so often 0, that their expectation is fitted instead, as a gamma
    regression: the quasi-likelihood of multiplicative errors (Engle & Gallo, 2006).
    """
    windows = WINDOWS_OF_RANGES if ranged else WINDOWS_OF_SQUARES
    first = windows[-1]
    if len(returns) < first + 150:
        return None
    regressors = _regressors(returns, proxy, windows)[first - 1 : -1]
    if ranged:
        found = _least_squares(regressors, np.log(proxy[first:]))
    else:
        found = _gamma(regressors, returns[first:] ** 2, len(windows))
    if not np.isfinite(found).all():
        return None
    return Har(windows, tuple(map(float, found)), ranged)


def _gamma(regressors: Array, target: Array, slope: int) -> Array:
    """Coefficients of a gamma regression with a logarithmic link, by Fisher scoring."""
    found: Array = np.zeros(regressors.shape[1])
    # From the middle window's variance alone.
    found[slope] = 0.9
    found[0] = 0.1 * np.log(max(float(target.mean()), 1e-12))
    for _ in range(15):
        mean = np.exp(np.clip(regressors @ found, -_EXPONENT, 2.0))
        step = _least_squares(regressors, target / mean - 1)
        largest = float(np.abs(step).max())
        found += step * min(1.0, 2.0 / max(largest, 1e-12))
        if largest < 1e-6:
            break
    return found


def _least_squares(regressors: Array, target: Array) -> Array:
    """By the normal equations: a fiftieth of the cost of a decomposition, and the little that is
    added to the diagonal keeps regressors apart that hardly differ."""
    gram = regressors.T @ regressors
    gram.flat[:: len(gram) + 1] += 1e-9 * np.trace(gram)
    found: Array = np.asarray(np.linalg.solve(gram, regressors.T @ target), dtype=np.float64)
    return found


def _regressors(returns: Array, proxy: Array, windows: tuple[int, ...]) -> Array:
    """(n, 1 + 2 · windows): what is known at the end of each session."""
    falls = np.minimum(returns, 0)
    usual = np.sqrt(rolling_mean(proxy, windows[-1]))
    levels = [np.log(rolling_mean(proxy, window)) for window in windows]
    leverage = [rolling_mean(falls, window) / usual for window in windows]
    return np.column_stack([np.ones(len(returns)), *levels, *leverage])


def rolling_mean(values: Array, window: int) -> Array:
    """(n,) means over the last ``window`` values, of fewer at the beginning."""
    sums = np.concatenate(([0.0], np.cumsum(values)))
    ends = np.arange(1, len(values) + 1)
    starts = np.maximum(ends - window, 0)
    means: Array = (sums[ends] - sums[starts]) / (ends - starts)
    return means
