"""Weights of the metric forecasts, searched by the companies' stored metrics."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from worker_core import models
from worker_core.forecasting.metric.checks import Series
from worker_core.forecasting.metric.forecast import versions
from worker_core.forecasting.metric.options import Options
from worker_core.forecasting.metric.weights import (
    SHARES,
    Point,
    by_point,
    naive_by_point,
    options_of,
    points,
)
from worker_core.forecasting.tables.stamps import StampError, steps_of
from worker_core.models.tuning import Number
from worker_core.storage import Basis, MetricSeries, NewModel
from worker_core.tasks.base import PermanentFailure, Run
from worker_core.tasks.metric_models import KIND
from worker_core.tasks.tuning import Work, number_settings

FEWEST_POINTS: Final = 2
_POINTS: Final = 5
_FEWEST_SERIES: Final = 8
# Seasons and horizons by how often a company reports.
_BASES: Final[tuple[tuple[Basis, int, int], ...]] = (("quarter", 4, 4), ("annual", 1, 2))
_SPACE: Final = {name: Number(0.0, 1.0) for name in SHARES}


@dataclass(frozen=True, slots=True)
class Past:
    """What weights are judged by: the stored series of one basis, and points of their past."""

    series: list[Series]
    points: tuple[Point, ...]

    @property
    def companies(self) -> list[str]:
        """Of the series of the newest point."""
        return [name.partition(" ")[0] for name in self.points[-1].id]


def past_of(run: Run, count: int, fewest: int = 1) -> Past | None:
    """Up to ``count`` points of the metrics that are stored, by quarters where there are enough of
    them; None where there are too few either way."""
    for basis, season, horizon in _BASES:
        series = _stored(run, basis)
        past = points(
            series,
            season=season,
            horizon=horizon,
            count=count,
            progress=lambda fraction: run.progress("Forecasting the past", 0.1 * fraction),
        )
        if len(past) >= fewest and len(past[-1].id) >= _FEWEST_SERIES:
            return Past(series, past)
    return None


def forecasting(run: Run) -> Work:
    """The work of tuning the forecasts of metrics.

    Raises:
        PermanentFailure: too few series are stored, or they are too short.
    """
    past = past_of(run, _POINTS, FEWEST_POINTS + 1)
    if past is None:
        raise PermanentFailure(
            f"At least {_FEWEST_SERIES} series of metrics with four or more years are needed to "
            "tune the forecasts by, and fewer are stored. Process more reports first."
        )
    # The newest point is not searched on: it says what the settings are worth.
    searched, kept = past.points[:-1], past.points[-1]
    record = run.storage.models.champion(KIND)
    data = models.set_hash(f"{each.id}:{each.values.tobytes().hex()}" for each in past.series)

    def settle(best: Mapping[str, Any], told: dict[str, Any]) -> tuple[NewModel, None]:
        options = options_of(best)
        losses, default = kept.losses(options), kept.losses(Options())
        parameters = {name: getattr(options, name) for name in SHARES}
        content = json.dumps(parameters, sort_keys=True)
        new = NewModel(
            KIND,
            models.version_name("ensemble", content + data),
            parameters=parameters,
            metrics={
                "search": told,
                "untouched": {
                    "series": len(kept.id),
                    "mase": float(losses.mean()),
                    "mase_default": float(default.mean()),
                    "mase_naive": float(kept.naive_losses().mean()),
                },
            },
            training_set=data,
            libraries=versions(),
            seed=0,
            parent_version=None if record is None else record.version,
            task_id=run.task_id,
        )
        return new, None

    return Work(
        kind=KIND,
        data=data,
        space=_SPACE,
        default={name: asdict(Options())[name] for name in SHARES},
        in_use=number_settings(record, _SPACE),
        champion=None if record is None else record.version,
        objective=lambda parameters: by_point(searched, options_of(parameters)),
        simple=("the seasonal naive method", lambda: naive_by_point(searched)),
        settle=settle,
    )


def _stored(run: Run, basis: Basis) -> list[Series]:
    """All series of one basis, a value a period."""
    tickers = {ticker for _, ticker, _ in run.storage.metrics.entities() if ticker}
    return [
        found
        for ticker in sorted(tickers)
        for each in run.storage.metrics.metric_series(ticker, basis=basis).values()
        if (found := _regular(each)) is not None
    ]


def _regular(series: MetricSeries) -> Series | None:
    from datetime import datetime, time

    known = series.known
    if len(known) < 2:
        return None
    stamps = [datetime.combine(day, time()) for day, _ in known]
    try:
        steps = steps_of(stamps, ["day"] * len(stamps))
    except StampError:
        return None
    values = np.full(steps.places[-1] + 1, np.nan)
    values[list(steps.places)] = [value for _, value in known]
    return Series(f"{series.ticker} {series.name}", values)
