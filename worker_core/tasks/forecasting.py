"""Tasks of the queue ``forecasting``."""

from worker_core.arguments import BatchForecasts, ForecastAccuracy, SomeTickers, StockForecast
from worker_core.operations.batches import Item
from worker_core.tasks import metric_forecasts, metric_outcomes, price_work
from worker_core.tasks.base import PermanentFailure, Result, Run, catalog_task
from worker_core.tasks.batch import hand_over

BATCH = "forecasting.batch_forecast_generation"
CHUNK = 50
"""Symbols of a batch that one task forecasts: a second's work or, where all are new, ten, so that a
part that is killed or cancelled is soon told; and so few tasks that their rate limit holds no batch
up and that what a task costs itself is little beside the work."""


@catalog_task("forecasting.generate_stock_forecast")
def generate_stock_forecast(run: Run, arguments: StockForecast) -> Result:
    return price_work.generate(run, arguments.ticker, arguments.horizon)


@catalog_task(BATCH)
def batch_forecast_generation(run: Run, arguments: BatchForecasts) -> Result:
    tickers = list(dict.fromkeys(arguments.tickers))
    if arguments.kind == "metric":
        return _metrics(run, tickers, arguments) | {"tasks": []}
    horizon = arguments.horizon or price_work.USUAL_HORIZON
    if len(tickers) <= CHUNK:
        return price_work.each(run, tickers, horizon) | {"tasks": []}
    # In parts, so that all processes of all workers take theirs.
    parts = [tickers[start : start + CHUNK] for start in range(0, len(tickers), CHUNK)]
    items = [
        Item(
            f"{number}: {part[0]} to {part[-1]}",
            BATCH,
            {"tickers": part, "horizon": horizon},
        )
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


def _metrics(run: Run, tickers: list[str], arguments: BatchForecasts) -> Result:
    horizon = arguments.horizon or metric_forecasts.USUAL_HORIZON
    if horizon > metric_forecasts.LONGEST_HORIZON:
        raise PermanentFailure(
            f"{horizon} periods ahead nothing can be said of a metric; ask for at most "
            f"{metric_forecasts.LONGEST_HORIZON}."
        )
    return metric_forecasts.forecast(run, tickers, arguments.metrics, horizon)


@catalog_task("forecasting.update_forecast_models")
def update_forecast_models(run: Run, arguments: SomeTickers) -> Result:
    return price_work.update(run, arguments.tickers)


@catalog_task("forecasting.evaluate_forecast_accuracy")
def evaluate_forecast_accuracy(run: Run, arguments: ForecastAccuracy) -> Result:
    prices = price_work.evaluate(run, arguments.tickers, arguments.days)
    return prices | {"metrics": metric_outcomes.evaluate(run, arguments.tickers, arguments.days)}
