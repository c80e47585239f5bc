"""What the tasks that forecast prices do."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from worker_core.forecasting.price import Conformal, pooled_prior
from worker_core.storage import ForecastRecord, ModelRecord, NewForecast
from worker_core.tasks import price_forecasts, price_models, price_outcomes
from worker_core.tasks.base import PermanentFailure, Result, Run
from worker_core.tasks.price_data import load

log = logging.getLogger(__name__)

USUAL_HORIZON = 21
PROGRESS_EVERY = 5
STALE_SESSIONS = 756
"""Sessions since a model's training after which it is due for another: it begins two years behind,
whose sessions test it."""

# What is wrong with one symbol, not with the task. PriceDataError and BadAction say what, and
# whatever else arithmetic makes of odd prices is told as well, and stops no other symbol.
BAD_DATA = (ValueError, ArithmeticError)


def generate(run: Run, ticker: str, horizon: int) -> Result:
    """Forecast one symbol.

    Raises:
        PermanentFailure: it cannot be forecast; the text says why.
    """
    run.progress("Forecasting", 0.0)
    try:
        made = _forecast(run, ticker, horizon, price_models.prior_drift(run))
    except BAD_DATA as error:
        raise PermanentFailure(f"{ticker}: {error}") from error
    if isinstance(made, NewForecast):
        return price_forecasts.answer(made, run.storage.forecasts.save(made)) | {"already": False}
    record = run.storage.forecasts.get(made)
    return {
        "ticker": ticker,
        "forecast_id": made,
        "as_of": record.as_of.isoformat() if record else None,
        "horizon": horizon,
        "already": True,
    }


def each(run: Run, tickers: Sequence[str], horizon: int) -> Result:
    """Forecast symbol by symbol: ids of what was made and of what was there, and why the others
    failed."""
    made: dict[str, int] = {}
    already: dict[str, int] = {}
    failed: dict[str, str] = {}
    prior = price_models.prior_drift(run)
    for number, ticker in enumerate(tickers):
        if number % PROGRESS_EVERY == 0:
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
    return {
        "symbols": len(tickers),
        "forecasts": made,
        "already_made": already,
        "failed": failed,
    }


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


def update(run: Run, tickers: Sequence[str]) -> Result:
    """Carry forecasts forward to the newest close with the parameters as they are; without tickers
    those of all symbols that have a model, and the growth they have in common."""
    champions = run.storage.models.champions(price_models.KIND)
    champions.pop(price_models.POOL, None)
    everyone = not tickers
    tickers = list(dict.fromkeys(tickers)) or sorted(champions)
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
    if returns and everyone:
        price_models.keep_prior(run, pooled_prior(returns), len(returns))
    log.info("Carried %d forecasts forward; %d were current.", len(updated), len(current))
    return {
        "updated": updated,
        "current": current,
        "failed": failed,
        "due_for_retraining": stale,
    }


def evaluate(run: Run, tickers: Sequence[str], days: int) -> Result:
    """Hold the forecasts of the last so many days against what came."""
    since = (datetime.now(UTC) - timedelta(days=days)).date()
    forecasts = run.storage.forecasts
    waiting: dict[str, list[ForecastRecord]] = {}
    for forecast in forecasts.unfinished("price", since, tickers):
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
        for ticker in tickers or _subjects(run)
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
