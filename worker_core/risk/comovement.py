"""How much the names move as one: turbulence, absorption, correlation, entropy."""

from dataclasses import dataclass, field

import numpy as np

from worker_core.risk.covariance import correlations, windows
from worker_core.risk.panel import Floats, Panel


@dataclass
class Rolling:
    """A measure on each day and what each name adds to it on the last one.

    Attributes:
        values: ``(n_days,)``, NaN where there was too little to measure.
        names: columns of the panel that ``shares`` speaks of.
        shares: of the names, at the last value.
    """

    values: Floats
    names: list[int] = field(default_factory=list)
    shares: Floats = field(default_factory=lambda: np.empty(0))
    shrunk: bool = False


def turbulence(panel: Panel, window: int, stride: int = 1) -> Rolling:
    """How unusual each day's returns are given the ``window`` days before it:
    (y - mu) Sigma^-1 (y - mu)' (Kritzman & Li 2010, Skulls, Financial Turbulence, and Risk
    Management, eq. 1). Means and covariances are learnt afresh every ``stride`` days.

    The shares are each name's part of the sum, (y - mu)_i (Sigma^-1 (y - mu))_i.
    """
    x = panel.filled
    found = Rolling(np.full(len(x), np.nan))
    for part in windows(panel, window, stride, shrink=True):
        found.shrunk |= part.shrunk
        for number, end in enumerate(part.ends):
            days = x[end + 1 : end + 1 + stride, part.columns] - part.means[number]
            if not len(days):
                continue
            covariance = part.covariances[number]
            solved = _solve(covariance, days.T).T
            found.values[end + 1 : end + 1 + stride] = (days * solved).sum(axis=1)
            found.names = part.columns.tolist()
            found.shares = (days * solved)[-1]
    return found


def _solve(covariance: Floats, right: Floats) -> Floats:
    """Sigma^-1 times ``right``; names that are copies of each other do not break it."""
    try:
        solved = np.linalg.solve(covariance, right)
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.pinv(covariance, hermitian=True) @ right)
    if np.linalg.cond(covariance) > 1e12:
        return np.asarray(np.linalg.pinv(covariance, rcond=1e-12, hermitian=True) @ right)
    return np.asarray(solved)


@dataclass
class Comovement:
    """What one pass over the windows gives."""

    absorption: Rolling
    correlation: Rolling
    entropy: Rolling


def comovement(panel: Panel, window: int, stride: int = 1) -> Comovement:
    """Absorption ratio, average correlation and eigenvalue entropy of each window.

    - Absorption ratio (Kritzman, Li, Page & Rigobon 2011, Principal Components as a Measure of
      Systemic Risk): share of all variance in the first N/5 eigenvectors, one at least. A
      name's share is its part of that: sum of lambda_k v_ki^2 over the whole variance.
    - Average correlation: mean of all pairs. A name's share is its mean with the others.
    - Entropy of the correlation matrix' eigenvalues over ln N: 1 where nothing moves together, 0
      where all is one. There are no shares.
    """
    rows = len(panel.values)
    absorption, correlation, entropy = (Rolling(np.full(rows, np.nan)) for _ in range(3))
    for part in windows(panel, window, stride):
        count = len(part.columns)
        strongest = max(1, round(count / 5))
        values, vectors = np.linalg.eigh(part.covariances[-1])
        levels = np.linalg.eigvalsh(part.covariances).clip(0.0)
        whole = levels.sum(axis=1)
        absorption.values[part.ends] = levels[:, -strongest:].sum(axis=1) / whole
        together = correlations(part.covariances)
        pairs = (together.sum(axis=(1, 2)) - count) / (count * (count - 1))
        correlation.values[part.ends] = pairs
        spectrum = np.linalg.eigvalsh(together).clip(1e-300) / count
        entropy.values[part.ends] = -(spectrum * np.log(spectrum)).sum(axis=1) / np.log(count)
        names = part.columns.tolist()
        absorption.names = correlation.names = names
        absorption.shares = (vectors[:, -strongest:] ** 2 @ values[-strongest:]) / whole[-1]
        correlation.shares = (together[-1].sum(axis=0) - 1.0) / (count - 1)
    return Comovement(absorption, correlation, entropy)


def standardised_shift(values: Floats, short: int = 15, long: int = 252) -> Floats:
    """(mean of ``short`` - mean of ``long``) / deviation over ``long`` values (Kritzman, Li, Page
    & Rigobon 2011, eq. 2); NaN where that is not there yet or nothing varies."""
    from numpy.lib.stride_tricks import sliding_window_view

    found = np.full(len(values), np.nan)
    if len(values) >= long:
        year = sliding_window_view(values, long)
        deviation = year.std(axis=1, ddof=1)
        shift = year[:, -short:].mean(axis=1) - year.mean(axis=1)
        level = np.abs(year).mean(axis=1)
        enough = deviation > 1e-12 * np.maximum(level, 1e-300)
        found[long - 1 :] = np.divide(
            shift, deviation, out=np.full(len(shift), np.nan), where=enough
        )
    return found
