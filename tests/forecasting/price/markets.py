"""Simulated markets."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from worker_core.forecasting.price.volatility import Gjr

Array = npt.NDArray[np.float64]

TRUTH = Gjr(mean=0.0004, omega=4e-6, alpha=0.03, gamma=0.08, beta=0.90, nu=6.0)
STEPS = 26


@dataclass(frozen=True)
class Market:
    """A simulated stock: bars (n, 4), and the variance of each session that made them."""

    ohlc: Array
    variance: Array

    @property
    def closes(self) -> Array:
        return self.ohlc[:, 3]


def market(sessions: int, seed: int, truth: Gjr = TRUTH, start: float = 100.0) -> Market:
    """A GJR-GARCH with Student's t, each session made of steps, so that it has a range."""
    generator = np.random.default_rng(seed)
    variance = truth.omega / (1 - truth.persistence)
    price, bars, variances = start, [], []
    for _ in range(sessions):
        shock = generator.standard_t(truth.nu) * np.sqrt((truth.nu - 2) / truth.nu)
        move = np.sqrt(variance) * shock
        steps = generator.normal(0, np.sqrt(variance / STEPS), STEPS)
        # The steps end where the session does.
        steps += (truth.mean + move - steps.sum()) / STEPS
        path = price * np.exp(np.concatenate(([0.0], np.cumsum(steps))))
        bars.append([path[0], path.max(), path.min(), path[-1]])
        variances.append(variance)
        price = float(path[-1])
        variance = (
            truth.omega + (truth.alpha + truth.gamma * (move < 0)) * move**2 + truth.beta * variance
        )
    return Market(np.array(bars), np.array(variances))
