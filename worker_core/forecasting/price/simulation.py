"""Paths of a price: past residuals, drawn again and scaled by a volatility that follows them.

Filtered historical simulation (Barone-Adesi, Giannopoulos & Vosper, 1999). Each drawn session
brings its return and its range together, and moves all models of the mixture.
"""

import numpy as np
import numpy.typing as npt

from worker_core.forecasting.price.data import Array
from worker_core.forecasting.price.model import BURN_IN, State
from worker_core.forecasting.price.volatility import DECAY

Places = npt.NDArray[np.int64]

# No simulated session is more volatile than this multiple of the worst one expected so far.
_CAP = 4.0


def simulate(
    state: State,
    horizon: int,
    paths: int,
    generator: np.random.Generator,
    origins: Places | None = None,
) -> Array:
    """(origins, horizon, paths) logarithmic returns since each origin's close, without a drift.

    Args:
        origins: how many returns are known at each origin; by default one origin, at the end.
    """
    places = np.array([len(state.history.returns)]) if origins is None else origins
    models = _Models(state, places, paths)
    pool = _Pool(state, places, paths, generator)
    cap = _CAP**2 * np.repeat(np.maximum.accumulate(state.variance)[places], paths)
    total = np.zeros(len(places) * paths)
    returns = np.empty((horizon, len(total)))
    for step in range(horizon):
        variance = np.minimum(models.variance(), cap)
        residuals, ratios = pool.draw()
        moves = np.sqrt(variance) * residuals
        total += moves
        returns[step] = total
        if step + 1 < horizon:
            models.move(moves, variance * ratios)
    return returns.reshape(horizon, len(places), paths).swapaxes(0, 1)


class _Pool:
    """Past sessions to draw from: for each origin those before it, by the size of their residual,
    so that a draw can take one from each of as many equal parts as there are paths."""

    def __init__(
        self, state: State, origins: Places, paths: int, generator: np.random.Generator
    ) -> None:
        self._generator, self._paths, self._origins = generator, paths, origins
        first = min(BURN_IN, len(state.residuals) // 4)
        self._residuals, self._ratios, counts, offsets = [], [], [], [0]
        for origin in origins:
            past = state.residuals[first:origin]
            order = np.argsort(past)
            self._residuals.append(past[order])
            self._ratios.append(state.ratios[first:origin][order])
            counts.append(len(past))
            offsets.append(offsets[-1] + len(past))
        self._all_residuals = np.concatenate(self._residuals)
        self._all_ratios = np.concatenate(self._ratios)
        self._counts = np.array(counts)[:, None]
        self._offsets = np.array(offsets[:-1])[:, None]
        self._parts = np.tile(np.arange(paths), (len(origins), 1))

    def draw(self) -> tuple[Array, Array]:
        """Residuals and ratios, (origins · paths,) each."""
        parts = self._generator.permuted(self._parts, axis=1)
        within = (parts + self._generator.random(parts.shape)) * (self._counts / self._paths)
        drawn = np.minimum(within.astype(np.int64), self._counts - 1) + self._offsets
        places = drawn.ravel()
        return self._all_residuals[places], self._all_ratios[places]


class _Models:
    """The variances of the mixture's models on all paths, (origins · paths,) each."""

    def __init__(self, state: State, origins: Places, paths: int) -> None:
        self._state = state
        self._ewma = np.repeat(state.ewma[origins], paths)
        self._gjr = None if state.gjr is None else np.repeat(state.gjr[origins], paths)
        self._regression = None if state.har is None else _Regression(state, origins, paths)

    def variance(self) -> Array:
        state = self._state
        logs = np.log(self._ewma * state.scales[0])
        parts = 1
        if self._gjr is not None:
            logs += np.log(self._gjr * state.scales[1])
            parts += 1
        if self._regression is not None:
            logs += self._regression.log_variance() + np.log(state.scales[2])
            parts += 1
        mixed: Array = np.exp(logs / parts) * state.calibration
        return mixed

    def move(self, moves: Array, proxies: Array) -> None:
        self._ewma = DECAY * self._ewma + (1 - DECAY) * moves**2
        gjr = self._state.parameters.gjr
        if self._gjr is not None and gjr is not None:
            news = moves - gjr.mean
            weight = gjr.alpha + gjr.gamma * (news < 0)
            self._gjr = gjr.omega + weight * news**2 + gjr.beta * self._gjr
        if self._regression is not None:
            self._regression.move(moves, proxies)


class _Regression:
    """`Har` on all paths: rings of the last sessions, and their running sums."""

    def __init__(self, state: State, origins: Places, paths: int) -> None:
        har = state.parameters.har
        if har is None:
            raise ValueError("the state has no such model")
        self._ranged, self._windows, self._weights = har.ranged, har.windows, har.coefficients
        longest = self._windows[-1]
        past = origins[None, :] - longest + np.arange(longest)[:, None]
        proxy = (state.history.proxy if har.ranged else state.squares)[past]
        falls = np.minimum(state.history.returns, 0)[past]
        self._proxies = np.repeat(proxy, paths, axis=1)
        self._falls = np.repeat(falls, paths, axis=1)
        self._sums = [np.repeat(proxy[-w:].sum(axis=0), paths) for w in self._windows]
        self._fall_sums = [np.repeat(falls[-w:].sum(axis=0), paths) for w in self._windows]
        self._next = 0

    def log_variance(self) -> Array:
        count = len(self._windows)
        usual = np.sqrt(np.maximum(self._sums[-1], 1e-12) / self._windows[-1])
        logs = np.full(len(usual), self._weights[0])
        for place, window in enumerate(self._windows):
            logs += self._weights[1 + place] * np.log(np.maximum(self._sums[place], 1e-12) / window)
            fall = self._weights[1 + count + place] / window
            logs += fall * self._fall_sums[place] / usual
        np.clip(logs, -40.0, 2.0, out=logs)
        return logs

    def move(self, moves: Array, proxies: Array) -> None:
        longest = self._windows[-1]
        proxy = proxies if self._ranged else np.maximum(moves**2, 1e-12)
        falls = np.minimum(moves, 0)
        for place, window in enumerate(self._windows):
            gone = (self._next - window) % longest
            self._sums[place] += proxy - self._proxies[gone]
            self._fall_sums[place] += falls - self._falls[gone]
        self._proxies[self._next], self._falls[self._next] = proxy, falls
        self._next = (self._next + 1) % longest
