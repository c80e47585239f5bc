"""Systemic risk of the stored symbols."""

import math
from typing import Any

import numpy as np

from worker_core import risk
from worker_core.risk.report import FEWEST_VALUES
from worker_core.storage import RiskSeries, RiskUniverse
from worker_core.storage.risk import universe_hash
from worker_core.tasks.base import PermanentFailure, Run

FEWEST = 2


def analyse(run: Run, tickers: list[str], window: int) -> dict[str, Any]:
    """Measure, store and answer. Without ``tickers``: all stored symbols that are no index."""
    market = run.storage.market
    names = list(dict.fromkeys(tickers)) or [
        one.symbol for one in market.symbols() if not one.symbol.startswith("^")
    ]
    run.progress("Reading prices", 0.0)
    table = market.closes(names)
    try:
        panel = risk.panel(
            [day.item() for day in table.dates], list(table.symbols), _returns(table.values)
        )
        report = risk.analyse(
            panel, risk.Options(window=window), _balance(run, names), progress=run.progress
        )
    except risk.RiskError as error:
        raise PermanentFailure(str(error)) from error
    run.progress("Storing", 0.95)
    universe = universe_hash(panel.names)
    connected = None
    if report.table is not None:
        connected = {
            "names": list(report.table_names),
            "percent": report.table.table.round(4).tolist(),
            "total": report.table.total,
        }
    about = RiskUniverse(
        universe, window, panel.names, panel.days[-1], report.notes, connected, run.task_id
    )
    kept = run.storage.risk.replace(
        about, [_series(panel, one) for one in report.measures.values()]
    )
    return {
        "universe": universe,
        "names": list(panel.names),
        "window": window,
        "as_of": panel.days[-1].isoformat(),
        "values_stored": kept,
        "measures": {
            name: {"value": one.value, "percentile": one.percentile}
            for name, one in report.measures.items()
        },
        "srisk": {one.name: one.shortfall for one in report.srisk},
        "notes": list(report.notes),
    }


def _returns(closes: np.ndarray) -> np.ndarray:
    """Simple returns from each close to the next that is there; the first day has none."""
    found = np.full(closes.shape, np.nan)
    for column in range(closes.shape[1]):
        there = np.flatnonzero(np.isfinite(closes[:, column]) & (closes[:, column] > 0.0))
        found[there[1:], column] = closes[there[1:], column] / closes[there[:-1], column] - 1.0
    return found


def _series(panel: risk.Panel, one: risk.Measure) -> RiskSeries:
    there = np.flatnonzero(np.isfinite(one.values))
    values = one.values[there]
    return RiskSeries(
        one.name,
        [panel.days[row] for row in there],
        values.tolist(),
        running_percentiles(values),
        {name: share for name, share in one.contributions.items() if math.isfinite(share)},
    )


def running_percentiles(values: np.ndarray) -> list[float | None]:
    """The share of the values so far that are not above each, in percent."""
    from bisect import bisect_right, insort

    ordered: list[float] = []
    found: list[float | None] = []
    for value in values.tolist():
        insort(ordered, value)
        enough = len(ordered) >= FEWEST_VALUES
        found.append(100.0 * bisect_right(ordered, value) / len(ordered) if enough else None)
    return found


def _balance(run: Run, names: list[str]) -> dict[str, tuple[float, float]]:
    """Market value and liabilities of the names whose last report says them."""
    found = {}
    for name in names:
        said: dict[str, float] = {}
        for period in run.storage.metrics.periods(name)[:8]:
            for metric in period.metrics:
                for one in metric.inputs:
                    line, value = one.get("line"), one.get("value")
                    if line in ("total_liabilities", "shares_outstanding") and value is not None:
                        said.setdefault(str(line), float(str(value)))
            if len(said) == FEWEST:
                break
        bars = run.storage.market.bars(name) if len(said) == FEWEST else None
        if bars is not None and len(bars):
            equity = said["shares_outstanding"] * float(bars.close[-1])
            found[name] = (equity, said["total_liabilities"])
    return found
