"""The distribution of a price over the coming sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from worker_core.forecasting.price.conformal import Conformal
from worker_core.forecasting.price.data import Array, PriceDataError, PriceHistory, prepare
from worker_core.forecasting.price.drift import own_drift
from worker_core.forecasting.price.historical import historical
from worker_core.forecasting.price.model import VERSION, Parameters, State, fit, refilter
from worker_core.forecasting.price.simulation import simulate

LONGEST_HORIZON: Final = 252
SHARES: Final = (
    0.005, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.995,
)  # fmt: skip
"""The quantiles of a forecast, as shares."""
PATHS: Final = 2000
_FEWEST_PERIODS: Final = 60


@dataclass(frozen=True, slots=True)
class PriceForecast:
    """A distribution for each of the coming sessions.

    The mean is a random walk with a drift that is pooled and shrunk: nobody's point forecast of a
    price is better, and this one does not claim to be. What is forecast is the spread.

    Attributes:
        last: the close that it starts from.
        horizon: sessions ahead.
        mean, median: (horizon,) prices.
        shares: (q,) the quantiles' shares.
        quantiles: (horizon, q) prices.
        levels: the intervals asked for, in per cent.
        lower, upper: (levels, horizon) their ends.
        up_probability: (horizon,) share of the paths that end above ``last``.
        base_rate: (horizon,) share of past periods so long that ended higher, and NaN where there
            were too few. A probability that is no farther from it says nothing of the direction.
        annual_volatility: of the next session, a year of which has 252.
        drift: growth a session of the mean.
        models: of the volatility's mixture.
        parameters: to be kept: the next forecast with them takes no fit.
        notes: limits of the forecast, in sentences for the reader.
    """

    last: float
    horizon: int
    mean: Array
    median: Array
    shares: Array
    quantiles: Array
    levels: tuple[float, ...]
    lower: Array
    upper: Array
    up_probability: Array
    base_rate: Array
    annual_volatility: float
    drift: float
    models: tuple[str, ...]
    parameters: Parameters
    seed: int
    notes: tuple[str, ...]
    version: str = VERSION

    def interval(self, level: float) -> tuple[Array, Array]:
        """Lower and upper ends, (horizon,) each.

        Raises:
            ValueError: the level was not asked for.
        """
        place = self.levels.index(level)
        return self.lower[place], self.upper[place]


def forecast_prices(
    closes: npt.ArrayLike,
    horizon: int,
    levels: Sequence[float] = (80, 95),
    *,
    ohlc: npt.ArrayLike | None = None,
    dates: npt.ArrayLike | None = None,
    parameters: Parameters | None = None,
    drift: float | None = None,
    conformal: Conformal | None = None,
    seed: int = 0,
    paths: int = PATHS,
) -> PriceForecast:
    """Forecast a price by filtered historical simulation, on the geometric mean of an EWMA, a
    GJR-GARCH and a HAR volatility, about a random walk with drift.

    The same arguments give the same numbers, to the last bit on one machine.

    Args:
        closes: (n,) closes, adjusted for splits, oldest first; NaN where one is missing.
        horizon: sessions ahead, 1 to 252.
        levels: of the intervals, in per cent.
        ohlc: (n, 4) open, high, low, close, adjusted alike: the volatility is known better then.
        dates: (n,) days of the closes, to be sorted by and freed from repetitions.
        parameters: of an earlier fit; without them they are fitted.
        drift: growth of the mean a session; by default the symbol's own, shrunk.
        conformal: how often earlier forecasts' intervals missed.

    Raises:
        PriceDataError: nothing honest can be said from these prices.
        ValueError: the horizon or a level is out of bounds.
    """
    return forecast_history(
        prepare(closes, ohlc, dates),
        horizon,
        levels,
        parameters=parameters,
        drift=drift,
        conformal=conformal,
        seed=seed,
        paths=paths,
    )


def forecast_history(
    history: PriceHistory,
    horizon: int,
    levels: Sequence[float] = (80, 95),
    *,
    parameters: Parameters | None = None,
    drift: float | None = None,
    conformal: Conformal | None = None,
    seed: int = 0,
    paths: int = PATHS,
) -> PriceForecast:
    """As `forecast_prices`, of what `prepare` gave."""
    if not 1 <= horizon <= LONGEST_HORIZON:
        raise ValueError(f"The horizon is {horizon}, and can be 1 to {LONGEST_HORIZON} sessions.")
    for level in levels:
        if not 0 < level < 100:
            raise ValueError(f"A level is {level}, and can be between 0 and 100 per cent.")
    if drift is not None and not abs(drift) < 0.1:
        raise ValueError(f"The drift is {drift}, and must be below 0.1 a session.")
    fitted = parameters or fit(history)
    state = refilter(history, fitted)
    growth = own_drift(history.returns) if drift is None else drift
    if fitted.method == "historical":
        paths_ = as_it_was(history.returns, horizon, growth, paths)
    else:
        paths_ = sample(state, horizon, growth, paths, np.random.default_rng(seed))
    asked = np.array([*SHARES, *_ends(levels)])
    quantiles = _quantiles(paths_, asked, conformal or Conformal())
    if not np.isfinite(quantiles).all():
        raise PriceDataError(
            "overflow",
            "The simulated prices leave what can be computed.",
            "Check the symbol's data: moves as large as these are hardly true.",
        )
    prices = history.last * np.exp(quantiles)
    count = len(SHARES)
    ends = prices[:, count:].reshape(horizon, len(levels), 2)
    return PriceForecast(
        last=history.last,
        horizon=horizon,
        mean=history.last * np.exp(growth * np.arange(1, horizon + 1)),
        median=prices[:, SHARES.index(0.5)],
        shares=np.array(SHARES),
        quantiles=prices[:, :count],
        levels=tuple(levels),
        lower=ends[:, :, 0].T,
        upper=ends[:, :, 1].T,
        up_probability=np.mean(paths_ > 0, axis=1),
        base_rate=base_rates(history.returns, horizon),
        annual_volatility=float(np.sqrt(252 * state.variance[-1])),
        drift=growth,
        models=("historical simulation",) if fitted.method == "historical" else state.models,
        parameters=fitted,
        seed=seed,
        notes=(*history.notes, *_limits(history, state, horizon)),
    )


def sample(
    state: State,
    horizon: int,
    drift: float,
    paths: int,
    generator: np.random.Generator,
) -> Array:
    """(horizon, paths) logarithmic returns since the newest close, whose mean price grows by
    ``drift`` a session."""
    moved: Array = centred(simulate(state, horizon, paths, generator), drift)[0]
    return moved


def as_it_was(returns: Array, horizon: int, drift: float, paths: int) -> Array:
    """As `sample`, by historical simulation: the quantiles of past periods of each length.

    Raises:
        PriceDataError: there are hardly more sessions than the horizon has.
    """
    shares = (np.arange(paths) + 0.5) / paths
    periods = [historical(returns, step) for step in range(1, horizon + 1)]
    if len(periods[-1]) < _FEWEST_PERIODS:
        raise PriceDataError(
            "short_history",
            f"{len(periods[-1])} past periods of {horizon} sessions are too few to simulate from.",
            "Load a longer history, or ask for fewer sessions.",
        )
    rows = np.array([np.quantile(past, shares) for past in periods])
    moved: Array = centred(rows[None], drift)[0]
    return moved


def centred(returns: Array, drift: float) -> Array:
    """``returns`` (origins, horizon, paths), moved so that the mean price grows by ``drift``."""
    largest = returns.max(axis=2, keepdims=True)
    mean = largest + np.log(np.mean(np.exp(returns - largest), axis=2, keepdims=True))
    wanted = drift * np.arange(1, returns.shape[1] + 1)[None, :, None]
    moved: Array = returns - mean + wanted
    return moved


def base_rates(returns: Array, horizon: int) -> Array:
    """(horizon,) share of the past periods of 1, 2, … sessions that ended higher."""
    levels = np.concatenate(([0.0], np.cumsum(returns)))
    rates = np.full(horizon, np.nan)
    for step in range(1, horizon + 1):
        if len(levels) - step >= _FEWEST_PERIODS:
            rates[step - 1] = float(np.mean(levels[step:] > levels[:-step]))
    return rates


def _ends(levels: Sequence[float]) -> list[float]:
    tails = [(1 - level / 100) / 2 for level in levels]
    return [share for tail in tails for share in (tail, 1 - tail)]


def _quantiles(paths: Array, shares: Array, conformal: Conformal) -> Array:
    """(horizon, q) quantiles of ``paths`` (horizon, n), with the levels that conformal asks for."""
    ordered = np.sort(paths, axis=1)
    last = ordered.shape[1] - 1
    places = np.arange(last + 1)
    # Many steps ask what was learned at the same one.
    asked: dict[int | None, Array] = {None: shares * last}
    rows = []
    for step, row in enumerate(ordered, start=1):
        near = conformal.nearest(step)
        if near is not None and near not in asked:
            asked[near] = conformal.shares_learned(near, shares) * last
        rows.append(np.interp(asked[near], places, row))
    return np.array(rows)


def _limits(history: PriceHistory, state: State, horizon: int) -> list[str]:
    notes = []
    if state.parameters.method == "historical":
        notes.append(
            "Historical simulation was found to be better for this symbol, so that is what this is."
        )
    elif len(state.models) < 3:
        notes.append(f"The volatility comes from {' and '.join(state.models)} alone.")
    if not history.ranged:
        notes.append("Without highs and lows the volatility is known less well.")
    if horizon * 4 > len(history.returns):
        notes.append(
            f"{horizon} sessions ahead is far for a history of {len(history.returns)} returns: "
            "few such periods have been seen."
        )
    return notes
