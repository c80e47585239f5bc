"""What happens to names and market together on the worst days: MES, delta-CoVaR, SRISK."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from worker_core.risk.panel import Floats, RiskError

TAIL: Final = 0.05
"""The share of days that count as the worst."""
CRISIS_DECLINE: Final = 0.4
"""A fall of the market over six months that SRISK asks about (Brownlees & Engle 2017)."""
CAPITAL_SHARE: Final = 0.08

_STEPS = 20
_TURNS = 12
_SMALLEST_RESIDUAL = 1e-7


def marginal_expected_shortfall(names: Floats, market: Floats, tail: float = TAIL) -> Floats:
    """Mean loss of each name on the market's worst days (Acharya, Pedersen, Philippon &
    Richardson 2017, Measuring Systemic Risk), as a positive fraction.

    Args:
        names: returns, ``(…, n_days, n_names)``.
        market: returns of the market on the same days, ``(…, n_days)``.
        tail: the share of days that count as the worst; one day at least.
    """
    worst = max(1, math.floor(tail * market.shape[-1]))
    rows = np.argpartition(market, worst - 1, axis=-1)[..., :worst]
    return np.asarray(-np.take_along_axis(names, rows[..., None], axis=-2).mean(axis=-2))


def quantile_regression(x: Floats, y: Floats, quantile: float) -> tuple[Floats, Floats]:
    """Intercept and slope of the ``quantile`` of y given x, each ``(n_fits,)`` (Koenker & Bassett
    1978), many fits at once: iterated weighted least squares, then turned about days that the
    line goes through until none is better.

    Args:
        x: ``(n_fits, n_days)``; none constant.
        y: the same shape.
    """
    # On one scale, so that the smallest residual means the same for all.
    xm, xs = x.mean(axis=1, keepdims=True), x.std(axis=1, keepdims=True)
    ym, ys = y.mean(axis=1, keepdims=True), y.std(axis=1, keepdims=True)
    ys = np.where(ys > 0.0, ys, 1.0)
    u, v = (x - xm) / xs, (y - ym) / ys
    weights = np.ones_like(u)
    a = b = np.zeros(len(u))
    for _ in range(_STEPS):
        total = weights.sum(axis=1)
        mu, mv = (weights * u).sum(axis=1) / total, (weights * v).sum(axis=1) / total
        du = u - mu[:, None]
        b = (weights * du * v).sum(axis=1) / (weights * du * u).sum(axis=1)
        a = mv - b * mu
        residual = v - a[:, None] - b[:, None] * u
        side = np.where(residual < 0.0, 1.0 - quantile, quantile)
        weights = side / np.abs(residual).clip(_SMALLEST_RESIDUAL)
    a, b = _pivoted(u, v, a, b, quantile)
    slope = b * ys[:, 0] / xs[:, 0]
    return ym[:, 0] + ys[:, 0] * a - slope * xm[:, 0], slope


def _pivoted(u: Floats, v: Floats, a: Floats, b: Floats, quantile: float) -> tuple[Floats, Floats]:
    """Turn each line about a day that it goes through to the best slope, which leads it through
    another day, and so on (Wesolowsky 1981, A new descent algorithm for the least absolute value
    regression problem, for any quantile)."""
    every = np.arange(len(u))
    pivot = np.argmin(np.abs(v - a[:, None] - b[:, None] * u), axis=1)
    best = _loss(u, v, a, b, quantile)
    for _ in range(_TURNS):
        u0, v0 = u[every, pivot], v[every, pivot]
        reach = u - u0[:, None]
        weights = np.abs(reach)
        steep = np.divide(v - v0[:, None], reach, out=np.zeros_like(u), where=weights > 0.0)
        order = np.argsort(steep, axis=1)
        below = np.cumsum(np.take_along_axis(weights, order, axis=1), axis=1)
        aim = (np.where(reach > 0.0, quantile, 1.0 - quantile) * weights).sum(axis=1)
        place = (below < aim[:, None]).sum(axis=1).clip(0, u.shape[1] - 1)
        pivot = order[every, place]
        slope = steep[every, pivot]
        base = v0 - slope * u0
        loss = _loss(u, v, base, slope, quantile)
        better = loss < best
        a, b = np.where(better, base, a), np.where(better, slope, b)
        best = np.minimum(loss, best)
    return a, b


def _loss(u: Floats, v: Floats, a: Floats, b: Floats, quantile: float) -> Floats:
    residual = v - a[:, None] - b[:, None] * u
    loss = np.where(residual < 0.0, quantile - 1.0, quantile) * residual
    return np.asarray(loss.sum(axis=1))


def delta_covar(names: Floats, market: Floats, tail: float = TAIL) -> Floats:
    """By how much the market's value at risk grows when a name goes from its median day to its
    own value at risk (Adrian & Brunnermeier 2016, CoVaR, eqs. 8-9), as a positive fraction,
    ``(n_names,)``; NaN where a name did not move.

    Args:
        names: returns, ``(n_days, n_names)``.
        market: returns, ``(n_days,)``.
    """
    moves = names.std(axis=0) > 0.0
    found = np.full(names.shape[1], np.nan)
    if moves.any():
        x = np.ascontiguousarray(names[:, moves].T)
        _, slope = quantile_regression(x, np.broadcast_to(market, x.shape), tail)
        found[moves] = slope * (np.median(x, axis=1) - np.quantile(x, tail, axis=1))
    return found


def market_beta(names: Floats, market: Floats) -> Floats:
    """Slope of each name's returns on the market's, ``(n_names,)``.

    Raises:
        RiskError: the market did not move.
    """
    centred = market - market.mean()
    variance = float(centred @ centred)
    if variance <= 0.0:
        raise RiskError("The market did not move, so no name has a beta against it.")
    return np.asarray(centred @ (names - names.mean(axis=0)) / variance)


def long_run_mes(beta: Floats, decline: float = CRISIS_DECLINE) -> Floats:
    """Expected fall of a name when the market falls by ``decline`` over six months,
    1 - exp(ln(1 - d) beta) (Brownlees & Engle 2017, SRISK, the closed form)."""
    return np.asarray(1.0 - np.exp(math.log(1.0 - decline) * beta))


@dataclass(frozen=True, slots=True)
class Srisk:
    """What a name would lack in such a crisis, in the currency of its books.

    Attributes:
        lrmes: long-run marginal expected shortfall, a fraction.
        shortfall: k D - (1 - k) (1 - LRMES) E; negative where there is capital to spare.
    """

    name: str
    beta: float
    lrmes: float
    equity: float
    liabilities: float
    shortfall: float


def srisk(
    name: str,
    beta: float,
    equity: float,
    liabilities: float,
    *,
    decline: float = CRISIS_DECLINE,
    capital: float = CAPITAL_SHARE,
) -> Srisk:
    """SRISK of one name (Brownlees & Engle 2017).

    Args:
        equity: market value of its shares.
        liabilities: book value of what it owes.
        capital: the share of its assets that it must hold.

    Raises:
        RiskError: a value that is no amount of money.
    """
    if not (math.isfinite(equity) and equity > 0.0):
        raise RiskError(f"The market value of {name} must be a positive amount, not {equity}.")
    if not (math.isfinite(liabilities) and liabilities >= 0.0):
        raise RiskError(f"The liabilities of {name} must be an amount, not {liabilities}.")
    lrmes = float(long_run_mes(np.array([beta]), decline)[0])
    shortfall = capital * liabilities - (1.0 - capital) * (1.0 - lrmes) * equity
    return Srisk(name, beta, lrmes, equity, liabilities, shortfall)
