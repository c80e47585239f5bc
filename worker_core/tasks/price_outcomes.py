"""Holds kept forecasts of prices against what came."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final

import numpy as np

from worker_core.forecasting.crps import crps_of_quantiles
from worker_core.forecasting.price import Conformal
from worker_core.forecasting.price.conformal import LEVELS, SHORTEST
from worker_core.forecasting.price.historical import historical
from worker_core.forecasting.scores import diebold_mariano
from worker_core.storage import ForecastOutcome, ForecastRecord
from worker_core.tasks.price_data import SymbolPrices

LEARNED_AT: Final = (5, 10, 21, 63, 126, 252)
"""Sessions ahead at which the intervals learn of their misses."""


def outcomes(forecast: ForecastRecord, prices: SymbolPrices) -> list[ForecastOutcome]:
    """What has come since, step by step. Later splits and dividends have moved all prices, so
    that the growth since the forecast's day is what counts.

    A step whose day has no close is left out: it may be late, or never come.
    """
    origin = prices.known_until(forecast.as_of)
    days = prices.days
    if days[origin] != np.datetime64(forecast.as_of, "D"):
        return []
    levels = np.concatenate(([0.0], np.cumsum(prices.history.returns)))
    places = {day: place for place, day in enumerate(days[origin:].tolist())}
    known = {outcome.step for outcome in forecast.outcomes}
    found = []
    for point in forecast.points:
        step: int | None = point.step
        if point.date is not None:
            step = places.get(point.date)
        if point.step in known or step is None or origin + step >= len(days):
            continue
        came = float(levels[origin + step] - levels[origin])
        day = days[origin + step].item()
        found.append(_scored(forecast, prices, origin, point.step, day, came))
    return found


def _scored(
    forecast: ForecastRecord,
    prices: SymbolPrices,
    origin: int,
    step: int,
    day: date,
    came: float,
) -> ForecastOutcome:
    shares = np.array(forecast.shares)
    logs = np.log(np.array(forecast.points[step - 1].quantiles) / forecast.last_value)
    past = historical(prices.history.returns, step, end=origin)
    naive = None
    if len(past) >= len(shares):
        plain = np.quantile(past, shares)
        naive = float(crps_of_quantiles(np.array([came]), plain[None], shares)[0])
    scores: dict[str, Any] = {"return": came}
    for level in LEVELS:
        low, high = np.interp([(100 - level) / 200, (100 + level) / 200], shares, logs)
        out = max(low - came, 0.0) + max(came - high, 0.0)
        scores[f"inside_{level}"] = bool(low <= came <= high)
        scores[f"winkler_{level}"] = float(high - low + 200 / (100 - level) * out)
    above = came - logs
    scores["pinball"] = float(np.mean(np.maximum(shares * above, (shares - 1) * above)))
    return ForecastOutcome(
        step,
        day,
        forecast.last_value * math.exp(came),
        float(np.interp(came, logs, shares, left=0.0, right=1.0)),
        float(crps_of_quantiles(np.array([came]), logs[None], shares)[0]),
        naive,
        scores,
    )


def learned(start: Conformal, forecasts: Iterable[ForecastRecord]) -> tuple[Conformal, int]:
    """What intervals have learned from all outcomes that are kept, in the order in which they
    were forecast, and from how many. Told again from the start each time, so that no outcome
    counts twice."""
    state, count = start, 0
    seen: set[tuple[date, int]] = set()
    for forecast in forecasts:
        for outcome in forecast.outcomes:
            key = (forecast.as_of, outcome.step)
            wanted = outcome.step in LEARNED_AT or outcome.step == forecast.horizon
            if key in seen or outcome.step < SHORTEST or not wanted:
                continue
            seen.add(key)
            missed = {level: not outcome.scores[f"inside_{level}"] for level in LEVELS}
            state, count = state.learned(outcome.step, missed), count + 1
    return state, count


@dataclass
class Tally:
    """All outcomes at one number of sessions ahead."""

    days: list[date]
    crps: list[float]
    naive: list[float]
    inside: dict[int, list[bool]]
    rose: list[bool]

    @classmethod
    def empty(cls) -> "Tally":
        return cls([], [], [], {level: [] for level in LEVELS}, [])


def tallies(forecasts: Iterable[ForecastRecord], steps: Sequence[int]) -> dict[int, Tally]:
    """Outcomes by step; of a subject and day once."""
    found: dict[int, Tally] = {}
    seen: set[tuple[str, date, int]] = set()
    for forecast in forecasts:
        for outcome in forecast.outcomes:
            key = (forecast.subject, forecast.as_of, outcome.step)
            if outcome.step not in steps or outcome.naive_crps is None or key in seen:
                continue
            seen.add(key)
            tally = found.setdefault(outcome.step, Tally.empty())
            tally.days.append(forecast.as_of)
            tally.crps.append(outcome.crps)
            tally.naive.append(outcome.naive_crps)
            tally.rose.append(bool(float(outcome.scores["return"]) > 0))  # type: ignore[arg-type]
            for level in LEVELS:
                tally.inside[level].append(bool(outcome.scores[f"inside_{level}"]))
    return found


def told(step: int, tally: Tally, *, sessions: int = 1) -> dict[str, Any]:
    """A tally in figures. Forecasts of one day count once in the test: prices move together, and so
    do companies. A step has so many ``sessions``."""
    days = sorted(set(tally.days))
    place = {day: number for number, day in enumerate(days)}
    where = np.array([place[day] for day in tally.days])
    counts = np.bincount(where)
    ours = np.bincount(where, tally.crps) / counts
    naive = np.bincount(where, tally.naive) / counts
    between = [max(1, int(np.busday_count(a, b))) for a, b in pairwise(days)]
    overlap = math.ceil(step * sessions / float(np.median(between))) if between else 1
    test = diebold_mariano(ours, naive, overlap=overlap)
    other = float(np.mean(tally.naive))
    return {
        "forecasts": len(tally.crps),
        "days": len(days),
        "crps": float(np.mean(tally.crps)),
        "naive_crps": other,
        "skill": float(np.mean(tally.crps)) / other if other > 0 else None,
        "dm_p": None if math.isnan(test.p_value) else test.p_value,
        "note": test.note,
        "base_rate": float(np.mean(tally.rose)),
        **{f"coverage_{level}": float(np.mean(tally.inside[level])) for level in LEVELS},
    }
