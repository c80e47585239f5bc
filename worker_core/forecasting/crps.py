"""The continuous ranked probability score: how good a whole distribution was, in the unit of what
was forecast; the smaller the better, and proper (Gneiting & Raftery, 2007)."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def crps_of_ensemble(actual: npt.ArrayLike, members: npt.ArrayLike, *, fair: bool = True) -> Floats:
    """(n,) scores of ensembles (n, m) of forecasts: E|X - y| - E|X - X'| / 2.

    The fair form takes m(m - 1) pairs instead of m², so that an ensemble is scored as the
    distribution that it was drawn from (Ferro, 2014). NaN where the value or a member is missing.

    Raises:
        ValueError: the shapes do not fit, or there are fewer than two members.
    """
    truth = np.asarray(actual, dtype=np.float64)
    ordered = np.sort(np.asarray(members, dtype=np.float64), axis=-1)
    if ordered.ndim != truth.ndim + 1 or ordered.shape[:-1] != truth.shape:
        raise ValueError(f"{ordered.shape} members do not belong to {truth.shape} values.")
    count = ordered.shape[-1]
    if count < 2:
        raise ValueError("An ensemble has at least two members.")
    near = np.mean(np.abs(ordered - truth[..., None]), axis=-1)
    ranks = 2.0 * np.arange(1, count + 1) - count - 1
    spread = ordered @ ranks / (count * (count - 1 if fair else count))
    scores: Floats = near - spread
    return scores


def crps_of_quantiles(
    actual: npt.ArrayLike, quantiles: npt.ArrayLike, shares: Sequence[float] | Floats
) -> Floats:
    """(n,) scores of distributions known by quantiles (n, q) at ``shares`` (q,): twice the
    quantile loss, integrated over the shares by the trapezoidal rule (Laio & Tamea, 2007).

    Beyond the outermost quantiles the loss is taken to fall to nothing at the shares 0 and 1.

    Raises:
        ValueError: the shapes do not fit, or the shares do not rise from above 0 to below 1.
    """
    truth = np.asarray(actual, dtype=np.float64)
    values = np.asarray(quantiles, dtype=np.float64)
    levels = np.asarray(shares, dtype=np.float64)
    if values.shape != (*truth.shape, *levels.shape) or levels.ndim != 1:
        raise ValueError(f"{values.shape} quantiles do not belong to {truth.shape} values.")
    if not (len(levels) and levels[0] > 0 and levels[-1] < 1 and (np.diff(levels) > 0).all()):
        raise ValueError("The shares rise, and lie between 0 and 1.")
    above = truth[..., None] - values
    losses = np.maximum(levels * above, (levels - 1.0) * above)
    ends = [np.zeros((*truth.shape, 1))]
    scores: Floats = 2.0 * np.trapezoid(
        np.concatenate([*ends, losses, *ends], axis=-1), np.concatenate(([0.0], levels, [1.0]))
    )
    return scores
