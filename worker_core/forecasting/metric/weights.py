"""How well weights of the ensemble do, at points of the past one after the other.

The members are computed once at each point, from what was known then; weighting them anew costs
next to nothing. The newest point is kept apart: the search never sees it.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from worker_core.forecasting.metric.checks import FEWEST_MODELLED, Checked, Series, check
from worker_core.forecasting.metric.members import Members, Parts
from worker_core.forecasting.metric.naive import seasonal_naive
from worker_core.forecasting.metric.options import LONGEST_MODELLED, Options
from worker_core.forecasting.metric.panel import Floats
from worker_core.forecasting.metric.threads import one_thread
from worker_core.forecasting.scores import mean_of, naive_scale

SHARES = ("pooled_share", "boosted_share", "theta_share", "running_share")
"""The settings of `Options` that are weights."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the past: what the members said, and what came.

    Attributes:
        actual, naive: (n, horizon).
        unit: (n,): the seasonal naive method's error over the past.
        id: (n,): of which series.
    """

    parts: Parts
    actual: Floats
    naive: Floats
    unit: Floats
    id: tuple[str, ...]

    def losses(self, options: Options) -> Floats:
        """MASE of each series (n,)."""
        return self._scaled(self.parts.mean(options))

    def naive_losses(self) -> Floats:
        """The same of the seasonal naive method."""
        return self._scaled(self.naive)

    def _scaled(self, forecast: Floats) -> Floats:
        return np.asarray(np.abs(self.actual - forecast).mean(axis=1) / self.unit)


def points(
    series: Sequence[Series],
    *,
    season: int,
    horizon: int,
    count: int,
    options: Options | None = None,
    progress: Callable[[float], None] = lambda _fraction: None,
) -> tuple[Point, ...]:
    """Up to ``count`` points, a horizon apart, the oldest first, the last a horizon before the
    end. Points before which no series is long enough are left out.

    Raises:
        ValueError: the season is longer than the models carry.
    """
    if season > LONGEST_MODELLED:
        raise ValueError(f"Weights are searched for seasons of at most {LONGEST_MODELLED} steps.")
    with one_thread():
        return _points(series, season, horizon, count, options or Options(), progress)


def _points(
    series: Sequence[Series],
    season: int,
    horizon: int,
    count: int,
    chosen: Options,
    progress: Callable[[float], None],
) -> tuple[Point, ...]:
    looked_at = [check(each, season, chosen) for each in series]
    plain = [each for each in looked_at if isinstance(each, Checked) and each.nature == "plain"]
    fewest = max(2 * season, FEWEST_MODELLED)
    found = []
    for back in range(count, 0, -1):
        kept = [each for each in plain if len(each.values) - back * horizon >= fewest]
        pasts = [each.values[: len(each.values) - back * horizon] for each in kept]
        units = np.array([naive_scale(past, season) for past in pasts])
        there = np.flatnonzero(units > 0)
        if there.size:
            pasts = [pasts[place] for place in there]
            members = Members.taught(pasts, season, horizon, chosen)
            ends = [len(past) for past in pasts]
            actual = [
                kept[place].values[end : end + horizon]
                for place, end in zip(there, ends, strict=True)
            ]
            naive = [seasonal_naive(past, season, horizon) for past in pasts]
            found.append(
                Point(
                    members.parts(pasts),
                    np.stack(actual),
                    np.stack(naive),
                    units[there],
                    tuple(kept[place].id for place in there),
                )
            )
        progress((count - back + 1) / count)
    return tuple(found)


def options_of(parameters: Mapping[str, float | int | str]) -> Options:
    """`Options` of settings as they are kept.

    Raises:
        ValueError: one of them is out of bounds, or is none.
    """
    known = {each.name for each in fields(Options)}
    if unknown := sorted(set(parameters) - known):
        raise ValueError(f"the forecasts know no setting {', '.join(unknown)}")
    try:
        return Options(
            **{
                name: int(value) if name in ("seasons", "seed") else float(value)
                for name, value in parameters.items()
            }  # type: ignore[arg-type]  # by name
        )
    except TypeError as error:
        raise ValueError(str(error)) from error


def by_point(past: Sequence[Point], options: Options) -> Iterator[float]:
    """The mean MASE at each point, the oldest first."""
    for point in past:
        loss = mean_of([float(each) for each in point.losses(options)])
        if math.isfinite(loss):
            yield loss


def naive_by_point(past: Sequence[Point]) -> Iterator[float]:
    """The same of the seasonal naive method."""
    for point in past:
        yield mean_of([float(each) for each in point.naive_losses()])
