"""Fits the forecasting of prices anew; what is not surely better does not come into use."""

import logging
import time
from collections.abc import Sequence

from worker_core.forecasting.price.contest import FEWEST_NEW, again
from worker_core.models import seconds_left
from worker_core.storage import StorageError
from worker_core.tasks import price_models
from worker_core.tasks.base import Result, Run
from worker_core.tasks.price_data import load
from worker_core.tasks.trained import settle

log = logging.getLogger(__name__)


def retrain(run: Run, tickers: Sequence[str], time_budget_s: float) -> Result:
    """Train and judge symbol by symbol, until the time is over; without tickers all stored."""
    started = time.monotonic()
    tickers = list(dict.fromkeys(tickers)) or _stored(run)
    answers: dict[str, list[object]] = {
        name: [] for name in ("promoted", "rejected", "kept", "failed", "left")
    }
    for number, ticker in enumerate(tickers):
        if not seconds_left(started, time_budget_s):
            answers["left"] = list(tickers[number:])
            log.warning("The time was over with %d of %d symbols.", number, len(tickers))
            break
        run.progress(f"Retraining {ticker}", number / len(tickers))
        try:
            told = _retrain(run, ticker)
        except (ValueError, ArithmeticError, StorageError) as error:
            if getattr(error, "transient", False):
                raise
            answers["failed"].append({"ticker": ticker, "reasons": [str(error)]})
            continue
        answers[str(told.pop("outcome"))].append(told)
    return {"symbols": len(tickers), **answers}


def _retrain(run: Run, ticker: str) -> dict[str, object]:
    """What became of one symbol."""
    prices = load(run.storage, ticker)
    champion = price_models.in_use(run.storage.models.champion(price_models.KIND, ticker))
    if champion is None:
        model = price_models.fitted(run, prices)
        words = ["There was no model before it."]
        return {"outcome": "promoted", "ticker": ticker, "version": model.version, "reasons": words}
    contest = again(prices.history, champion.parameters, prices.known_until(champion.trained_until))
    if contest is None:
        told = (
            f"Fewer than {FEWEST_NEW} sessions have come since {champion.trained_until}, when the "
            "one in use was trained: too few to train a new one and to judge both."
        )
        return {
            "outcome": "kept",
            "ticker": ticker,
            "version": champion.version,
            "reasons": [told],
        }
    new = price_models.registered(run, prices, contest, champion.version)
    settled = settle(run, new, contest.verdict, against=champion.version)
    return {
        "outcome": "promoted" if settled["promoted"] else "rejected",
        "ticker": ticker,
        "version": settled["version"],
        "against": champion.version,
        "reasons": settled["reasons"],
    }


def _stored(run: Run) -> list[str]:
    return [one.symbol for one in run.storage.market.symbols() if one.last_day is not None]
