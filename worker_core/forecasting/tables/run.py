"""From a table to forecasts of it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from worker_core.forecasting.metric.checks import Series
from worker_core.forecasting.metric.forecast import forecast_metrics
from worker_core.forecasting.metric.model import Evidence
from worker_core.forecasting.metric.options import Options
from worker_core.forecasting.tables.reading import Table
from worker_core.forecasting.tables.stamps import StampError
from worker_core.forecasting.tables.writing import ForecastRows


@dataclass(frozen=True, slots=True)
class Answer:
    """Forecasts of a table.

    Attributes:
        rows: a series each.
        refused: by name the reason.
        told: everything that is known about the forecasts, as JSON.
        summary: the same in a few lines.
    """

    rows: tuple[ForecastRows, ...]
    refused: dict[str, str]
    told: dict[str, Any]
    summary: tuple[str, ...]


def as_series(table: Table) -> list[Series]:
    """The series of a table, a value a step."""
    return [Series(each.id, each.values) for each in table.series]


def metrics(
    table: Table, horizon: int, season: int, levels: Sequence[float], seed: int = 0
) -> Answer:
    """Forecast them as business metrics."""
    group = forecast_metrics(
        as_series(table),
        season=season,
        horizon=horizon,
        levels=levels,
        options=Options(seed=seed),
    )
    refused = dict(table.refused) | {each.id: each.reason for each in group.refused}
    source = {each.id: each for each in table.series}
    rows, about = [], []
    for each in group.forecasts:
        series = source[each.id]
        try:
            stamps = [series.stamp_after(ahead) for ahead in range(1, horizon + 1)]
        except StampError as error:
            refused[each.id] = str(error)
            continue
        rows.append(ForecastRows(each.id, stamps, each.mean, each.low, each.high, each.model))
        about.append(
            {
                "unique_id": each.id,
                "frequency": series.steps.name,
                "model": each.model,
                "interval_basis": each.basis,
                "skill": each.skill,
                "data_hash": each.data_hash,
                "notes": [*series.notes, *each.notes],
            }
        )
    told = {
        "kind": "metric",
        "season": season,
        "horizon": horizon,
        "seed": group.seed,
        "versions": group.versions,
        "notes": list(group.notes),
        "evidence": None if group.evidence is None else asdict(group.evidence),
        "series": about,
        "refused": refused,
    }
    noted = [
        f"{one['unique_id'] or '(no name)'}: {note}"
        for one in about
        for note in (one["notes"] if isinstance(one["notes"], list) else ())
    ]
    lines = (*group.notes, *summary(group.evidence), *_first(noted))
    return Answer(tuple(rows), refused, told, lines)


def prices(table: Table, horizon: int, levels: Sequence[float], seed: int = 0) -> Answer:
    """Forecast them as closes of prices, each by itself."""
    from worker_core.forecasting.price.data import PriceDataError
    from worker_core.forecasting.price.forecast import forecast_prices

    rows, about, refused = [], [], dict(table.refused)
    for series in table.series:
        try:
            found = forecast_prices(series.known, horizon, levels, seed=seed)
            stamps = [series.stamp_after(ahead) for ahead in range(1, horizon + 1)]
        except (PriceDataError, ValueError) as error:
            refused[series.id] = str(error)
            continue
        ends = {level: found.interval(level) for level in levels}
        model = f"Random walk with drift, {' and '.join(found.models)} ({found.version})"
        rows.append(
            ForecastRows(
                series.id,
                stamps,
                found.mean,
                {level: low for level, (low, _) in ends.items()},
                {level: high for level, (_, high) in ends.items()},
                model,
            )
        )
        about.append(
            {
                "unique_id": series.id,
                "model": model,
                "up_probability": found.up_probability.tolist(),
                "base_rate": found.base_rate.tolist(),
                "annual_volatility": found.annual_volatility,
                "notes": [*series.notes, *found.notes],
            }
        )
    told = {
        "kind": "price",
        "horizon": horizon,
        "seed": seed,
        "series": about,
        "refused": refused,
    }
    lines = (
        "The mean is a random walk with drift, which no point forecast of a price beats.",
        "What is forecast is the spread.",
    )
    return Answer(tuple(rows), refused, told, lines)


def summary(evidence: Evidence | None) -> tuple[str, ...]:
    """What the held-out values said, in words."""
    if evidence is None:
        return ("Nothing could be held out, so nothing is known of how good this is.",)
    test = evidence.against_naive
    if test.p_value < 0.05:
        told = "better than" if test.statistic < 0 else "worse than"
    else:
        told = "not surely different from"
    p_value = test.note or f"Diebold-Mariano p = {test.p_value:.3g}"
    covered = ", ".join(f"{level:g} %: {share:.1%}" for level, share in evidence.coverage.items())
    return (
        f"Held out: {evidence.basis}",
        (
            f"Error {told} the seasonal naive method ({p_value}): MASE {evidence.mase:.3f} "
            f"against {evidence.naive_mase:.3f}, skill {evidence.skill:+.1%}, "
            f"OWA {evidence.owa:.3f}."
        ),
        f"Of the held-out values the intervals held {covered}.",
    )


def _first(lines: Sequence[str], most: int = 10) -> tuple[str, ...]:
    if len(lines) <= most:
        return tuple(lines)
    return (*lines[:most], f"… and {len(lines) - most} more notes; --json tells all.")
