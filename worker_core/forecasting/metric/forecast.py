"""The forecast of a group of metrics: the ensemble, its intervals, and the evidence for both."""

import platform
from collections.abc import Callable, Sequence
from importlib.metadata import version

import numpy as np

from worker_core import __version__
from worker_core.forecasting.metric.checks import Checked, Series, check
from worker_core.forecasting.metric.held_out import HeldOut, evidence, hold_out
from worker_core.forecasting.metric.intermittent import demand
from worker_core.forecasting.metric.intervals import Calibration, scale, widened
from worker_core.forecasting.metric.members import Averaged, Members
from worker_core.forecasting.metric.model import GroupForecast, MetricForecast, Refusal
from worker_core.forecasting.metric.naive import naive, seasonal_naive
from worker_core.forecasting.metric.naive_width import naive_half_width, naive_sigma
from worker_core.forecasting.metric.options import Options
from worker_core.forecasting.metric.panel import Floats
from worker_core.forecasting.metric.threads import one_thread
from worker_core.forecasting.scores import DieboldMariano, naive_scale

LEVELS = (80.0, 95.0)
Progress = Callable[[str, float], None]


def forecast_metrics(
    series: Sequence[Series],
    *,
    season: int,
    horizon: int,
    levels: Sequence[float] = LEVELS,
    options: Options | None = None,
    progress: Progress = lambda _stage, _fraction: None,
) -> GroupForecast:
    """Forecast series of one frequency together: what one lacks the others teach.

    Two thirds exponential smoothing and theta, a third models that learn from all series, where
    there are enough. The intervals come from held-out values, pooled over the series. Where the
    seasonal naive method was surely better over those (Diebold-Mariano, 5 %), it is the forecast.

    Args:
        season: steps a season: 12 for months, 4 for quarters, 1 for none.
        horizon: steps ahead.
        levels: of the intervals, in percent.
        progress: told the stage and the fraction that is done.

    Raises:
        ValueError: season, horizon or a level is none.
    """
    _require(season, horizon, levels)
    with one_thread():
        return _forecast(
            series, season, horizon, sorted(set(levels)), options or Options(), progress
        )


def _forecast(
    series: Sequence[Series],
    season: int,
    horizon: int,
    levels: Sequence[float],
    chosen: Options,
    progress: Progress,
) -> GroupForecast:
    looked_at = [check(each, season, chosen) for each in series]
    refused = tuple(each for each in looked_at if isinstance(each, Refusal))
    good = [each for each in looked_at if isinstance(each, Checked)]
    plain = [each for each in good if each.nature == "plain"]
    held, beaten = None, None
    found: dict[int, MetricForecast] = {}
    if plain:
        progress("Holding out", 0.05)
        held = hold_out(plain, season, horizon, chosen)
        beaten = None if held is None else held.beaten()
        if held is not None and beaten is not None:
            held = held.of_naive(season)
        progress("Forecasting", 0.5)
        modelled = _modelled(plain, held, season, horizon, levels, chosen)
        found = {id(each): answer for each, answer in zip(plain, modelled, strict=True)}
    forecasts = [found.get(id(each)) or _unmodelled(each, season, horizon, levels) for each in good]
    progress("Weighing the evidence", 0.95)
    return GroupForecast(
        tuple(forecasts),
        refused,
        evidence(held, levels, season) if held is not None else None,
        chosen.seed,
        versions(),
        _notes(plain, held, beaten),
    )


def versions() -> dict[str, str]:
    """Of all that a forecast depends on."""
    libraries = {name: version(name) for name in ("numpy", "scipy", "scikit-learn")}
    return {"afi-desk": __version__, "python": platform.python_version(), **libraries}


def _modelled(
    plain: Sequence[Checked],
    held: HeldOut | None,
    season: int,
    horizon: int,
    levels: Sequence[float],
    options: Options,
) -> list[MetricForecast]:
    values = [each.values for each in plain]
    steps = np.array([naive_scale(each, season) for each in values])
    averaged = _averaged(values, steps, held, season, horizon, options)
    scales = scale(averaged.sigma, steps)
    calibration = held.calibration if held is not None else Calibration.none(horizon)
    halves = widened([calibration.reach(level / 100) for level in levels], scales)
    skills = held.skills() if held is not None else {}
    basis = _basis(held)
    wide = dict(zip(levels, halves, strict=True))
    return [
        MetricForecast(
            each.id,
            mean,
            {level: mean - half[row] for level, half in wide.items()},
            {level: mean + half[row] for level, half in wide.items()},
            averaged.model[row],
            basis,
            each.notes,
            each.data_hash,
            skills.get(row, float("nan")),
        )
        for row, (each, mean) in enumerate(zip(plain, averaged.mean, strict=True))
    ]


def _averaged(
    values: Sequence[Floats],
    steps: Floats,
    held: HeldOut | None,
    season: int,
    horizon: int,
    options: Options,
) -> Averaged:
    if held is not None and held.by_naive:
        mean = np.stack([seasonal_naive(each, season, horizon) for each in values])
        name = "Seasonal naive" if season > 1 else "Naive"
        return Averaged(mean, naive_sigma(steps, season, horizon), (name,) * len(values))
    # The pooled models stand in only where what was held out speaks for them too.
    taught = held is not None and held.pooled
    members = (
        Members.taught(values, season, horizon, options)
        if taught
        else Members(season, horizon, options)
    )
    return members.forecast(values)


def _unmodelled(
    series: Checked, season: int, horizon: int, levels: Sequence[float]
) -> MetricForecast:
    values = series.values
    low: dict[float, Floats]
    high: dict[float, Floats]
    if series.nature == "constant":
        mean = naive(values, horizon)
        low, high = dict.fromkeys(levels, mean), dict.fromkeys(levels, mean)
        model, basis = "Naive (constant)", "The series never changed."
    elif series.nature == "intermittent":
        known = demand(values)
        mean = np.full(horizon, known.mean)
        tails = {level: (1.0 - level / 100) / 2.0 for level in levels}
        low = {k: np.full(horizon, np.quantile(known.past, tail)) for k, tail in tails.items()}
        high = {k: np.full(horizon, np.quantile(known.past, 1 - tail)) for k, tail in tails.items()}
        model, basis = "Croston (SBA)", f"Where the {len(values)} past steps were."
    else:
        # More than a season is needed to see how much one differs from the next.
        period = season if len(values) > season + 1 else 1
        mean = seasonal_naive(values, period, horizon)
        halves = {each: naive_half_width(values, period, horizon, each / 100) for each in levels}
        low = {level: mean - half for level, half in halves.items()}
        high = {level: mean + half for level, half in halves.items()}
        model = "Seasonal naive" if period > 1 else "Naive"
        basis = f"A random walk with the size of the {len(values) - period} past steps, by t."
    return MetricForecast(
        series.id, mean, low, high, model, basis, series.notes, series.data_hash, float("nan")
    )


def _basis(held: HeldOut | None) -> str:
    if held is None:
        return "What the model believes: the past is too short to hold anything out."
    series, rows = len(np.unique(held.series)), len(held.series)
    if series == 1:
        return (
            f"Errors of this series at {rows} earlier beginnings, mixed with what the model "
            "believes where they are few."
        )
    return f"Errors held out at {rows} beginnings of {series} series, pooled."


def _notes(
    plain: Sequence[Checked], held: HeldOut | None, beaten: DieboldMariano | None
) -> tuple[str, ...]:
    if beaten is not None:
        return (
            (
                "Over what was held out the ensemble was surely worse than the seasonal naive "
                f"method (Diebold-Mariano p = {beaten.p_value:.3g}), so that stands in its place."
            ),
        )
    if not plain or (held is not None and held.pooled):
        return ()
    return (
        (
            f"Too few series ({len(plain)}), or too short, for models that learn from all of "
            "them: exponential smoothing and theta stand alone."
        ),
    )


def _require(season: int, horizon: int, levels: Sequence[float]) -> None:
    if season < 1:
        raise ValueError("A season has at least 1 step; 1 means none.")
    if horizon < 1:
        raise ValueError("The horizon is at least 1 step.")
    wrong = [level for level in levels if not 0 < level < 100]
    if wrong or not levels:
        raise ValueError(f"Levels are in percent, above 0 and below 100; not {wrong or 'none'}.")
