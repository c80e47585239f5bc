"""Makes and keeps the forecast of one price."""

import hashlib
import logging
import math
from datetime import date
from functools import lru_cache
from typing import Any

from worker_core.forecasting.price import Conformal, PriceForecast, forecast_history, own_drift
from worker_core.market.calendar import NEW_YORK, UnknownExchange, sessions_after
from worker_core.storage import ForecastPoint, NewForecast
from worker_core.tasks.base import Run
from worker_core.tasks.price_data import SymbolPrices
from worker_core.tasks.price_models import PriceModel, versions

log = logging.getLogger(__name__)

LEVELS = (80, 95)


def make(
    run: Run,
    prices: SymbolPrices,
    model: PriceModel,
    horizon: int,
    prior: float,
    conformal: Conformal | None,
) -> NewForecast:
    """Forecast a symbol.

    Raises:
        PriceDataError: nothing honest can be said that far ahead.
    """
    seed = seed_of(prices.symbol, prices.as_of)
    forecast = forecast_history(
        prices.history,
        horizon,
        LEVELS,
        parameters=model.parameters,
        drift=own_drift(prices.history.returns, prior),
        conformal=conformal or model.conformal,
        seed=seed,
    )
    return _record(run, prices, model, forecast)


def there(run: Run, prices: SymbolPrices, model: PriceModel, horizon: int) -> int | None:
    """The id of the same forecast from the same data, if it was made."""
    return run.storage.forecasts.has(
        "price", prices.symbol, prices.as_of, model.version, horizon, prices.data_hash
    )


def seed_of(symbol: str, day: date) -> int:
    """The same for the same symbol and day, whoever makes the forecast."""
    return int.from_bytes(hashlib.sha256(f"{symbol} {day}".encode()).digest()[:6])


def _record(
    run: Run, prices: SymbolPrices, model: PriceModel, forecast: PriceForecast
) -> NewForecast:
    days, notes = _dates(prices, forecast.horizon)
    tested = tested_at(model, forecast.horizon)
    scores: dict[str, Any] = tested or {}
    coverage = scores.get("coverage", {})
    return NewForecast(
        kind="price",
        subject=prices.symbol,
        as_of=prices.as_of,
        horizon=forecast.horizon,
        model_version=model.version,
        last_value=forecast.last,
        shares=tuple(forecast.shares.tolist()),
        points=tuple(
            ForecastPoint(step, day, mean, tuple(quantiles))
            for step, (day, mean, quantiles) in enumerate(
                zip(days, forecast.mean.tolist(), forecast.quantiles.tolist(), strict=True), start=1
            )
        ),
        seed=forecast.seed,
        data_hash=prices.data_hash,
        provider=prices.provider,
        libraries=versions(),
        skill=scores.get("skill"),
        dm_p=scores.get("dm_p"),
        base_rate=_number(float(forecast.base_rate[-1])),
        coverage_80=coverage.get("80"),
        coverage_95=coverage.get("95"),
        scores=dict(model.metrics.get("horizons", {})),
        details={
            "method": list(forecast.models),
            "annual_volatility": forecast.annual_volatility,
            "drift": forecast.drift,
            "up_probability": float(forecast.up_probability[-1]),
            "up_probabilities": [round(p, 4) for p in forecast.up_probability.tolist()],
            "base_rates": [_number(round(rate, 4)) for rate in forecast.base_rate.tolist()],
            "trained_until": model.trained_until.isoformat(),
            "tested_horizon": scores.get("horizon"),
            "words": _words(model, scores.get("horizon")),
        },
        notes=(*prices.notes, *forecast.notes, *notes),
        task_id=run.task_id,
    )


def tested_at(model: PriceModel, horizon: int) -> dict[str, Any] | None:
    """The scores of the longest tested horizon that is not above ``horizon``."""
    tested = {int(h): scores for h, scores in model.metrics.get("horizons", {}).items()}
    below = [h for h in tested if h <= horizon]
    return tested[max(below)] if below else None


def _words(model: PriceModel, horizon: int | None) -> str:
    words = model.metrics.get("words", {})
    return str(words.get(str(horizon), "The history is too short to say how good this is."))


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value


@lru_cache(maxsize=64)
def _sessions(day: date, count: int, exchange: str) -> tuple[date, ...]:
    """Of a batch nearly all prices end on the same day."""
    return tuple(sessions_after(day, count, exchange))


def _dates(prices: SymbolPrices, horizon: int) -> tuple[list[date | None], tuple[str, ...]]:
    """The days of the coming sessions, as the exchange's calendar has them."""
    try:
        return list(_sessions(prices.as_of, horizon, prices.exchange or NEW_YORK)), ()
    except (UnknownExchange, ValueError) as error:
        log.info("No calendar for %s: %s", prices.symbol, error)
        return [None] * horizon, (
            "No exchange's calendar fits its days, so the steps have no dates.",
        )


def answer(record: NewForecast, forecast_id: int) -> dict[str, Any]:
    """What a task says of a forecast that it has made."""
    last = record.points[-1]
    ends = {
        str(level): [
            last.quantiles[record.shares.index(share)]
            for share in ((100 - level) / 200, 1 - (100 - level) / 200)
        ]
        for level in LEVELS
    }
    return {
        "ticker": record.subject,
        "forecast_id": forecast_id,
        "as_of": record.as_of.isoformat(),
        "horizon": record.horizon,
        "last": record.last_value,
        "mean": last.mean,
        "intervals": ends,
        "up_probability": record.details["up_probability"],
        "base_rate": record.base_rate,
        "annual_volatility": record.details["annual_volatility"],
        "skill": record.skill,
        "dm_p": record.dm_p,
        "coverage_80": record.coverage_80,
        "coverage_95": record.coverage_95,
        "model_version": record.model_version,
        "words": record.details["words"],
        "notes": list(record.notes),
    }
