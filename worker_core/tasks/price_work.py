"""What the tasks that forecast prices do."""

import logging
import math
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from worker_core.forecasting.price import Conformal, pooled_prior
from worker_core.storage import ConformalRecord, ForecastRecord, ModelRecord, NewForecast
from worker_core.tasks import price_forecasts, price_models, price_outcomes
from worker_core.tasks.base import PermanentFailure, Result, Run
from worker_core.tasks.price_data import BAD_DATA, SymbolPrices, load, load_many

log = logging.getLogger(__name__)

USUAL_HORIZON = 21
AT_ONCE = 50
"""Symbols whose prices are in memory together, and what a task that is killed makes again."""
PROGRESS_EVERY_S = 1.0
STALE_SESSIONS = 756
"""Sessions since a model's training after which it is due for another: it begins two years behind,
whose sessions test it."""


def generate(run: Run, ticker: str, horizon: int) -> Result:
    """Forecast one symbol.

    Raises:
        PermanentFailure: it cannot be forecast; the text says why.
    """
    run.progress("Forecasting", 0.0)
    try:
        together = _Together(run, [ticker], horizon)
        made = together.forecast(ticker, price_models.prior_drift(run))
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
    """Forecast these symbols: ids of what was made and of what was there, and why the others
    failed. They are read together and kept together, `AT_ONCE` at a time."""
    made: dict[str, int] = {}
    already: dict[str, int] = {}
    failed: dict[str, str] = {}
    tickers = list(dict.fromkeys(tickers))
    prior, told = price_models.prior_drift(run), -math.inf
    for start in range(0, len(tickers), AT_ONCE):
        part = tickers[start : start + AT_ONCE]
        together = _Together(run, part, horizon)
        new: list[NewForecast] = []
        for number, ticker in enumerate(part, start):
            if (now := time.monotonic()) - told >= PROGRESS_EVERY_S:
                run.progress(f"Forecasting {ticker}", number / len(tickers))
                told = now
            try:
                kept = together.forecast(ticker, prior)
            except BAD_DATA as error:
                failed[ticker] = str(error)
                log.warning("%s was not forecast: %s", ticker, error)
                continue
            if isinstance(kept, NewForecast):
                new.append(kept)
            else:
                already[ticker] = kept
        ids = run.storage.forecasts.save_many(new)
        made |= {one.subject: number for one, number in zip(new, ids, strict=True)}
    return {
        "symbols": len(tickers),
        "forecasts": made,
        "already_made": already,
        "failed": failed,
    }


class _Together:
    """What is needed to forecast some symbols, read together."""

    def __init__(self, run: Run, tickers: Sequence[str], horizon: int) -> None:
        self._run, self._horizon = run, horizon
        storage = run.storage
        self._prices = load_many(storage, tickers)
        champions = storage.models.champions(price_models.KIND, tickers)
        self._models = {name: price_models.in_use(record) for name, record in champions.items()}
        self._learned = storage.forecasts.conformals("price", tickers)
        wanted = {
            ticker: (prices.as_of, model.version, prices.data_hash)
            for ticker, prices in self._prices.items()
            if isinstance(prices, SymbolPrices) and (model := self._models.get(ticker))
        }
        self._there = storage.forecasts.made_from("price", wanted, horizon)

    def forecast(self, ticker: str, prior: float) -> NewForecast | int:
        """A new forecast of a symbol, or the id of that which is there.

        Raises:
            ValueError, ArithmeticError: it cannot be forecast; the text says why.
        """
        if ticker in self._there:
            return self._there[ticker]
        prices = self._prices[ticker]
        if isinstance(prices, Exception):
            raise prices
        model = self._models.get(ticker) or price_models.fitted(self._run, prices)
        learned = _as_learned(self._learned.get(ticker))
        return price_forecasts.make(self._run, prices, model, self._horizon, prior, learned)


def _as_learned(record: ConformalRecord | None) -> Conformal | None:
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
    for start in range(0, len(tickers), AT_ONCE):
        part = tickers[start : start + AT_ONCE]
        read = load_many(run.storage, [name for name in part if champions.get(name)])
        learned = run.storage.forecasts.conformals("price", part)
        new: list[NewForecast] = []
        for number, ticker in enumerate(part, start):
            run.progress(f"Updating {ticker}", number / len(tickers))
            model = price_models.in_use(champions.get(ticker))
            if model is None:
                failed[ticker] = "It has no model yet: forecast it first."
                continue
            prices = read[ticker]
            if isinstance(prices, Exception):
                failed[ticker] = str(prices)
                continue
            returns.append(prices.history.returns)
            latest = run.storage.forecasts.latest("price", ticker)
            horizon = latest.horizon if latest else USUAL_HORIZON
            there = price_forecasts.there(run, prices, model, horizon)
            if there is None:
                known = _as_learned(learned.get(ticker))
                try:
                    new.append(price_forecasts.make(run, prices, model, horizon, prior, known))
                except BAD_DATA as error:
                    failed[ticker] = str(error)
                    continue
            else:
                current[ticker] = there
            seen = prices.known_until(model.trained_until)
            if len(prices.history.returns) - seen > STALE_SESSIONS:
                stale.append(ticker)
        ids = run.storage.forecasts.save_many(new)
        updated |= {one.subject: number for one, number in zip(new, ids, strict=True)}
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
    count = 0

    def evaluated() -> Iterator[ForecastRecord]:
        # A symbol at a time: of some hundred, years of forecasts do not fit into the memory.
        nonlocal count
        for ticker in tickers or _subjects(run):
            for one in forecasts.evaluated("price", ticker, since=since):
                count += 1
                yield one

    tallies = price_outcomes.tallies(evaluated(), (1, *price_outcomes.LEARNED_AT))
    return {
        "forecasts": count,
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
