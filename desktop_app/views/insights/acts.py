"""The tasks that bring what a panel lacks, by what the panel calls them. No Qt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from worker_core.catalog import TASKS

SAMPLE: Final = "sample"
"""The provider of the prices that come with the program."""
YEAR: Final = 365


@dataclass(frozen=True, slots=True)
class Act:
    """A task to be enqueued. ``words`` stand on the button."""

    words: str
    name: str
    arguments: Mapping[str, Any]

    @property
    def title(self) -> str:
        return TASKS[self.name].title


def load_sample() -> Act:
    return Act("Load the sample prices", "data_processing.update_market_data", {"provider": SAMPLE})


def update_prices(symbol: str) -> Act:
    return Act("Update market data", "data_processing.update_market_data", {"tickers": [symbol]})


def forecast(symbol: str) -> Act:
    return Act("Forecast", "forecasting.generate_stock_forecast", {"ticker": symbol})


def check_forecasts(symbol: str) -> Act:
    arguments = {"tickers": [symbol], "days": YEAR}
    return Act("Check forecasts", "forecasting.evaluate_forecast_accuracy", arguments)


def forecast_metrics(symbol: str) -> Act:
    arguments = {"tickers": [symbol], "kind": "metric"}
    return Act("Forecast metrics", "forecasting.batch_forecast_generation", arguments)


def find_anomalies(symbol: str) -> Act:
    return Act("Find anomalies", "anomaly_detection.pattern_anomaly_detection", {"ticker": symbol})


def find_metric_anomalies(symbol: str) -> Act:
    name = "anomaly_detection.detect_metric_anomalies"
    return Act("Find anomalies of metrics", name, {"ticker": symbol})


def update_tone(symbol: str) -> Act:
    arguments = {"tickers": [symbol], "days": 10 * YEAR}
    return Act("Update sentiment", "sentiment_analysis.update_sentiment_trends", arguments)


def calculate_metrics(symbol: str) -> Act:
    arguments = {"tickers": [symbol]}
    return Act("Calculate metrics", "data_processing.calculate_financial_metrics", arguments)


def compare_tone(symbols: Sequence[str]) -> Act:
    arguments = {"tickers": list(symbols), "days": 10 * YEAR}
    return Act("Compare sentiment", "sentiment_analysis.compare_company_sentiment", arguments)


def measure_risk() -> Act:
    return Act("Measure systemic risk", "anomaly_detection.systemic_risk_analysis", {})


OF_A_COMPANY: Final = frozenset(
    act("X").name
    for act in (
        update_prices, forecast, check_forecasts, forecast_metrics, find_anomalies,
        find_metric_anomalies, update_tone, calculate_metrics,
    )
) | {"forecasting.update_forecast_models", "data_processing.data_quality_check"}  # fmt: skip
"""Tasks after which there may be something new of a company, whoever started them."""
OF_ALL: Final = frozenset({measure_risk().name, compare_tone(()).name})
