"""Forecasts of values that are known, made from those before them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from worker_core.forecasting import scores
from worker_core.forecasting.metric.checks import FEWEST_MODELLED, Checked
from worker_core.forecasting.metric.intervals import Calibration, scale
from worker_core.forecasting.metric.members import Members
from worker_core.forecasting.metric.model import Evidence
from worker_core.forecasting.metric.naive import naive2, seasonal_naive
from worker_core.forecasting.metric.naive_width import naive_sigma
from worker_core.forecasting.metric.options import Options
from worker_core.forecasting.metric.panel import Floats, Integers

_WANTED: Final = 120
_MOST_ORIGINS: Final = 24
# Each beginning of a long series costs much, and holds out many values.
_LONG: Final = 600
_MOST_OF_LONG: Final = 8
_SURE: Final = 0.05


@dataclass(frozen=True, slots=True)
class HeldOut:
    """n beginnings of a forecast, those of a series together and the oldest first.

    Attributes:
        series: (n,): place of the series.
        gap: steps between the beginnings of one series.
        actual: (n, horizon), NaN beyond the end.
        mean, scales: (n, horizon).
        naive, naive2: (n, horizon).
        by_naive: whether ``mean`` is that of the seasonal naive method.
        step: (n,): mean absolute error of the seasonal naive method over the past.
    """

    series: Integers
    gap: int
    actual: Floats
    mean: Floats
    scales: Floats
    naive: Floats
    naive2: Floats
    step: Floats
    pooled: bool
    by_naive: bool = False

    def beaten(self) -> scores.DieboldMariano | None:
        """The test by which the seasonal naive method was surely better; None where it was not."""
        size = np.where(self.step > 0, self.step, np.nan)[:, None]
        own, naive = (
            _mean_of_rows(np.abs(self.actual - each) / size) for each in (self.mean, self.naive)
        )
        test = _test(self, own, naive)
        return test if test.statistic > 0 and test.p_value < _SURE else None

    def of_naive(self, season: int) -> "HeldOut":
        """What the seasonal naive method said at the same beginnings."""
        sigma = naive_sigma(self.step, season, self.mean.shape[1])
        return replace(self, mean=self.naive, scales=scale(sigma, self.step), by_naive=True)

    @property
    def calibration(self) -> Calibration:
        # A past in which nothing moved says nothing of how far a surprise goes.
        scales = np.where(self.scales > 0, self.scales, np.nan)
        return Calibration(np.abs(self.actual - self.mean) / scales, self.series)

    def skills(self) -> dict[int, float]:
        """By place of the series: 1 − its error over that of the naive method."""
        own, naive = np.abs(self.actual - self.mean), np.abs(self.actual - self.naive)
        found = {}
        for place in np.unique(self.series):
            here = self.series == place
            error = float(np.nansum(naive[here]))
            found[int(place)] = 1.0 - float(np.nansum(own[here])) / error if error > 0 else math.nan
        return found


def hold_out(
    series: Sequence[Checked], season: int, horizon: int, options: Options
) -> HeldOut | None:
    """Forecast the ends of the series; None where none is long enough."""
    beginnings, gap = _beginnings(series, season, horizon)
    if not beginnings:
        return None
    earliest: dict[int, int] = {}
    for place, cut in beginnings:
        earliest[place] = min(cut, earliest.get(place, cut))
    # What is learned from all series must not know any of the values that are forecast.
    lessons = [series[place].values[:cut] for place, cut in earliest.items()]
    members = Members.taught(lessons, season, horizon, options)
    pasts = [series[place].values[:cut] for place, cut in beginnings]
    found = members.forecast(pasts)
    actual = np.full((len(beginnings), horizon), np.nan)
    for row, (place, cut) in enumerate(beginnings):
        future = series[place].values[cut : cut + horizon]
        actual[row, : len(future)] = future
    step = np.array([scores.naive_scale(past, season) for past in pasts])
    return HeldOut(
        np.array([place for place, _ in beginnings], dtype=np.intp),
        gap,
        actual,
        found.mean,
        scale(found.sigma, step),
        np.stack([seasonal_naive(past, season, horizon) for past in pasts]),
        np.stack([naive2(past, season, horizon) for past in pasts]),
        step,
        members.learned is not None,
    )


def _beginnings(
    series: Sequence[Checked], season: int, horizon: int
) -> tuple[list[tuple[int, int]], int]:
    """(place, values before) of each, and the steps between those of a series."""
    fewest = max(2 * season, FEWEST_MODELLED)
    origins = min(max(math.ceil(_WANTED / len(series)), 1), _MOST_ORIGINS)
    if max(len(each.values) for each in series) > _LONG:
        origins = min(origins, _MOST_OF_LONG)
    spare = sorted(len(each.values) - horizon - fewest for each in series)[len(series) // 2]
    gap = min(max(1, spare // origins), horizon)
    found = []
    for place, each in enumerate(series):
        last = max(len(each.values) - horizon, fewest)
        cuts = [last - gap * back for back in range(origins)]
        found += [
            (place, cut) for cut in reversed(cuts) if cut >= fewest and cut < len(each.values)
        ]
    return found, gap


def evidence(held: HeldOut, levels: Sequence[float], season: int) -> Evidence:
    """What the held-out values say of the methods."""
    known = np.isfinite(held.actual)
    size = np.where(held.step > 0, held.step, np.nan)

    def scaled(forecast: Floats) -> Floats:
        """MASE of each row (n,)."""
        error = np.where(known, np.abs(held.actual - forecast), 0.0).sum(axis=1)
        return np.asarray(error / known.sum(axis=1) / size)

    def symmetric(forecast: Floats) -> float:
        rows = [
            scores.smape(held.actual[row, there], forecast[row, there])
            for row, there in enumerate(known)
        ]
        return scores.mean_of(rows)

    own, naive = scaled(held.mean), scaled(held.naive)
    mase, smape = scores.mean_of(list(own)), symmetric(held.mean)
    naive_mase = scores.mean_of(list(naive))
    of_naive2 = scores.mean_of(list(scaled(held.naive2)))
    coverage, winkler, pinball = _of_intervals(held, levels, size)
    series = len(np.unique(held.series))
    return Evidence(
        series=series,
        origins=len(own),
        mase=mase,
        smape=smape,
        owa=scores.owa(mase, smape, of_naive2, symmetric(held.naive2)),
        naive_mase=naive_mase,
        skill=1.0 - mase / naive_mase if naive_mase > 0 else math.nan,
        against_naive=_test(held, own, naive),
        coverage=coverage,
        winkler=winkler,
        pinball=pinball,
        basis=(
            f"The last {held.actual.shape[1]} steps of {series} series, held out at "
            f"{len(own)} {'beginning' if len(own) == 1 else 'beginnings'}; a season of {season}."
        ),
    )


def _mean_of_rows(errors: Floats) -> Floats:
    """(n,) over what is known of each row; NaN where nothing is."""
    known = np.isfinite(errors)
    total = np.where(known, errors, 0.0).sum(axis=1)
    return np.where(known.any(axis=1), total / np.maximum(known.sum(axis=1), 1), np.nan)


def _test(held: HeldOut, own: Floats, naive: Floats) -> scores.DieboldMariano:
    """Over series where there are enough; else over time, where neighbours overlap."""
    places = np.unique(held.series)
    if len(places) >= scores.FEWEST_FOR_TEST:
        by_series = [
            (np.nanmean(own[here]), np.nanmean(naive[here]))
            for here in (held.series == place for place in places)
            if np.isfinite(own[here]).any()
        ]
        pairs = np.array(by_series).reshape(-1, 2)
        return scores.diebold_mariano(pairs[:, 0], pairs[:, 1])
    # The newest beginning of each series together, then the one before it, and so on.
    back = np.concatenate([np.arange((held.series == place).sum())[::-1] for place in places])
    nth = np.unique(back)[::-1]
    overlap = math.ceil(held.actual.shape[1] / held.gap)
    return scores.diebold_mariano(
        np.array([own[back == each].mean() for each in nth]),
        np.array([naive[back == each].mean() for each in nth]),
        overlap=overlap,
    )


def _of_intervals(
    held: HeldOut, levels: Sequence[float], size: Floats
) -> tuple[dict[float, float], dict[float, float], dict[float, float]]:
    """Coverage, Winkler score and pinball loss by level, of intervals that did not know the row."""
    coverage, winkler, pinball = {}, {}, {}
    known = np.isfinite(held.actual) & np.isfinite(size)[:, None]
    actual, unit = held.actual[known], np.broadcast_to(size[:, None], known.shape)[known]
    for level in levels:
        half = held.calibration.crossed(level / 100) * held.scales
        low, high = (held.mean - half)[known], (held.mean + half)[known]
        tail = (1.0 - level / 100) / 2.0
        coverage[level] = scores.coverage(actual, low, high)
        winkler[level] = scores.winkler(actual / unit, low / unit, high / unit, level / 100)
        pinball[level] = 0.5 * (
            scores.pinball(actual / unit, low / unit, tail)
            + scores.pinball(actual / unit, high / unit, 1.0 - tail)
        )
    return coverage, winkler, pinball
