"""Holds kept forecasts of metrics against what companies have reported since."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import numpy as np

from worker_core.forecasting.crps import crps_of_quantiles
from worker_core.forecasting.price.conformal import LEVELS
from worker_core.storage import Basis, ForecastOutcome, ForecastRecord
from worker_core.tasks.base import Result, Run
from worker_core.tasks.metric_forecasts import LONGEST_HORIZON, MONTHS, Wanted, regular
from worker_core.tasks.price_outcomes import Tally, told

_SESSIONS: Final[dict[Basis, int]] = {"quarter": 63, "annual": 252}
_LONGEST: Final = timedelta(days=366 * LONGEST_HORIZON)


@dataclass
class _Open:
    """Steps of which nothing has come: not due by their dates, or due and not reported."""

    not_due: int = 0
    next_due: date | None = None
    not_reported: int = 0
    oldest: date | None = None

    def add(self, day: date, today: date) -> None:
        if day > today:
            self.not_due += 1
            self.next_due = min(day, self.next_due or day)
        else:
            self.not_reported += 1
            self.oldest = min(day, self.oldest or day)

    def told(self) -> dict[str, Any]:
        return {
            "not_due": self.not_due,
            "next_due": self.next_due.isoformat() if self.next_due else None,
            "due_but_not_reported": self.not_reported,
            "oldest_not_reported": self.oldest.isoformat() if self.oldest else None,
        }


def evaluate(run: Run, tickers: Sequence[str], days: int) -> Result:
    """Hold the forecasts of which a step fell, or falls, due in the last so many days or later
    against what was reported; figures by basis and steps ahead."""
    today = datetime.now(UTC).date()
    since = today - timedelta(days=days)
    tickers = [ticker.upper() for ticker in tickers]
    forecasts = run.storage.forecasts
    waiting = [
        one
        for one in forecasts.unfinished("metric", since - _LONGEST, tickers)
        if _last(one) >= since
    ]
    series: dict[tuple[str, str, Basis], Wanted | None] = {}
    still, new = _Open(), 0
    for number, one in enumerate(waiting):
        if number % 20 == 0:
            run.progress(f"Evaluating {one.subject} {one.metric}", number / len(waiting))
        basis = basis_of(one)
        key = one.subject, one.metric, basis
        if key not in series:
            found = run.storage.metrics.metric_series(one.subject, [one.metric], basis=basis)
            kept = found.get(one.metric)
            series[key] = regular(kept) if kept is not None and kept.known else None
        wanted = series[key]
        come = [] if wanted is None else outcomes(one, wanted)
        new += forecasts.save_outcomes({one.id: come})
        known = {outcome.step for outcome in (*one.outcomes, *come)}
        for point in one.points:
            if point.step not in known and point.date is not None:
                still.add(point.date, today)
    pairs = {
        (one.subject, one.metric)
        for one in forecasts.overview("metric", limit=100_000)
        if not tickers or one.subject in tickers
    }
    evaluated = [
        one
        for subject, metric in sorted(pairs)
        for one in forecasts.evaluated("metric", subject, metric)
        if any(outcome.date >= since for outcome in one.outcomes)
    ]
    return {
        "forecasts": len(evaluated),
        "new_outcomes": new,
        "open": still.told(),
        "horizons": {basis: figures(evaluated, basis, since) for basis in MONTHS},
    }


def basis_of(forecast: ForecastRecord) -> Basis:
    """Whether it is of quarters or of years."""
    return "annual" if forecast.details.get("basis") == "annual" else "quarter"


def _last(forecast: ForecastRecord) -> date:
    return max((p.date for p in forecast.points if p.date is not None), default=forecast.as_of)


def outcomes(forecast: ForecastRecord, series: Wanted) -> list[ForecastOutcome]:
    """What has been reported since, step by step; a step whose period has no value is left out.

    A value is as it is known now: one that was restated before it was first seen here counts as
    restated. The naive method repeats the last like season, with its own past errors about it.
    """
    months = MONTHS[series.basis]
    # The place of the forecast's day from the end of the series, in periods.
    back = round((series.as_of - forecast.as_of).days / (365.25 * months / 12))
    origin = len(series.values) - 1 - back
    if origin < 0:
        return []
    known = {outcome.step for outcome in forecast.outcomes}
    found = []
    for point in forecast.points:
        place = origin + point.step
        if point.step in known or point.date is None or place >= len(series.values):
            continue
        value = float(series.values[place])
        if math.isfinite(value):
            found.append(_scored(forecast, series, origin, point.step, point.date, value))
    return found


def _scored(
    forecast: ForecastRecord, series: Wanted, origin: int, step: int, day: date, value: float
) -> ForecastOutcome:
    shares = np.array(forecast.shares)
    ends = np.array(forecast.points[step - 1].quantiles)
    season = 12 // MONTHS[series.basis]
    lag = math.ceil(step / season) * season
    past = series.values[: origin + 1]
    errors = past[lag:] - past[:-lag]
    errors = errors[np.isfinite(errors)]
    place = origin + step - lag
    naive = scale = None
    if len(errors) >= len(shares) and place >= 0 and math.isfinite(series.values[place]):
        plain = series.values[place] + np.quantile(errors, shares)
        naive = float(crps_of_quantiles(np.array([value]), plain[None], shares)[0])
        scale = float(np.mean(np.abs(errors)))
    scores: dict[str, Any] = {"change": value - forecast.last_value, "scale": scale}
    for level in LEVELS:
        low, high = np.interp([(100 - level) / 200, (100 + level) / 200], shares, ends)
        out = max(low - value, 0.0) + max(value - high, 0.0)
        scores[f"inside_{level}"] = bool(low <= value <= high)
        scores[f"winkler_{level}"] = float(high - low + 200 / (100 - level) * out)
    above = value - ends
    scores["pinball"] = float(np.mean(np.maximum(shares * above, (shares - 1) * above)))
    return ForecastOutcome(
        step,
        day,
        value,
        float(np.interp(value, ends, shares, left=0.0, right=1.0)),
        float(crps_of_quantiles(np.array([value]), ends[None], shares)[0]),
        naive,
        scores,
    )


def figures(forecasts: Sequence[ForecastRecord], basis: Basis, since: date) -> dict[str, Any]:
    """All outcomes of one basis by steps ahead, of a metric and day once. Each CRPS is over the
    naive method's mean absolute past error, so that ratios and dollars can be averaged; where that
    is not known or zero, the outcome has no part."""
    found: dict[int, Tally] = {}
    seen: set[tuple[str, str, date, int]] = set()
    for forecast in forecasts:
        if basis_of(forecast) != basis:
            continue
        for outcome in forecast.outcomes:
            key = forecast.subject, forecast.metric, forecast.as_of, outcome.step
            scale = outcome.scores.get("scale")
            if (
                outcome.date < since
                or outcome.naive_crps is None
                or not isinstance(scale, float)
                or scale <= 0
                or key in seen
            ):
                continue
            seen.add(key)
            tally = found.setdefault(outcome.step, Tally.empty())
            tally.days.append(forecast.as_of)
            tally.crps.append(outcome.crps / scale)
            tally.naive.append(outcome.naive_crps / scale)
            tally.rose.append(bool(float(outcome.scores["change"]) > 0))  # type: ignore[arg-type]
            for level in LEVELS:
                tally.inside[level].append(bool(outcome.scores[f"inside_{level}"]))
    return {
        str(step): told(step, tally, sessions=_SESSIONS[basis])
        for step, tally in sorted(found.items())
    }
