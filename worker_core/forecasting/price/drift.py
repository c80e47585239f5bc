"""How much a price is expected to grow: little is known, and all of it is shrunk."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from worker_core.forecasting.price.data import Array

USUAL: Final = 0.0002
"""Growth a session that is assumed of a stock before it is looked at: 5 % a year, the long-run
growth of share prices (Dimson, Marsh & Staunton, 2002). An assumption, and no forecast."""
SPREAD: Final = 0.0002
"""Its standard deviation over markets and stocks."""


def own_drift(returns: Array, prior: float = USUAL) -> float:
    """Growth of the expected price a session: the mean of ``returns`` (n,) with half their
    variance, and ``prior``, each weighted by how well it is known."""
    variance = float(np.var(returns))
    mean = float(np.mean(returns)) + variance / 2
    error = variance / max(len(returns), 1)
    weight = SPREAD**2 / (SPREAD**2 + error) if error > 0 else 0.0
    return weight * mean + (1 - weight) * prior


def pooled_prior(several: Sequence[Array]) -> float:
    """What `own_drift` takes as prior for each of several symbols: their common growth, shrunk to
    the usual (after James & Stein, 1961).

    Stocks move together, so that many of them say hardly more of the market's growth than a few
    do: the error of the mean counts half of the variance as common.
    """
    if not several:
        return USUAL
    growth = np.array([float(np.mean(r)) + float(np.var(r)) / 2 for r in several])
    errors = np.array([float(np.var(r)) / len(r) for r in several])
    weights = 1 / np.maximum(errors, 1e-12)
    mean = float(np.average(growth, weights=weights))
    error = float(np.mean(errors)) * (0.5 + 0.5 / len(several))
    weight = SPREAD**2 / (SPREAD**2 + error)
    return weight * mean + (1 - weight) * USUAL
