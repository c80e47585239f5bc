"""What the tasks of the queue ``anomaly_detection`` do with the stored series of a company."""

import logging
import re
from datetime import date
from typing import Any

import numpy as np

from worker_core.anomalies import Parameters, SeriesError
from worker_core.anomalies.metrics import judge_metric
from worker_core.anomalies.model import Floats
from worker_core.anomalies.patterns import PATTERN_THRESHOLD, new_patterns
from worker_core.anomalies.prices import THRESHOLDS, price_anomalies
from worker_core.storage import AnomalyRecord
from worker_core.tasks import anomaly_records as records
from worker_core.tasks.base import PermanentFailure, Run

log = logging.getLogger(__name__)

MODEL_KIND = "anomaly.price"
LONG = 200
"""Values from which on a series is judged as one, and not by its changes from year to year."""


def metric_anomalies(run: Run, ticker: str, metrics: list[str]) -> dict[str, Any]:
    """Judge the reported metrics of a company, and stored series that are named after it."""
    storage = run.storage
    found: dict[str, Any] = {}
    refused: dict[str, str] = {}
    for basis in ("quarter", "annual"):
        # By quarters where they are long enough, else by years.
        series = storage.metrics.metric_series(
            ticker, [name for name in metrics if name not in found], basis=basis
        )
        for name, one in series.items():
            if name in found:
                continue
            days = [day for day, _ in one.known]
            values = [value for _, value in one.known]
            try:
                judged = judge_metric(days, values)
            except SeriesError as error:
                refused.setdefault(name, str(error))
                continue
            refused.pop(name, None)
            rows = records.of_metric(f"{ticker} {name}", judged, run.task_id)
            storage.anomalies.replace(f"{ticker} {name}", "metric", rows)
            found[name] = {
                "basis": basis,
                "judged": len(judged),
                "anomalies": len(rows),
                "latest": judged[-1].words if judged[-1].is_anomaly else None,
            }
    for series_id in _series_of(run, ticker, metrics):
        found |= _series(run, series_id, refused)
    if not found and not refused:
        wanted = f" named {', '.join(metrics)}" if metrics else ""
        raise PermanentFailure(
            f"There are no metrics of {ticker}{wanted} in the store. Process its reports, then run "
            "calculate_financial_metrics."
        )
    return {"ticker": ticker, "metrics": found, "too_short": refused}


def _series_of(run: Run, ticker: str, metrics: list[str]) -> list[str]:
    """The ids of stored series that are of the company: its ticker is a word of theirs."""
    found = []
    for series_id in run.storage.market.series_ids():
        words = re.split(r"[^A-Za-z0-9^]+", series_id.upper())
        if ticker.upper() in words and (not metrics or series_id in metrics):
            found.append(series_id)
    return found


def observed(run: Run, series_id: str) -> tuple[list[date], Floats]:
    """The days and finite values of a stored series."""
    stored = run.storage.market.observations(series_id)
    there = np.isfinite(stored.values)
    return [day.item() for day in stored.dates[there]], stored.values[there]


def _series(run: Run, series_id: str, refused: dict[str, str]) -> dict[str, Any]:
    days, values = observed(run, series_id)
    if len(values) < LONG:
        try:
            judged = judge_metric(days, values.tolist())
        except SeriesError as error:
            refused[series_id] = str(error)
            return {}
        rows = records.of_metric(series_id, judged, run.task_id)
        run.storage.anomalies.replace(series_id, "metric", rows)
        return {series_id: {"judged": len(judged), "anomalies": len(rows)}}
    return {series_id: _by_baseline(run, series_id, days, values)}


def _by_baseline(run: Run, subject: str, days: list[date], values: Floats) -> dict[str, Any]:
    """Score the rows that the subject's baseline has not seen, and keep their anomalies."""
    learnt = records.scored(run, subject, days, values)
    own = days[learnt.known :]
    rows = records.of_series(subject, own, learnt.alarms, run.task_id, Parameters().window)
    since = records.midnight(own[0]) if learnt.known and own else None
    if own:
        run.storage.anomalies.replace(subject, "series", rows, since=since)
    return {"judged": len(own), "anomalies": len(rows), "baseline": learnt.baseline}


def closes(run: Run, ticker: str, *, quarantined: bool = False) -> tuple[list[date], Floats]:
    """The adjusted closes of a symbol that are positive, oldest first.

    Raises:
        PermanentFailure: there are none.
    """
    bars = run.storage.market.adjusted_bars(ticker, include_quarantined=quarantined)
    kept = np.isfinite(bars.close) & (bars.close > 0.0)
    if not kept.any():
        raise PermanentFailure(
            f"There are no prices of {ticker} in the store. Fetch them with update_market_data."
        )
    return [day.item() for day in bars.dates[kept]], bars.close[kept]


def thresholds(run: Run) -> tuple[dict[str, float], str | None]:
    """The price detectors' thresholds in use, and the version of the model they are of."""
    champion = run.storage.models.champion(MODEL_KIND)
    if champion is None:
        return dict(THRESHOLDS), None
    learnt = champion.parameters.get("thresholds")
    if not isinstance(learnt, dict) or set(learnt) != set(THRESHOLDS):
        log.warning(
            "The model %s holds no thresholds; the bundled ones are used.", champion.version
        )
        return dict(THRESHOLDS), None
    return {name: float(str(value)) for name, value in learnt.items()}, champion.version


def price_and_pattern_anomalies(run: Run, ticker: str, window: int) -> dict[str, Any]:
    """Judge the stored prices of a symbol: likely defects, and stretches unlike any before."""
    refused: dict[str, str] = {}
    answer: dict[str, Any] = {"ticker": ticker, "window": window}
    days, values = closes(run, ticker, quarantined=True)
    labels = [day.isoformat() for day in days]
    limits, model = thresholds(run)
    defects: list[AnomalyRecord] = []
    try:
        found = price_anomalies(values, labels, limits)
        defects = records.of_prices(ticker, days, found, run.task_id, model)
        run.storage.anomalies.replace(ticker, "price", defects)
        answer["prices"] = {"judged": len(days), "anomalies": len(defects), "model": model}
    except SeriesError as error:
        refused["prices"] = str(error)
    run.progress("Comparing windows", 0.3)
    # Bars that were held back as wrong are no pattern.
    days, values = closes(run, ticker)
    returns = np.diff(np.log(values))
    try:
        patterns = new_patterns(returns, window)
        rows = records.of_patterns(
            ticker, days[1:], returns, patterns, window, PATTERN_THRESHOLD, run.task_id
        )
        run.storage.anomalies.replace(ticker, "pattern", rows)
        answer["patterns"] = {"judged": len(returns) - window + 1, "anomalies": len(rows)}
        answer["latest"] = rows[-1].words if rows else None
    except SeriesError as error:
        refused["patterns"] = str(error)
    run.progress("Scoring returns", 0.8)
    if len(returns) > LONG:
        answer["returns"] = _by_baseline(run, ticker, days[1:], returns)
    else:
        refused["returns"] = f"There are {len(returns)} returns, and {LONG + 1} are needed."
    return answer | {"too_short": refused}


def update_baselines(run: Run, tickers: list[str]) -> dict[str, Any]:
    """Learn what is usual: of the returns of symbols and of long series; by subject the version."""
    market = run.storage.market
    names = tickers or [one.symbol for one in market.symbols()]
    versions: dict[str, int] = {}
    refused: dict[str, str] = {}
    for number, name in enumerate(names):
        run.progress(f"Learning {name}", number / max(1, len(names)))
        for series_id in _series_of(run, name, []):
            days, values = observed(run, series_id)
            if len(values) >= LONG:
                versions[series_id] = records.learn(run, series_id, days, values)
        try:
            days, values = closes(run, name)
        except PermanentFailure as error:
            refused[name] = str(error)
            continue
        if len(values) <= LONG + 1:
            refused[name] = f"There are {len(values)} prices, and {LONG + 2} are needed."
            continue
        versions[name] = records.learn(run, name, days[1:], np.diff(np.log(values)))
    return {"baselines": versions, "too_short": refused}
