"""Forecasts of companies' metrics out of the store, made as groups of one frequency: what one
series lacks the others teach."""

import calendar
import hashlib
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from worker_core.forecasting.metric.checks import Series
from worker_core.forecasting.metric.forecast import LEVELS, forecast_metrics
from worker_core.forecasting.metric.model import Evidence, GroupForecast, MetricForecast
from worker_core.storage import Basis, ForecastPoint, MetricSeries, NewForecast
from worker_core.tasks import metric_models
from worker_core.tasks.base import Result, Run
from worker_core.tasks.metric_models import Weights

USUAL_HORIZON: Final = 4
LONGEST_HORIZON: Final = 20
FEWEST_QUARTERS: Final = 12
"""Known quarters below which a company's years are forecast instead."""
SHARES: Final = (0.025, 0.1, 0.5, 0.9, 0.975)
MONTHS: Final[dict[Basis, int]] = {"quarter": 3, "annual": 12}
_NAMES: Final[dict[Basis, str]] = {"quarter": "quarters", "annual": "years"}


@dataclass(frozen=True)
class Wanted:
    """A metric to be forecast; ``values`` (n,) has every period from the first to the last known
    one, NaN where one is missing."""

    ticker: str
    metric: str
    basis: Basis
    unit: str
    as_of: date
    values: "np.ndarray[tuple[int], np.dtype[np.float64]]"

    @property
    def name(self) -> str:
        return f"{self.ticker} {self.metric}"

    @property
    def data_hash(self) -> str:
        digest = hashlib.sha256(f"{self.basis} {self.as_of}".encode())
        digest.update(self.values.astype("<f8").tobytes())
        return digest.hexdigest()


def forecast(run: Run, tickers: Sequence[str], metrics: Sequence[str], horizon: int) -> Result:
    """Forecast metrics of companies; without metrics all that they have. Ids of what was made, and
    why the others could not be."""
    made: dict[str, int] = {}
    already: dict[str, int] = {}
    failed: dict[str, str] = {}
    wanted: list[Wanted] = []
    for ticker in tickers:
        found = _wanted(run, ticker, metrics)
        if not found:
            failed[ticker] = (
                "It has no metrics yet. Process its reports, and calculate its metrics, first."
            )
        wanted += found
    weights = metric_models.in_use(run)
    for basis in MONTHS:
        group = [one for one in wanted if one.basis == basis]
        if not group:
            continue
        known = [_known(run, one, horizon, weights) for one in group]
        if all(each is not None for each in known):
            already |= {one.name: each for one, each in zip(group, known, strict=True) if each}
            continue
        answer = _group(run, group, basis, horizon, weights)
        failed |= {refusal.id: refusal.reason for refusal in answer.refused}
        by_name = {one.name: one for one in group}
        records = [
            _record(run, by_name[each.id], each, answer, horizon, weights)
            for each in answer.forecasts
        ]
        ids = run.storage.forecasts.save_many(records)
        made |= {each.id: number for each, number in zip(answer.forecasts, ids, strict=True)}
    return {
        "symbols": len(tickers),
        "forecasts": made,
        "already_made": already,
        "failed": failed,
    }


def _wanted(run: Run, ticker: str, metrics: Sequence[str]) -> list[Wanted]:
    """Quarters where there are enough, years where there are not."""
    quarters = run.storage.metrics.metric_series(ticker, metrics, basis="quarter")
    years = run.storage.metrics.metric_series(ticker, metrics, basis="annual")
    found = []
    for name in sorted({*quarters, *years}):
        series = quarters.get(name)
        if series is None or len(series.known) < FEWEST_QUARTERS:
            series = years.get(name, series)
        if series is not None and series.known:
            found.append(regular(series))
    return found


def regular(series: MetricSeries) -> Wanted:
    """A series with a place for each period."""
    every, known = MONTHS[series.basis], series.known
    first = known[0][0]
    # A fiscal year of 52 weeks ends some days earlier or later than the month does.
    places = [round(_days(first, day) / (365.25 * every / 12)) for day, _ in known]
    values = np.full(places[-1] + 1, np.nan)
    values[places] = [value for _, value in known]
    return Wanted(series.ticker, series.name, series.basis, series.unit, known[-1][0], values)


def _days(first: date, day: date) -> int:
    return (day - first).days


def _known(run: Run, one: Wanted, horizon: int, weights: Weights) -> int | None:
    return run.storage.forecasts.has(
        "metric", one.ticker, one.as_of, weights.version, horizon, one.data_hash, one.metric
    )


def _group(
    run: Run, group: Sequence[Wanted], basis: Basis, horizon: int, weights: Weights
) -> GroupForecast:
    return forecast_metrics(
        [Series(one.name, one.values) for one in group],
        season=12 // MONTHS[basis],
        horizon=horizon,
        levels=LEVELS,
        options=weights.options,
        progress=lambda stage, fraction: run.progress(f"{stage}, {_NAMES[basis]}", fraction),
    )


def _record(
    run: Run,
    one: Wanted,
    made: MetricForecast,
    group: GroupForecast,
    horizon: int,
    weights: Weights,
) -> NewForecast:
    evidence = group.evidence
    figures = _figures(evidence)
    ends = [made.low[95.0], made.low[80.0], made.mean, made.high[80.0], made.high[95.0]]
    return NewForecast(
        kind="metric",
        subject=one.ticker,
        metric=one.metric,
        as_of=one.as_of,
        horizon=horizon,
        model_version=weights.version,
        last_value=float(one.values[-1]),
        shares=SHARES,
        points=tuple(
            ForecastPoint(
                step + 1,
                period_after(one.as_of, (step + 1) * MONTHS[one.basis]),
                float(made.mean[step]),
                tuple(float(end[step]) for end in ends),
            )
            for step in range(horizon)
        ),
        seed=group.seed,
        data_hash=one.data_hash,
        libraries=group.versions,
        scores={} if evidence is None else _finite(asdict(evidence)),
        details={
            "method": made.model,
            "basis": one.basis,
            "unit": one.unit,
            "intervals": made.basis,
            "weights": dict(weights.as_json()),
            "weights_version": weights.champion,
            "skill_of_series": None if math.isnan(made.skill) else made.skill,
        },
        notes=(*made.notes, *group.notes, *weights.notes),
        task_id=run.task_id,
        skill=figures.get("skill"),
        dm_p=figures.get("dm_p"),
        coverage_80=figures.get("coverage_80"),
        coverage_95=figures.get("coverage_95"),
    )


def _figures(evidence: Evidence | None) -> dict[str, float | None]:
    """Of the group; the skill is the error over that of the naive method, as everywhere."""
    if evidence is None:
        return {}
    p_value = evidence.against_naive.p_value
    found = {
        "skill": evidence.mase / evidence.naive_mase if evidence.naive_mase > 0 else math.nan,
        "dm_p": p_value,
        "coverage_80": evidence.coverage.get(80.0, math.nan),
        "coverage_95": evidence.coverage.get(95.0, math.nan),
    }
    return {name: None if math.isnan(value) else value for name, value in found.items()}


def _finite(value: Any) -> Any:
    """As JSON has it: what is not known is None."""
    if isinstance(value, dict):
        return {str(name): _finite(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def period_after(day: date, months: int) -> date:
    """The last day of the period that ends so many months after ``day``."""
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    longest = calendar.monthrange(year, month + 1)[1]
    at_end = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(year, month + 1, longest if at_end else min(day.day, longest))
