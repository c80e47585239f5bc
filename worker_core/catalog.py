"""The queues and tasks as data.

Celery's routes and limits, the command line, the window's forms and the reference page derive
from here. Imports no Celery, so that a client pays nothing for it.
"""

from dataclasses import dataclass
from difflib import get_close_matches

from worker_core import arguments as a
from worker_core.arguments import TaskArguments

__all__ = ["QUEUES", "TASKS", "Queue", "TaskArguments", "TaskSpec", "UnknownTask", "task"]

RATE_LIMIT = "100/m"
TRAINING_RATE_LIMIT = "10/h"
MARKET_DATA_RATE_LIMIT = "20/m"

NOT_BUILT = "This task is not part of this version yet."


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue of the broker."""

    name: str
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class TaskSpec:
    """A task: ``soft_time_limit`` and ``time_limit`` are seconds, ``rate_limit`` holds over all
    workers together. ``unavailable`` says why it cannot be run, or is None."""

    name: str
    title: str
    description: str
    arguments: type[TaskArguments]
    rate_limit: str
    soft_time_limit: int
    time_limit: int
    unavailable: str | None

    @property
    def queue(self) -> str:
        return self.name.partition(".")[0]


QUEUES: dict[str, Queue] = {
    queue.name: queue
    for queue in (
        Queue("document_processing", "Documents", "Reads filings and keeps what they say."),
        Queue("sentiment_analysis", "Sentiment", "Scores the tone of documents over time."),
        Queue("anomaly_detection", "Anomalies", "Finds what departs from the usual."),
        Queue("forecasting", "Forecasts", "Forecasts prices and metrics, and checks itself."),
        Queue("model_training", "Training", "Trains, tunes and promotes models."),
        Queue("data_processing", "Data", "Keeps market and company data in order."),
        Queue("monitoring", "Monitoring", "Watches the system itself."),
    )
}


def _task(
    name: str,
    title: str,
    description: str,
    arguments: type[TaskArguments],
    *,
    minutes: float = 5,
    rate_limit: str = RATE_LIMIT,
    available: bool = False,
) -> TaskSpec:
    soft = int(minutes * 60)
    return TaskSpec(
        name=name,
        title=title,
        description=description,
        arguments=arguments,
        rate_limit=rate_limit,
        soft_time_limit=soft,
        # Half a minute to store what there is and to tidy up.
        time_limit=soft + 30,
        unavailable=None if available else NOT_BUILT,
    )


TASKS: dict[str, TaskSpec] = {
    spec.name: spec
    for spec in (
        # document_processing
        _task(
            "document_processing.process_document",
            "Process a document",
            "Reads a stored file, finds its sections and cover facts, and stores them.",
            a.ProcessDocument,
            available=True,
        ),
        _task(
            "document_processing.batch_process_documents",
            "Process documents",
            "Hands many stored files to the workers; one that cannot be read fails alone.",
            a.BatchProcessDocuments,
            minutes=60,
            available=True,
        ),
        _task(
            "document_processing.update_document_index",
            "Update the search index",
            "Adds documents to the full-text index, or builds it anew.",
            a.UpdateDocumentIndex,
            minutes=60,
            available=True,
        ),
        _task(
            "document_processing.generate_document_summary",
            "Summarise a document",
            "Picks the sentences that say most, each with its place in the document.",
            a.GenerateDocumentSummary,
            available=True,
        ),
        # sentiment_analysis
        _task(
            "sentiment_analysis.analyze_document_sentiment",
            "Score a document's sentiment",
            "Scores each sentence, and from them each section and the document.",
            a.OneDocument,
            available=True,
        ),
        _task(
            "sentiment_analysis.batch_sentiment_analysis",
            "Score many documents' sentiment",
            "Scores the sentences of many documents.",
            a.SeveralDocuments,
            minutes=60,
            available=True,
        ),
        _task(
            "sentiment_analysis.update_sentiment_trends",
            "Update sentiment trends",
            "Daily sentiment by company, its trend and its turns.",
            a.SentimentTrends,
            minutes=15,
            available=True,
        ),
        _task(
            "sentiment_analysis.compare_company_sentiment",
            "Compare companies' sentiment",
            "Compares companies, with corrected p-values and effect sizes.",
            a.CompareCompanies,
            available=True,
        ),
        # anomaly_detection
        _task(
            "anomaly_detection.detect_metric_anomalies",
            "Find anomalies in metrics",
            "Looks for values of a company's metrics that depart from their past.",
            a.MetricAnomalies,
            available=True,
        ),
        _task(
            "anomaly_detection.pattern_anomaly_detection",
            "Find unusual patterns",
            "Looks for stretches of a series unlike any before.",
            a.PatternAnomalies,
            minutes=15,
            available=True,
        ),
        _task(
            "anomaly_detection.systemic_risk_analysis",
            "Measure systemic risk",
            "Turbulence, absorption, tail dependence and connectedness of the symbols.",
            a.SystemicRisk,
            minutes=30,
            available=True,
        ),
        _task(
            "anomaly_detection.update_anomaly_baselines",
            "Update anomaly baselines",
            "Learns afresh what is usual, from the newest data.",
            a.SomeTickers,
            minutes=30,
            available=True,
        ),
        # forecasting
        _task(
            "forecasting.generate_stock_forecast",
            "Forecast a price",
            "The distribution of a symbol's price over the coming sessions.",
            a.StockForecast,
            available=True,
        ),
        _task(
            "forecasting.batch_forecast_generation",
            "Forecast many symbols",
            "Forecasts of many prices or metrics; one that fails does so alone.",
            a.BatchForecasts,
            minutes=60,
            available=True,
        ),
        _task(
            "forecasting.update_forecast_models",
            "Update forecast models",
            "Carries the models' state forward with their parameters unchanged.",
            a.SomeTickers,
            minutes=30,
            available=True,
        ),
        _task(
            "forecasting.evaluate_forecast_accuracy",
            "Evaluate forecasts",
            "Holds past forecasts against what came, and against the naive method.",
            a.ForecastAccuracy,
            minutes=15,
            available=True,
        ),
        # model_training
        _task(
            "model_training.retrain_sentiment_model",
            "Retrain the sentiment model",
            "Trains a challenger on all labels; it is promoted only if it is better.",
            a.RetrainSentiment,
            minutes=60,
            rate_limit=TRAINING_RATE_LIMIT,
            available=True,
        ),
        _task(
            "model_training.retrain_forecasting_models",
            "Retrain forecasting models",
            "Fits those of prices anew and judges weights of metrics; promoted only if better.",
            a.RetrainForecasts,
            minutes=60,
            rate_limit=TRAINING_RATE_LIMIT,
            available=True,
        ),
        _task(
            "model_training.retrain_anomaly_models",
            "Retrain anomaly models",
            "Fits the anomaly detectors anew; promoted only if better.",
            a.RetrainModels,
            minutes=60,
            rate_limit=TRAINING_RATE_LIMIT,
            available=True,
        ),
        _task(
            "model_training.optimize_model_hyperparameters",
            "Tune a model",
            "Searches for better settings of a model within a budget of time.",
            a.OptimizeHyperparameters,
            minutes=120,
            rate_limit=TRAINING_RATE_LIMIT,
            available=True,
        ),
        # data_processing
        _task(
            "data_processing.update_market_data",
            "Update market data",
            "Fetches prices and corporate actions since the last update.",
            a.UpdateMarketData,
            minutes=15,
            rate_limit=MARKET_DATA_RATE_LIMIT,
            available=True,
        ),
        _task(
            "data_processing.sync_external_data",
            "Synchronise external data",
            "Fetches company facts and economic series.",
            a.SyncExternalData,
            minutes=30,
            rate_limit=MARKET_DATA_RATE_LIMIT,
            available=True,
        ),
        _task(
            "data_processing.process_financial_reports",
            "Process financial reports",
            "Takes the reported facts out of documents.",
            a.SeveralDocuments,
            minutes=15,
            available=True,
        ),
        _task(
            "data_processing.calculate_financial_metrics",
            "Calculate financial metrics",
            "Growth, margins, returns, liquidity and scores from the facts.",
            a.FinancialMetrics,
            minutes=15,
            available=True,
        ),
        _task(
            "data_processing.data_quality_check",
            "Check data quality",
            "Looks for gaps, bad ticks, undeclared splits and stale series.",
            a.SomeTickers,
            minutes=15,
            available=True,
        ),
        _task(
            "data_processing.cleanup_old_data",
            "Clean up old data",
            "Removes what the retention policy no longer keeps.",
            a.CleanupData,
            minutes=30,
            available=True,
        ),
        # monitoring
        _task(
            "monitoring.system_health_check",
            "Check the system's health",
            "Broker, database, workers, queues, disk and schedule.",
            a.NoArguments,
            minutes=1,
            available=True,
        ),
        _task(
            "monitoring.cleanup_old_results",
            "Clean up old results",
            "Removes task results whose time is over, but none that is needed.",
            a.CleanupResults,
            available=True,
        ),
        _task(
            "monitoring.performance_monitoring",
            "Measure performance",
            "Stores how long tasks waited and ran, by windows of five minutes.",
            a.PerformanceMonitoring,
            available=True,
        ),
        _task(
            "monitoring.cache_warming",
            "Warm caches",
            "Reads what the first user of the day would wait for, and measures what that gains.",
            a.NoArguments,
            available=True,
        ),
        _task(
            "monitoring.generate_system_report",
            "Write a report",
            "On the system, what ran, failed and was found; or on a company. As HTML and PDF.",
            a.SystemReport,
            available=True,
        ),
        _task(
            "monitoring.alert_processing",
            "Process alerts",
            "Evaluates the alert rules.",
            a.NoArguments,
            minutes=1,
            available=True,
        ),
    )
}


class UnknownTask(LookupError):  # noqa: N818 - reads as what it says
    """No task of that name. The text offers the nearest ones."""


def task(name: str) -> TaskSpec:
    """The task called ``name``.

    Raises:
        UnknownTask: there is none.
    """
    try:
        return TASKS[name]
    except KeyError:
        near = get_close_matches(name, TASKS, n=3, cutoff=0.4)
        hint = f" Did you mean {', '.join(near)}?" if near else ""
        raise UnknownTask(f"There is no task {name!r}.{hint}") from None
