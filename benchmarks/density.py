"""Densities of prices against historical simulation, on the bundled stocks.

Every origin knows what was known then: parameters are fitted anew on a schedule, on the past alone.
The continuous ranked probability score (CRPS) of logarithmic returns is set against that of
historical simulation over 1,000 sessions; beside it stand historical simulation over a year and a
GARCH(1, 1)-t of the library arch with its own simulation.

    ./dev bench density [--data FILE.parquet] [--stride 5] [--no-peer]

``--data`` names other stocks: a table with ticker, date, open, high, low, close, adj_close.
"""

import argparse
import json
import math
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks._stocks import Stock, stocks
from worker_core.forecasting.crps import crps_of_ensemble
from worker_core.forecasting.price.conformal import LEVELS, SHORTEST, Conformal
from worker_core.forecasting.price.data import prepare
from worker_core.forecasting.price.drift import own_drift
from worker_core.forecasting.price.evaluation import worst_year
from worker_core.forecasting.price.forecast import sample
from worker_core.forecasting.price.historical import WINDOW
from worker_core.forecasting.price.model import Parameters, fit, refilter
from worker_core.forecasting.scores import diebold_mariano, winkler

HORIZONS = (1, 5, 21)
FIRST = 1000
REFIT = 126
YEAR = 250
PATHS = 1000
CRISIS = (np.datetime64("2008-09-01"), np.datetime64("2009-03-31"))

Array = npt.NDArray[np.float64]


@dataclass
class Scored:
    """What became of one method at one horizon on one stock, by origin."""

    crps: list[float] = field(default_factory=list)
    ends: dict[int, list[tuple[float, float]]] = field(
        default_factory=lambda: {level: [] for level in LEVELS}
    )
    conformal: Conformal = field(default_factory=Conformal)
    came: Array = field(default_factory=lambda: np.empty(0))

    def take(self, came: float, members: Array, horizon: int, *, adapted: bool) -> None:
        """Score a density; with ``adapted`` its interval asks for what earlier ones have missed."""
        self.crps.append(float(crps_of_ensemble(came, members)))
        ordered = np.sort(members)
        for level in LEVELS:
            tail = np.array([(1 - level / 100) / 2])
            share = float(self.conformal.shares(horizon, tail)[0]) if adapted else float(tail[0])
            low, high = np.quantile(ordered, [share, 1 - share])
            self.ends[level].append((float(low), float(high)))

    def learn(self, horizon: int, origin: int, came: Array) -> None:
        """From the outcome of an earlier origin, which is known by now."""
        if origin < 0 or horizon < SHORTEST:
            return
        missed = {}
        for level in LEVELS:
            low, high = self.ends[level][origin]
            missed[level] = not low <= came[origin] <= high
        self.conformal = self.conformal.learned(horizon, missed)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--data", type=Path)
    options.add_argument("--stride", type=int, default=5)
    options.add_argument("--no-peer", action="store_true")
    chosen = options.parse_args()
    results, seconds, origins = [], {"ours": 0.0, "garch_t": 0.0}, 0
    for stock in stocks(chosen.data):
        places = np.arange(FIRST, len(stock.closes) - max(HORIZONS), chosen.stride)
        if len(places) < 40:
            print(f"{stock.ticker}: too short, left out.")
            continue
        scored = run(stock, places, chosen.stride, seconds, peer=not chosen.no_peer)
        results.append((stock, places, scored))
        origins += len(places)
    figures = summary(results, chosen.stride)
    figures["origins"] = origins
    figures["cpu_ms_an_origin"] = {
        name: round(1000 * value / origins, 2) for name, value in seconds.items() if value
    }
    show(figures)
    print(json.dumps(figures))


def run(
    stock: Stock,
    places: npt.NDArray[np.int64],
    stride: int,
    seconds: dict[str, float],
    *,
    peer: bool,
) -> dict[str, dict[int, Scored]]:
    """Score all methods on one stock."""
    logs = np.log(stock.closes)
    came = {horizon: logs[places + horizon] - logs[places] for horizon in HORIZONS}
    names = ["ours", "historical", "historical_year", *(["garch_t"] if peer else [])]
    scored = {name: {horizon: Scored() for horizon in HORIZONS} for name in names}
    began = time.process_time()
    for number, paths in enumerate(ours(stock, places)):
        for horizon in HORIZONS:
            mine = scored["ours"][horizon]
            mine.learn(horizon, number - math.ceil(horizon / stride), came[horizon])
            mine.take(came[horizon][number], paths[horizon - 1], horizon, adapted=True)
    seconds["ours"] += time.process_time() - began
    for number, place in enumerate(places):
        for horizon in HORIZONS:
            for name, window in (("historical", WINDOW), ("historical_year", YEAR)):
                past = logs[max(0, place - window) : place + 1]
                members = past[horizon:] - past[:-horizon]
                outcome = came[horizon][number]
                scored[name][horizon].take(outcome, members, horizon, adapted=False)
    if peer:
        began = time.process_time()
        for number, paths in enumerate(garch(logs, places)):
            for horizon in HORIZONS:
                outcome = came[horizon][number]
                scored["garch_t"][horizon].take(outcome, paths[horizon - 1], horizon, adapted=False)
        seconds["garch_t"] += time.process_time() - began
    for horizon in HORIZONS:
        for name in names:
            scored[name][horizon].came = came[horizon]
    return scored


def ours(stock: Stock, places: npt.NDArray[np.int64]) -> Iterator[Array]:
    """(horizon, paths) at each origin."""
    parameters: Parameters | None = None
    last = -REFIT
    for place in places:
        history = prepare(stock.closes[: place + 1], stock.ohlc[: place + 1])
        if place - last >= REFIT:
            parameters, last = fit(history, parameters), place
        assert parameters is not None  # noqa: S101 - fitted at the first origin
        state = refilter(history, parameters)
        generator = np.random.default_rng(int(place))
        yield sample(state, max(HORIZONS), own_drift(history.returns), PATHS, generator)


def garch(logs: Array, places: npt.NDArray[np.int64]) -> Iterator[Array]:
    """(horizon, paths) of the peer, with its own fit and simulation, on the same schedule."""
    from arch import arch_model

    returns = np.diff(logs) * 100
    longest = max(HORIZONS)
    parameters: Any = None
    last = -REFIT
    for place in places:
        start = max(0, place - 2520)
        model = arch_model(returns[start:place], p=1, q=1, dist="t", rescale=False)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if place - last >= REFIT:
                parameters = model.fit(disp="off", show_warning=False).params
                last = place
            forecast = model.fix(parameters).forecast(
                horizon=longest,
                method="simulation",
                simulations=PATHS,
                random_state=np.random.RandomState(int(place)),
            )
        yield np.cumsum(forecast.simulations.values[-1], axis=1).T / 100


def summary(results: list[Any], stride: int) -> dict[str, Any]:
    """The figures, by method and horizon."""
    figures: dict[str, Any] = {}
    names = list(results[0][2])
    for name in names:
        figures[name] = {}
        for horizon in HORIZONS:
            figures[name][str(horizon)] = of_method(results, name, horizon, stride)
    return figures


def of_method(results: list[Any], name: str, horizon: int, stride: int) -> dict[str, Any]:
    """Over all stocks: losses are pooled, and each stock's ratio counts once in ``by_stock``."""
    losses, base, year, by_stock, worst = [], [], [], {}, []
    inside: dict[int, list[npt.NDArray[np.bool_]]] = {level: [] for level in LEVELS}
    widths: dict[int, list[float]] = {level: [] for level in LEVELS}
    days, crisis = [], []
    for stock, places, scored in results:
        mine, naive = scored[name][horizon], scored["historical"][horizon]
        came = mine.came
        losses.append(np.array(mine.crps))
        base.append(np.array(naive.crps))
        year.append(np.array(scored["historical_year"][horizon].crps))
        by_stock[stock.ticker] = round(float(np.mean(losses[-1]) / np.mean(base[-1])), 4)
        for level in LEVELS:
            low, high = np.array(mine.ends[level]).T
            inside[level].append((low <= came) & (came <= high))
            widths[level].append(winkler(came, low, high, level / 100))
        worst.append(worst_year(inside[95][-1], stride))
        days.append(stock.days[places])
        within = (days[-1] >= CRISIS[0]) & (days[-1] <= CRISIS[1])
        crisis.append(inside[95][-1][within])
    mine_all, base_all = np.concatenate(losses), np.concatenate(base)
    test = diebold_mariano(
        *by_day(np.concatenate(days), mine_all, base_all), overlap=math.ceil(horizon / stride)
    )
    in_crisis = np.concatenate(crisis)
    return {
        "crps_ratio": round(float(mine_all.mean() / base_all.mean()), 4),
        "crps_ratio_to_year": round(float(mine_all.mean() / np.concatenate(year).mean()), 4),
        "mean_of_stock_ratios": round(float(np.mean(list(by_stock.values()))), 4),
        "dm_p": None if math.isnan(test.p_value) else float(f"{test.p_value:.2g}"),
        "coverage_80": round(float(np.concatenate(inside[80]).mean()), 4),
        "coverage_95": round(float(np.concatenate(inside[95]).mean()), 4),
        "worst_year_95": round(float(np.nanmin(worst)), 3),
        "crisis_95": round(float(in_crisis.mean()), 3) if len(in_crisis) else None,
        "winkler_95": round(float(np.mean(widths[95])), 5),
        "by_stock": by_stock,
    }


def by_day(days: npt.NDArray[np.datetime64], first: Array, second: Array) -> tuple[Array, Array]:
    """Mean losses of each day's stocks, which move together: a day counts once."""
    every, where = np.unique(days, return_inverse=True)
    counts = np.bincount(where, minlength=len(every))
    return (
        np.bincount(where, first, len(every)) / counts,
        np.bincount(where, second, len(every)) / counts,
    )


def show(figures: dict[str, Any]) -> None:
    columns = ("crps_ratio", "crps_ratio_to_year", "dm_p", "coverage_80", "coverage_95",
               "worst_year_95", "crisis_95")  # fmt: skip
    print(f"{'':18}{'ahead':>6}" + "".join(f"{name:>20}" for name in columns))
    for name, horizons in figures.items():
        if isinstance(horizons, dict) and "1" in horizons:
            for horizon, values in horizons.items():
                print(f"{name:18}{horizon:>6}" + "".join(f"{values[c]!s:>20}" for c in columns))
    print(f"{figures['origins']} origins; CPU-ms an origin: {figures['cpu_ms_an_origin']}")


if __name__ == "__main__":
    main()
