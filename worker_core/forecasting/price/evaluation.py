"""How good the forecasts of a price would have been, told without flattery.

A last block of the history is kept apart: the parameters come from what was before it, each origin
in it knows what was known then, and historical simulation is scored beside.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from worker_core.forecasting.crps import crps_of_ensemble
from worker_core.forecasting.price.conformal import LEVELS, SHORTEST, Conformal
from worker_core.forecasting.price.data import Array, PriceHistory
from worker_core.forecasting.price.drift import USUAL, own_drift
from worker_core.forecasting.price.forecast import SHARES, centred
from worker_core.forecasting.price.historical import historical
from worker_core.forecasting.price.model import Parameters, fit, refilter
from worker_core.forecasting.price.simulation import simulate
from worker_core.forecasting.scores import diebold_mariano

HORIZONS: Final = (1, 5, 21)
BLOCK: Final = 504
"""Sessions kept apart: two years."""
STRIDE: Final = 5
FEWEST_ORIGINS: Final = 20
_FEWEST_BEFORE: Final = 250
_YEAR: Final = 252
_PATHS: Final = 400
_SURE: Final = 0.05


@dataclass(frozen=True, slots=True)
class HorizonScores:
    """Forecasts so many sessions ahead, against what came. Scores are of logarithmic returns.

    Attributes:
        crps, naive_crps: means of the continuous ranked probability score, of the forecast and of
            historical simulation.
        skill: their ratio: below 1 is better than historical simulation.
        dm_p: two-sided p-value of the difference (Diebold & Mariano), NaN without a test.
        base_rate: share of the periods that ended higher.
        coverage, naive_coverage: by level in per cent, share of outcomes within the interval.
        worst_year: the lowest coverage of the 95 % interval over a rolling year; NaN if shorter.
        winkler: by level, mean interval score.
        pinball: mean quantile loss.
        pit: (10,) shares of outcomes by the tenth of the distribution they fell into.
        losses, naive_losses: (n,) of each origin, oldest first.
    """

    horizon: int
    origins: int
    stride: int
    crps: float
    naive_crps: float
    skill: float
    dm_statistic: float
    dm_p: float
    base_rate: float
    coverage: dict[int, float]
    naive_coverage: dict[int, float]
    worst_year: float
    winkler: dict[int, float]
    pinball: float
    pit: tuple[float, ...]
    losses: tuple[float, ...]
    naive_losses: tuple[float, ...]

    def as_json(self) -> dict[str, Any]:
        """Without the single losses; what is not known is None."""
        values = asdict(self)
        del values["losses"], values["naive_losses"]
        for name in ("coverage", "naive_coverage", "winkler"):
            values[name] = {str(level): value for level, value in values[name].items()}
        return {
            name: None if isinstance(value, float) and math.isnan(value) else value
            for name, value in values.items()
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """By horizon, and what the intervals have learned of their own misses on the way."""

    horizons: dict[int, HorizonScores]
    conformal: Conformal
    parameters: Parameters
    sessions: int


def evaluate(
    history: PriceHistory,
    horizons: Sequence[int] = HORIZONS,
    *,
    parameters: Parameters | None = None,
    block: int = BLOCK,
    stride: int = STRIDE,
    seed: int = 0,
) -> Evaluation | None:
    """Forecast the last ``block`` sessions from every ``stride``-th of them; None where the
    history is too short for that.

    Args:
        parameters: fitted on nothing later than the block's beginning. Fitted there by default.
    """
    total = len(history.returns)
    start = max(total - block, min(_FEWEST_BEFORE, total))
    longest = max(horizons)
    origins = np.arange(start, total - longest + 1, stride)
    if len(origins) < FEWEST_ORIGINS:
        return None
    used = parameters or fit(before(history, start))
    state = refilter(history, used, known=start)
    drift = own_drift(history.returns[:start], USUAL)
    generator = np.random.default_rng(seed)
    paths = centred(simulate(state, longest, _PATHS, generator, origins), drift)
    levels = np.concatenate(([0.0], np.cumsum(history.returns)))
    scores, conformal = {}, Conformal()
    for horizon in horizons:
        came = levels[origins + horizon] - levels[origins]
        naive = [historical(history.returns, horizon, end=int(t)) for t in origins]
        scores[horizon], conformal = _scored(
            horizon, stride, came, paths[:, horizon - 1], naive, conformal
        )
    return Evaluation(scores, conformal, used, len(origins) * stride)


def before(history: PriceHistory, sessions: int) -> PriceHistory:
    """The first so many returns of a history."""
    later = float(history.returns[sessions:].sum())
    return replace(
        history,
        last=history.last * math.exp(-later),
        returns=history.returns[:sessions],
        proxy=history.proxy[:sessions],
        kept=history.kept[: sessions + 1],
    )


def _scored(
    horizon: int,
    stride: int,
    came: Array,
    paths: Array,
    naive: Sequence[Array],
    conformal: Conformal,
) -> tuple[HorizonScores, Conformal]:
    losses = crps_of_ensemble(came, paths)
    naive_losses = np.array(
        [float(crps_of_ensemble(y, past)) for y, past in zip(came, naive, strict=True)]
    )
    overlap = math.ceil(horizon / stride)
    test = diebold_mariano(losses, naive_losses, overlap=overlap)
    ordered = np.sort(paths, axis=1)
    tails = np.array([(1 - level / 100) / 2 for level in LEVELS])
    ends = np.array([*tails, *(1 - tails)])
    inside, width, conformal = _intervals(horizon, overlap, came, ordered, ends, conformal)
    pit = np.mean(ordered <= came[:, None], axis=1)
    quantiles = np.quantile(ordered, SHARES, axis=1).T
    above = came[:, None] - quantiles
    shares = np.array(SHARES)
    base, other = float(losses.mean()), float(naive_losses.mean())
    result = HorizonScores(
        horizon=horizon,
        origins=len(came),
        stride=stride,
        crps=base,
        naive_crps=other,
        skill=base / other if other > 0 else math.nan,
        dm_statistic=test.statistic,
        dm_p=test.p_value,
        base_rate=float(np.mean(came > 0)),
        coverage={level: float(inside[level].mean()) for level in LEVELS},
        naive_coverage=dict(zip(LEVELS, _held(came, naive, ends), strict=True)),
        worst_year=worst_year(inside[95], stride),
        winkler={level: float(width[level].mean()) for level in LEVELS},
        pinball=float(np.mean(np.maximum(shares * above, (shares - 1) * above))),
        pit=tuple(map(float, np.histogram(pit, bins=10, range=(0, 1))[0] / len(pit))),
        losses=tuple(map(float, losses)),
        naive_losses=tuple(map(float, naive_losses)),
    )
    return result, conformal


def _intervals(
    horizon: int, lag: int, came: Array, ordered: Array, ends: Array, conformal: Conformal
) -> tuple[dict[int, npt.NDArray[np.bool_]], dict[int, Array], Conformal]:
    """Of each origin whether the outcome was within, and the interval's score. Each interval has
    learned from the outcomes that were known at its origin, and from no later one."""
    count, places = len(LEVELS), np.arange(ordered.shape[1])
    inside = {level: np.zeros(len(came), dtype=bool) for level in LEVELS}
    score = {level: np.zeros(len(came)) for level in LEVELS}
    missed: list[dict[int, bool]] = []
    for origin, (outcome, row) in enumerate(zip(came, ordered, strict=True)):
        if horizon >= SHORTEST and origin >= lag:
            conformal = conformal.learned(horizon, missed[origin - lag])
        asked = conformal.shares(horizon, ends) * places[-1]
        values = np.interp(asked, places, row)
        missed.append({})
        for place, level in enumerate(LEVELS):
            low, high = values[place], values[count + place]
            inside[level][origin] = low <= outcome <= high
            out = max(low - outcome, 0.0) + max(outcome - high, 0.0)
            score[level][origin] = high - low + 2 / (1 - level / 100) * out
            missed[-1][level] = not inside[level][origin]
    if horizon >= SHORTEST:
        for late in missed[-lag:]:
            conformal = conformal.learned(horizon, late)
    return inside, score, conformal


def _held(came: Array, naive: Sequence[Array], ends: Array) -> list[float]:
    """By level, the share of outcomes within the interval of historical simulation."""
    limits = np.array([np.quantile(past, ends) for past in naive])
    count = len(LEVELS)
    inside = (limits[:, :count] <= came[:, None]) & (came[:, None] <= limits[:, count:])
    return [float(share) for share in inside.mean(axis=0)]


def worst_year(inside: npt.NDArray[np.bool_], stride: int) -> float:
    """The lowest share of ``inside`` (n,) over a year of origins; NaN if there is no whole year."""
    window = _YEAR // stride
    if len(inside) < window:
        return math.nan
    sums = np.concatenate(([0], np.cumsum(inside)))
    return float((sums[window:] - sums[:-window]).min() / window)


def in_words(scores: HorizonScores) -> str:
    """What the figures bear, and no more."""
    ahead = "1 session" if scores.horizon == 1 else f"{scores.horizon} sessions"
    compared = f"{abs(1 - scores.skill) * 100:.1f} % {'less' if scores.skill < 1 else 'more'}"
    surely = not math.isnan(scores.dm_p) and scores.dm_p < _SURE
    if surely and scores.skill < 1:
        told = f"better than historical simulation (CRPS {compared}, p = {scores.dm_p:.3f})"
    elif surely:
        told = f"worse than historical simulation (CRPS {compared}, p = {scores.dm_p:.3f})"
    else:
        p = "not tested" if math.isnan(scores.dm_p) else f"p = {scores.dm_p:.2f}"
        told = f"not surely different from historical simulation (CRPS {compared}, {p})"
    return (
        f"{ahead} ahead the distribution was {told} on {scores.origins} origins; its 95 % "
        f"interval held {scores.coverage[95] * 100:.0f} %, its 80 % interval "
        f"{scores.coverage[80] * 100:.0f} %. "
        f"{scores.base_rate * 100:.0f} % of the periods ended higher: that is the base rate, "
        "and no skill."
    )
