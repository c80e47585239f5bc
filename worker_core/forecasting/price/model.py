"""The volatility of a price: its parameters, which are fitted now and then, and its state, which
each new close carries forward without a fit."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal

import numpy as np

from worker_core.forecasting.price.data import SHORT, Array, PriceHistory, positive
from worker_core.forecasting.price.volatility import Gjr, Har, ewma, fit_gjr, fit_har

VERSION: Final = "fhs-1"
"""Of the whole method: forecasts of one version can be compared."""
BURN_IN: Final = 30
"""Sessions after which the recursions have forgotten where they began."""


Method = Literal["fhs", "historical"]


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a fit found, for one symbol.

    Attributes:
        gjr, har: None where the history was too short, or the fit failed.
        sessions: how many returns were fitted.
        method: ``historical`` where historical simulation was found to be better.
    """

    gjr: Gjr | None
    har: Har | None
    sessions: int
    method: Method = "fhs"
    version: str = VERSION

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Parameters":
        """What ``as_json`` gave.

        Raises:
            ValueError: it is of another version, or damaged.
        """
        try:
            if values["version"] != VERSION:
                raise ValueError(f"parameters of the version {values['version']!r}")
            gjr, har = values["gjr"], values["har"]
            return cls(
                None if gjr is None else Gjr(**{name: float(gjr[name]) for name in Gjr.__slots__}),
                None
                if har is None
                else Har(
                    tuple(map(int, har["windows"])),
                    tuple(map(float, har["coefficients"])),
                    bool(har["ranged"]),
                ),
                int(values["sessions"]),
                "historical" if values["method"] == "historical" else "fhs",
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"damaged parameters: {error!r}") from error


@dataclass(frozen=True, slots=True)
class State:
    """The volatility through the past, and the past in units of it.

    Paths are (n + 1,): the place t is what was expected for the session t from those before it,
    the last place the session to come.

    Attributes:
        squares: (n,) squared returns without zeros.
        variance: the mixture's path.
        residuals: (n,) returns over the mixture's volatility, with mean 0 and variance 1.
        ratios: (n,) the same sessions' variance proxies over the mixture's variance.
        ewma, gjr, har: the models' own paths, unscaled; None where there is no such model.
        scales: what each of those three is multiplied by.
        calibration: what their geometric mean is multiplied by.
    """

    history: PriceHistory
    parameters: Parameters
    squares: Array
    variance: Array
    residuals: Array
    ratios: Array
    ewma: Array
    gjr: Array | None
    har: Array | None
    scales: tuple[float, float, float]
    calibration: float

    @property
    def models(self) -> tuple[str, ...]:
        """The names of the models in the mixture."""
        named = (("EWMA", self.ewma), ("GJR-t", self.gjr), ("HAR", self.har))
        return tuple(name for name, there in named if there is not None)


def fit(history: PriceHistory, start: Parameters | None = None) -> Parameters:
    """Fit what the history is long enough for; ``start`` is the last fit, to begin there."""
    returns = history.returns
    gjr = None
    if len(returns) >= SHORT:
        gjr = fit_gjr(returns, start.gjr if start else None)
    har = fit_har(
        returns, history.proxy if history.ranged else positive(returns**2), ranged=history.ranged
    )
    return Parameters(gjr, har, len(returns))


def refilter(history: PriceHistory, parameters: Parameters, *, known: int | None = None) -> State:
    """The state of known parameters over a history that may be longer than what they were fitted
    on. Costs a small part of a fit.

    Args:
        known: how many of the returns set the scales of the models; all by default. An evaluation
            takes those before its first origin, so that nothing is known too early.
    """
    returns, proxy = history.returns, history.proxy
    squares = positive(returns**2)
    gjr, har = parameters.gjr, parameters.har
    if har is not None and har.ranged and not history.ranged:
        # It has learned from ranges, and there are none now.
        har = fit_har(returns, squares, ranged=False)
    if har is not None and len(returns) < har.windows[-1]:
        har = None
    paths = (
        ewma(returns),
        None if gjr is None else gjr.variance(returns),
        None if har is None else har.variance(returns, proxy if har.ranged else squares),
    )
    end = len(returns) if known is None else known
    past = slice(min(BURN_IN, end // 4), end)
    scales = [1.0 if p is None else float(np.mean(returns[past] ** 2 / p[past])) for p in paths]
    logs = [np.log(p * scale) for p, scale in zip(paths, scales, strict=True) if p is not None]
    mixed = np.exp(np.mean(logs, axis=0))
    residuals = returns / np.sqrt(mixed[:-1])
    residuals -= residuals[past].mean()
    calibration = float(np.mean(residuals[past] ** 2))
    variance = mixed * calibration
    return State(
        history,
        replace(parameters, gjr=gjr, har=har),
        squares,
        variance,
        residuals / np.sqrt(calibration),
        proxy / variance[:-1],
        *paths,
        (scales[0], scales[1], scales[2]),
        calibration,
    )
