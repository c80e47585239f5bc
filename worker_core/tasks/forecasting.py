"""Tasks of the queue ``forecasting``."""

import logging
from datetime import UTC, datetime, timedelta

from worker_core.arguments import BatchForecasts, ForecastAccuracy, SomeTickers, StockForecast
from worker_core.forecasting.price import Conformal, PriceDataError, pooled_prior
from worker_core.market.adjust import BadAction
from worker_core.operations.batches import Item
from worker_core.storage import ForecastRecord, ModelRecord, NewForecast
from worker_core.tasks import price_forecasts, price_models, price_outcomes
from worker_core.tasks.base import PermanentFailure, Result, Run, catalog_task
from worker_core.tasks.batch import hand_over
from worker_core.tasks.price_data import load

log = logging.getLogger(__name__)

BATCH = "forecasting.batch_forecast_generation"
CHUNK = 25
"""Symbols of a batch that one task forecasts: about a second's work, so that a part that is killed
or cancelled is soon told, and so few tasks that their rate limit holds no batch up."""
STALE_SESSIONS = 756
"""Sessions since a model's training after which it is due for another: it begins two years behind,
whose sessions test it."""
USUAL_HORIZON = 21

# What is wrong with one symbol's data, and not with the task.
BAD_DATA = (PriceDataError, BadAction)


@catalog_task("forecasting.generate_stock_forecast")
def generate_stock_forecast(run: Run, arguments: StockForecast) -> Result:
    run.progress("Reading prices", 0.0)
    try:
        prior = price_models.prior_drift(run)
        kept = _forecast(run, arguments.ticker, arguments.horizon, prior)
    except BAD_DATA as error:
        raise PermanentFailure(f"{arguments.ticker}: {error}") from error
    if isinstance(kept, NewForecast):
        return price_forecasts.answer(kept, run.storage.forecasts.save(kept)) | {"already": False}
    record = run.storage.forecasts.get(kept)
    return {
        "ticker": arguments.ticker,
        "forecast_id": kept,
        "as_of": record.as_of.isoformat() if record else None,
        "horizon": arguments.horizon,
        "already": True,
    }


@catalog_task(BATCH)
def batch_forecast_generation(run: Run, arguments: BatchForecasts) -> Result:
    tickers = list(dict.fromkeys(arguments.tickers))
    if len(tickers) > CHUNK:
        return _in_chunks(run, tickers, arguments.horizon)
    made, already, failed = _each(run, tickers, arguments.horizon)
    return {
        "symbols": len(tickers),
        "forecasts": made,
        "already_made": already,
        "failed": failed,
        "tasks": [],
    }


def _in_chunks(run: Run, tickers: list[str], horizon: int) -> Result:
    """Hand the symbols over in parts, so that all processes of all workers take theirs."""
    parts = [tickers[start : start + CHUNK] for start in range(0, len(tickers), CHUNK)]
    items = [
        Item(f"{number}: {part[0]} to {part[-1]}", BATCH, {"tickers": part, "horizon": horizon})
        for number, part in enumerate(parts, start=1)
    ]
    handed = hand_over(run, items, lambda _: False)
    return {
        "symbols": len(tickers),
        "forecasts": {},
        "already_made": {},
        "failed": {},
        "tasks": handed.tasks,
    }


def _each(
    run: Run, tickers: list[str], horizon: int
) -> tuple[dict[str, int], dict[str, int], dict[str, str]]:
    """Forecast symbol by symbol: ids of what was made and of what was there, and why the others
    failed."""
    made: dict[str, int] = {}
    already: dict[str, int] = {}
    failed: dict[str, str] = {}
    prior = price_models.prior_drift(run)
    for number, ticker in enumerate(tickers):
        run.progress(f"Forecasting {ticker}", number / len(tickers))
        try:
            kept = _forecast(run, ticker, horizon, prior)
        except BAD_DATA as error:
            failed[ticker] = str(error)
            log.warning("%s was not forecast: %s", ticker, error)
            continue
        if isinstance(kept, NewForecast):
            made[ticker] = run.storage.forecasts.save(kept)
        else:
            already[ticker] = kept
    return made, already, failed


def _forecast(run: Run, ticker: str, horizon: int, prior: float) -> NewForecast | int:
    """A new forecast of a symbol, or the id of that which is there."""
    prices = load(run.storage, ticker)
    model = price_models.in_use(run.storage.models.champion(price_models.KIND, ticker))
    if model is None:
        model = price_models.fitted(run, prices)
    return price_forecasts.make(run, prices, model, horizon, prior, _learned(run, ticker))


def _learned(run: Run, ticker: str) -> Conformal | None:
    record = run.storage.forecasts.conformal("price", ticker)
    return None if record is None else Conformal.from_json(record.state)


@catalog_task("forecasting.update_forecast_models")
def update_forecast_models(run: Run, arguments: SomeTickers) -> Result:
    champions = run.storage.models.champions(price_models.KIND)
    champions.pop(price_models.POOL, None)
    tickers = arguments.tickers or sorted(champions)
    updated: dict[str, int] = {}
    current: dict[str, int] = {}
    failed: dict[str, str] = {}
    stale: list[str] = []
    returns = []
    prior = price_models.prior_drift(run)
    for number, ticker in enumerate(tickers):
        run.progress(f"Updating {ticker}", number / len(tickers))
        model = price_models.in_use(champions.get(ticker))
        if model is None:
            failed[ticker] = "It has no model yet: forecast it first."
            continue
        try:
            prices = load(run.storage, ticker)
            returns.append(prices.history.returns)
            latest = run.storage.forecasts.latest("price", ticker)
            horizon = latest.horizon if latest else USUAL_HORIZON
            made = price_forecasts.make(run, prices, model, horizon, prior, _learned(run, ticker))
        except BAD_DATA as error:
            failed[ticker] = str(error)
            continue
        seen = prices.known_until(model.trained_until)
        if len(prices.history.returns) - seen > STALE_SESSIONS:
            stale.append(ticker)
        if isinstance(made, NewForecast):
            updated[ticker] = run.storage.forecasts.save(made)
        else:
            current[ticker] = made
    if returns and not arguments.tickers:
        price_models.keep_prior(run, pooled_prior(returns), len(returns))
    log.info("Carried %d forecasts forward; %d were current.", len(updated), len(current))
    return {
        "updated": updated,
        "current": current,
        "failed": failed,
        "due_for_retraining": stale,
    }


@catalog_task("forecasting.evaluate_forecast_accuracy")
def evaluate_forecast_accuracy(run: Run, arguments: ForecastAccuracy) -> Result:
    since = (datetime.now(UTC) - timedelta(days=arguments.days)).date()
    forecasts = run.storage.forecasts
    waiting: dict[str, list[ForecastRecord]] = {}
    for forecast in forecasts.unfinished("price", since, arguments.tickers):
        waiting.setdefault(forecast.subject, []).append(forecast)
    champions = run.storage.models.champions(price_models.KIND)
    new, failed = 0, {}
    for number, (ticker, several) in enumerate(waiting.items()):
        run.progress(f"Evaluating {ticker}", number / len(waiting))
        try:
            prices = load(run.storage, ticker)
        except BAD_DATA as error:
            failed[ticker] = str(error)
            continue
        found = {one.id: price_outcomes.outcomes(one, prices) for one in several}
        new += forecasts.save_outcomes(found)
        _learn(run, ticker, champions.get(ticker))
    steps = price_outcomes.LEARNED_AT
    evaluated = [
        one
        for ticker in arguments.tickers or _subjects(run)
        for one in forecasts.evaluated("price", ticker, since=since)
    ]
    tallies = price_outcomes.tallies(evaluated, (1, *steps))
    return {
        "forecasts": len(evaluated),
        "new_outcomes": new,
        "failed": failed,
        "horizons": {str(s): price_outcomes.told(s, t) for s, t in sorted(tallies.items())},
    }


def _subjects(run: Run) -> list[str]:
    return [record.subject for record in run.storage.forecasts.overview("price", limit=100_000)]


def _learn(run: Run, ticker: str, champion: ModelRecord | None) -> None:
    """Let a symbol's intervals learn from all that has come."""
    model = price_models.in_use(champion)
    start = model.conformal if model else Conformal()
    state, count = price_outcomes.learned(start, run.storage.forecasts.evaluated("price", ticker))
    if count:
        run.storage.forecasts.save_conformal("price", ticker, state.as_json(), count)
