"""How good the forecasts would have been: the whole method at several points of the past."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from worker_core.forecasting import scores
from worker_core.forecasting.metric.checks import FEWEST, Checked, Series, check
from worker_core.forecasting.metric.forecast import LEVELS, Progress, forecast_metrics
from worker_core.forecasting.metric.model import Refusal
from worker_core.forecasting.metric.naive import naive2, seasonal_naive
from worker_core.forecasting.metric.options import Options
from worker_core.forecasting.metric.panel import Floats


class TooShort(ValueError):  # noqa: N818 - reads as what it says
    """No series is long enough that a forecast could be held against what came."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Means over series and origins; intervals are those that were given at each origin.

    Attributes:
        series, origins, forecasts: how many there were; a forecast is of a series at an origin.
        mase, smape, owa: of the ensemble; ``naive_mase`` and ``naive_smape`` of seasonal naive.
        skill: 1 − mase / naive_mase.
        against_naive: Diebold-Mariano of the scaled absolute errors: over series where there are
            enough, else over origins.
        coverage, winkler, pinball: by level in percent; the last two over the naive scale.
        by_origin: OWA and coverage of each, the oldest first.
        by_step: MASE of each step ahead.
        refused: series that could not be used at all.
    """

    season: int
    horizon: int
    series: int
    origins: int
    forecasts: int
    mase: float
    smape: float
    owa: float
    naive_mase: float
    naive_smape: float
    skill: float
    against_naive: scores.DieboldMariano
    coverage: dict[float, float]
    winkler: dict[float, float]
    pinball: dict[float, float]
    by_origin: tuple[dict[str, Any], ...]
    by_step: tuple[float, ...]
    refused: tuple[Refusal, ...]

    def as_json(self) -> dict[str, Any]:
        """Without the refusals."""
        found = asdict(self)
        del found["refused"]
        return found

    def lines(self) -> tuple[str, ...]:
        """In words."""
        covered = ", ".join(f"{level:g} %: {share:.1%}" for level, share in self.coverage.items())
        test = self.against_naive
        told = test.note or f"Diebold-Mariano p = {test.p_value:.3g}"
        made = f"{self.forecasts:,} forecasts of {self.series:,} series at {self.origins} origins"
        return (
            f"{made}, {self.horizon} steps each, a season of {self.season}.",
            f"OWA {self.owa:.3f} (Naive2 is 1)   MASE {self.mase:.3f}   sMAPE {self.smape:.2f}",
            f"Seasonal naive: MASE {self.naive_mase:.3f}   skill {self.skill:+.1%}   {told}",
            f"Coverage of the intervals: {covered}",
        )


@dataclass(frozen=True, slots=True)
class _Row:
    """One forecast held against what came."""

    series: int
    origin: int
    step: Floats
    mase: float
    smape: float
    naive_mase: float
    naive_smape: float
    naive2_mase: float
    naive2_smape: float
    covered: dict[float, float]
    winkler: dict[float, float]
    pinball: dict[float, float]


def evaluate(
    series: Sequence[Series],
    *,
    season: int,
    horizon: int,
    levels: Sequence[float] = LEVELS,
    origins: int | None = None,
    options: Options | None = None,
    progress: Progress = lambda _stage, _fraction: None,
) -> Evaluation:
    """Forecast from ``origins`` points of the past, a horizon apart, the last a horizon before
    the end; each time from what was known then alone. By default 3 for a group, 12 for few series.

    Raises:
        TooShort: nothing could be held against anything.
        ValueError: as ``forecast_metrics``.
    """
    chosen = options or Options()
    # The whole past, with its gaps filled: what is held against a forecast must be there.
    whole = Options(seasons=10**6)
    looked_at = [check(each, season, whole) for each in series]
    refused = tuple(each for each in looked_at if isinstance(each, Refusal))
    good = [each for each in looked_at if isinstance(each, Checked)]
    rows: list[_Row] = []
    if origins is None:
        # Few series have to say it by more of their past.
        origins = 3 if len(good) >= scores.FEWEST_FOR_TEST else 12
    for origin in range(origins):
        back = (origins - origin) * horizon
        known = {str(place): each.values[:-back] for place, each in enumerate(good)}
        pasts = [Series(key, values) for key, values in known.items() if len(values) >= FEWEST]
        if pasts:
            rows += _held_against(
                good, pasts, back, origin, season, horizon, sorted(set(levels)), chosen
            )
        progress(f"Origin {origin + 1} of {origins}", (origin + 1) / origins)
    if not rows:
        raise TooShort(_why_none(good, refused, horizon))
    return _summed(rows, season, horizon, sorted(set(levels)), refused)


def _why_none(good: Sequence[Checked], refused: Sequence[Refusal], horizon: int) -> str:
    """Why nothing could be held against anything."""
    if not good:
        told = "; ".join(f"{each.id or '(no name)'}: {each.reason}" for each in refused[:3])
        return f"No series can be used. {told}"
    longest = max(len(each.values) for each in good)
    if longest < horizon + FEWEST:
        return (
            f"No series is long enough: the longest has {longest} values, and a horizon of "
            f"{horizon} with {FEWEST} values before it needs {horizon + FEWEST}."
        )
    return (
        "No series differs from a season before, so the naive method makes no error that others "
        "could be held against."
    )


def _held_against(
    good: Sequence[Checked],
    pasts: Sequence[Series],
    back: int,
    origin: int,
    season: int,
    horizon: int,
    levels: Sequence[float],
    options: Options,
) -> list[_Row]:
    group = forecast_metrics(pasts, season=season, horizon=horizon, levels=levels, options=options)
    rows = []
    for found in group.forecasts:
        place = int(found.id)
        values = good[place].values
        past = values[:-back]
        actual = values[len(past) : len(past) + horizon]
        unit = scores.naive_scale(past, season if len(past) > season else 1)
        if not unit > 0:
            continue
        plain, second = seasonal_naive(past, season, horizon), naive2(past, season, horizon)
        covered, winkler, pinball = {}, {}, {}
        for level in levels:
            low, high = found.low[level], found.high[level]
            tail = (1.0 - level / 100) / 2.0
            covered[level] = scores.coverage(actual, low, high)
            winkler[level] = scores.winkler(actual, low, high, level / 100) / unit
            pinball[level] = (
                scores.pinball(actual, low, tail) + scores.pinball(actual, high, 1.0 - tail)
            ) / (2.0 * unit)
        rows.append(
            _Row(
                place,
                origin,
                np.abs(actual - found.mean) / unit,
                float(np.abs(actual - found.mean).mean()) / unit,
                scores.smape(actual, found.mean),
                float(np.abs(actual - plain).mean()) / unit,
                scores.smape(actual, plain),
                float(np.abs(actual - second).mean()) / unit,
                scores.smape(actual, second),
                covered,
                winkler,
                pinball,
            )
        )
    return rows


def _summed(
    rows: Sequence[_Row],
    season: int,
    horizon: int,
    levels: Sequence[float],
    refused: tuple[Refusal, ...],
) -> Evaluation:
    def mean(name: str, part: Sequence[_Row] = rows) -> float:
        return scores.mean_of([float(getattr(row, name)) for row in part])

    def by_level(name: str, part: Sequence[_Row] = rows) -> dict[float, float]:
        return {each: scores.mean_of([getattr(row, name)[each] for row in part]) for each in levels}

    def weighted(part: Sequence[_Row]) -> float:
        return scores.owa(
            mean("mase", part), mean("smape", part), mean("naive2_mase", part),
            mean("naive2_smape", part),
        )  # fmt: skip

    origins = sorted({row.origin for row in rows})
    parts = [[row for row in rows if row.origin == origin] for origin in origins]
    naive_mase = mean("naive_mase")
    return Evaluation(
        season=season,
        horizon=horizon,
        series=len({row.series for row in rows}),
        origins=len(origins),
        forecasts=len(rows),
        mase=mean("mase"),
        smape=mean("smape"),
        owa=weighted(rows),
        naive_mase=naive_mase,
        naive_smape=mean("naive_smape"),
        skill=1.0 - mean("mase") / naive_mase if naive_mase > 0 else math.nan,
        against_naive=_test(rows),
        coverage=by_level("covered"),
        winkler=by_level("winkler"),
        pinball=by_level("pinball"),
        by_origin=tuple(
            {"series": len(part), "owa": weighted(part), "coverage": by_level("covered", part)}
            for part in parts
        ),
        by_step=tuple(float(each) for each in np.mean([row.step for row in rows], axis=0)),
        refused=refused,
    )


def _test(rows: Sequence[_Row]) -> scores.DieboldMariano:
    series = {row.series for row in rows}
    by_series = len(series) >= scores.FEWEST_FOR_TEST
    pairs: dict[int, list[tuple[float, float]]] = {}
    for row in rows:
        key = row.series if by_series else row.origin
        pairs.setdefault(key, []).append((row.mase, row.naive_mase))
    means = np.array([np.mean(pairs[key], axis=0) for key in sorted(pairs)])
    return scores.diebold_mariano(means[:, 0], means[:, 1])
