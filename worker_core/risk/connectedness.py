"""How much of what moves each name comes from the others (Diebold & Yilmaz)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from worker_core.risk.panel import Floats, RiskError

Decomposition = Literal["generalised", "cholesky"]

ROWS_PER_COEFFICIENT = 3
WORST_CONDITION = 1e12
COPIES = "Names that are copies of each other have no connectedness of their own."


@dataclass(frozen=True)
class Connectedness:
    """A table of connectedness, in percent.

    Attributes:
        table: row i: from which names the forecast error variance of name i comes,
            ``(n_names, n_names)``; each row sums to 100.
        total: what comes from others, mean over the names (the total connectedness index).
    """

    table: Floats
    total: float

    @property
    def received(self) -> Floats:
        """What each name has from the others, ``(n_names,)``."""
        return np.asarray(self.table.sum(axis=1) - np.diagonal(self.table))

    @property
    def given(self) -> Floats:
        """What each name gives to the others, ``(n_names,)``."""
        return np.asarray(self.table.sum(axis=0) - np.diagonal(self.table))


def connectedness(
    x: Floats, lags: int = 1, horizon: int = 10, decomposition: Decomposition = "generalised"
) -> Connectedness:
    """The connectedness of series by a vector autoregression with a constant, least squares.

    ``generalised`` is Diebold and Yilmaz (2012), with the decomposition of Pesaran and Shin (1998),
    rows scaled to 100 %; ``cholesky`` is Diebold and Yilmaz (2009), where the order of the
    columns counts.

    Args:
        x: ``(n_days, n_names)`` without gaps.
        lags: of the autoregression.
        horizon: of the forecast error, in days.

    Raises:
        RiskError: too few days for so many coefficients, or names that are copies of each other.
    """
    days, names = x.shape
    coefficients = names * lags + 1
    if days - lags < ROWS_PER_COEFFICIENT * coefficients:
        raise RiskError(
            f"Connectedness of {names} names with {lags} lags needs "
            f"{ROWS_PER_COEFFICIENT * coefficients + lags} days, and there are {days}."
        )
    # Returns of 1 % beside levels of 1,000: the scale of a column changes nothing but rounding.
    scale = x.std(axis=0)
    if not np.isfinite(x).all() or not (scale > 0.0).all():
        raise RiskError("Connectedness needs columns without gaps, each with some variance.")
    x = (x - x.mean(axis=0)) / scale
    past = np.hstack(
        [np.ones((days - lags, 1))] + [x[lags - k : days - k] for k in range(1, lags + 1)]
    )
    # By the normal equations and without BLAS: for matrices of this size its threads cost several
    # times what they do.
    product = np.einsum("ti,tj->ij", past, past)
    if np.linalg.cond(product) > WORST_CONDITION:
        raise RiskError(COPIES)
    beta = np.linalg.solve(product, np.einsum("ti,tj->ij", past, x[lags:]))
    errors = x[lags:] - np.einsum("ti,ij->tj", past, beta)
    sigma = np.einsum("ti,tj->ij", errors, errors) / (days - lags - coefficients)
    if np.linalg.cond(sigma) > WORST_CONDITION:
        raise RiskError(COPIES)
    responses = _moving_average(beta[1:], lags, horizon)
    if decomposition == "generalised":
        effects = responses @ sigma / np.sqrt(np.diagonal(sigma))
    else:
        effects = responses @ np.linalg.cholesky(sigma)
    parts = (effects**2).sum(axis=0)
    table = 100.0 * parts / parts.sum(axis=1, keepdims=True)
    return Connectedness(table, float(100.0 - np.diagonal(table).mean()))


def _moving_average(beta: Floats, lags: int, horizon: int) -> Floats:
    """The responses to an error now, 1 … ``horizon - 1`` days later, ``(horizon, n, n)``."""
    names = beta.shape[1]
    steps = [beta[k * names : (k + 1) * names].T for k in range(lags)]
    found = [np.eye(names)]
    for ahead in range(1, horizon):
        found.append(
            sum(
                (steps[k] @ found[ahead - 1 - k] for k in range(min(lags, ahead))),
                np.zeros((names, names)),
            )
        )
    return np.stack(found)
