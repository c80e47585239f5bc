"""The methods that are averaged, by the kind of season."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from worker_core.forecasting.metric import pooled
from worker_core.forecasting.metric.ets import Smoothed, smooth
from worker_core.forecasting.metric.long_season import take_out
from worker_core.forecasting.metric.naive import growing_naive
from worker_core.forecasting.metric.options import DAYS, LONGEST_MODELLED, WEEK, Options
from worker_core.forecasting.metric.panel import Floats
from worker_core.forecasting.metric.seasonality import Adjusted, adjusted
from worker_core.forecasting.metric.theta import Thetas, theta

_RECENT: Final = 520


@dataclass(frozen=True, slots=True)
class Averaged:
    """The mean of the members.

    Attributes:
        mean: (n, horizon).
        sigma: (n, horizon): standard deviation of the error by exponential smoothing.
        model: (n,): what was averaged, with its weights in percent.
    """

    mean: Floats
    sigma: Floats
    model: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """What the members say, each (n, horizon); ``pooled`` is the linear model and the trees."""

    smoothed: Smoothed
    thetas: Thetas
    pooled: tuple[Floats, Floats] | None = None

    def own(self, options: Options) -> Floats:
        """The mean of those that look at one series alone."""
        running, share = options.running_share, options.theta_share
        both = (1.0 - running) * self.thetas.fixed + running * self.thetas.running
        return np.asarray((1.0 - share) * self.smoothed.mean + share * both)

    def mean(self, options: Options) -> Floats:
        """The mean of all, as ``Members.forecast`` gives it."""
        own = self.own(options)
        if self.pooled is None:
            return own
        return with_pooled(own, *self.pooled, options)


@dataclass(frozen=True, slots=True)
class Members:
    """How series of one season are forecast.

    Attributes:
        season: steps.
        learned: what was learned from all series, or None.
    """

    season: int
    horizon: int
    options: Options
    learned: pooled.PooledModels | None = None

    @classmethod
    def taught(
        cls, lessons: Sequence[Floats], season: int, horizon: int, options: Options
    ) -> "Members":
        """With what all of ``lessons`` teach, where they are enough."""
        learned = None
        if options.pooled_share > 0:
            plain = [_without_season(values, season) for values in lessons]
            learned = pooled.learn(plain, season, horizon, seed=options.seed)
        return cls(season, horizon, options, learned)

    def forecast(self, series: Sequence[Floats]) -> Averaged:
        """Each at least two seasons and six values, none missing."""
        plain = [_without_season(values, self.season) for values in series]
        if _is_long(self.season):
            return self._long(series, plain)
        parts = self._parts(series, plain)
        share = self.options.theta_share
        names = [
            [(f"{form} and others by AICc", 1.0 - share), ("Theta", share)]
            for form in parts.smoothed.form
        ]
        return self._with_pooled(plain, parts.own(self.options), parts.smoothed.sigma, names)

    def parts(self, series: Sequence[Floats]) -> "Parts":
        """The members of a season of at most ``LONGEST_MODELLED`` steps, before the averaging."""
        plain = [_without_season(values, self.season) for values in series]
        found = self._parts(series, plain)
        if self.learned is None:
            return found
        return replace(found, pooled=self.learned.forecast(plain))

    def _parts(self, series: Sequence[Floats], plain: Sequence[Adjusted]) -> "Parts":
        return Parts(smooth(series, self.season, self.horizon), theta(plain, self.horizon))

    def _long(self, series: Sequence[Floats], plain: Sequence[Adjusted]) -> Averaged:
        """A season that was taken out by moving averages; with hours of a day, the week as well."""
        # Without its season a series is level and slope, which the newest values tell.
        smoothed = smooth([each.values[-_RECENT:] for each in plain], 1, self.horizon)
        decomposed = np.stack(
            [each.back(row) for each, row in zip(plain, smoothed.mean, strict=True)]
        )
        if self.season in DAYS:
            last = [
                growing_naive(values, len(each.season), self.horizon)
                for values, each in zip(series, plain, strict=True)
            ]
            own = 0.5 * decomposed + 0.5 * np.stack(last)
            names = [[(f"MSTL, {form}", 0.5), ("seasonal naive", 0.5)] for form in smoothed.form]
        else:
            flat = smooth(series, 1, self.horizon)
            thetas = theta([adjusted(values, self.season) for values in series], self.horizon)
            own = (decomposed + flat.mean + thetas.fixed) / 3.0
            names = [
                [(f"MSTL, {form}", 1 / 3), (other, 1 / 3), ("Theta", 1 / 3)]
                for form, other in zip(smoothed.form, flat.form, strict=True)
            ]
        return self._with_pooled(plain, own, smoothed.sigma, names)

    def _with_pooled(
        self,
        plain: Sequence[Adjusted],
        own: Floats,
        sigma: Floats,
        names: Sequence[list[tuple[str, float]]],
    ) -> Averaged:
        if self.learned is None:
            return Averaged(own, sigma, tuple(_named(each) for each in names))
        share, trees = self.options.pooled_share, self.options.boosted_share
        mean = with_pooled(own, *self.learned.forecast(plain), self.options)
        also = [("pooled trees", share * trees), ("pooled linear", share * (1.0 - trees))]
        model = tuple(
            _named([*((name, weight * (1.0 - share)) for name, weight in each), *also])
            for each in names
        )
        return Averaged(mean, sigma, model)


def with_pooled(own: Floats, linear: Floats, boosted: Floats, options: Options) -> Floats:
    """The members of each series alone, and those that learned from all."""
    share, trees = options.pooled_share, options.boosted_share
    return np.asarray((1.0 - share) * own + share * ((1.0 - trees) * linear + trees * boosted))


def _is_long(season: int) -> bool:
    return season > LONGEST_MODELLED or season in DAYS


def _without_season(values: Floats, season: int) -> Adjusted:
    """The series that the pooled models see."""
    if not _is_long(season) or len(values) < 2 * season:
        return adjusted(values, season)
    if season in DAYS and len(values) >= 3 * WEEK * season:
        return take_out(values, (season, WEEK * season))
    return take_out(values, (season,))


def _named(parts: Sequence[tuple[str, float]]) -> str:
    return " + ".join(f"{100 * weight:.0f} % {name}" for name, weight in parts if weight > 0)
