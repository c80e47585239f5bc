"""What each task accepts. The catalog pairs these models with the tasks' names.

Tasks take ids and small values, never payloads: whoever may look at the broker sees arguments.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

NAMES = "x-names"
"""The key of a schema that says what in the store a value names: one of `NameKind` of
`worker_core.storage`. Whoever asks for the value can complete it from there."""


Sha256 = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-f]{64}$"),
    Field(json_schema_extra={NAMES: "document"}),
]
Ticker = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z0-9^][A-Z0-9.\-^=]{0,14}$", strip_whitespace=True),
    Field(json_schema_extra={NAMES: "symbol"}),
]
UpperTicker = Annotated[
    str,
    StringConstraints(
        pattern=r"^[A-Za-z0-9^][A-Za-z0-9.\-^=]{0,14}$", strip_whitespace=True, to_upper=True
    ),
]
Tickers = Annotated[list[Ticker], Field(max_length=5000)]
# Beyond that, programs that read JSON's numbers as floats round them.
DocumentId = Annotated[int, Field(ge=1, le=2**53 - 1, json_schema_extra={NAMES: "document_id"})]
DocumentIds = Annotated[list[DocumentId], Field(min_length=1, max_length=10_000)]
CompanyName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200),
    Field(json_schema_extra={NAMES: "company"}),
]
Metric = Annotated[
    str,
    StringConstraints(min_length=1, max_length=80),
    Field(json_schema_extra={NAMES: "metric"}),
]


class TaskArguments(BaseModel):
    """Base of all argument models: unknown names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NoArguments(TaskArguments):
    """For tasks that take none."""


class ProcessDocument(TaskArguments):
    document: Sha256 = Field(description="SHA-256 of a stored file.")
    filename: str = Field(min_length=1, max_length=4096, description="Name it came with.")
    company: str | None = Field(
        None,
        max_length=200,
        description="Company, if known.",
        json_schema_extra={NAMES: "company"},
    )
    ticker: Ticker | None = Field(None, description="Ticker, if known.")
    document_type: str | None = Field(
        None, max_length=40, description="Form or kind, if known: 10-K, earnings_report…"
    )
    filing_date: date | None = Field(None, description="Date it was filed, if known.")


class CorrectDocument(TaskArguments):
    """What a person may say of a document, in place of what was found in it."""

    company: str | None = Field(None, max_length=200, description="A name of 1 to 200 characters.")
    ticker: UpperTicker | None = Field(
        None, description="A symbol is made of up to 15 letters and digits, and . - ^ =."
    )
    document_type: str | None = Field(
        None, max_length=32, description="A form or kind of up to 32 characters, such as 10-K."
    )
    period: date | None = Field(
        None, description="The period is given by its last day, as 2024-09-28."
    )
    filing_date: date | None = Field(None, description="A day is written as 2024-11-01.")


class BatchProcessDocuments(TaskArguments):
    documents: Annotated[list[ProcessDocument], Field(min_length=1, max_length=10_000)] = Field(
        description="The stored files."
    )


class UpdateDocumentIndex(TaskArguments):
    rebuild: bool = Field(False, description="Start the index anew instead of adding to it.")
    document_ids: Annotated[list[DocumentId], Field(max_length=10_000)] = Field(
        default_factory=list, description="The documents. Empty: all."
    )


class OneDocument(TaskArguments):
    document: Sha256 = Field(description="SHA-256 of a stored document.")


class GenerateDocumentSummary(OneDocument):
    sentences: int | None = Field(
        None, ge=1, le=50, description="Sentences in the summary. Empty: as in the settings."
    )


class SeveralDocuments(TaskArguments):
    document_ids: DocumentIds = Field(description="The documents.")


class SentimentTrends(TaskArguments):
    tickers: Tickers = Field(default_factory=list, description="Companies. Empty: all.")
    days: int = Field(365, ge=7, le=3650, description="How far back, in days.")


class CompareCompanies(TaskArguments):
    tickers: Annotated[list[Ticker], Field(min_length=2, max_length=50)] = Field(
        description="Companies to compare."
    )
    days: int = Field(365, ge=7, le=3650, description="How far back, in days.")


class MetricAnomalies(TaskArguments):
    ticker: Ticker = Field(description="Company.")
    metrics: Annotated[list[Metric], Field(max_length=200)] = Field(
        default_factory=list, description="Metrics. Empty: all."
    )


class PatternAnomalies(TaskArguments):
    ticker: Ticker = Field(description="Symbol.")
    window: int = Field(20, ge=4, le=500, description="Length of a pattern, in sessions.")


class SystemicRisk(TaskArguments):
    tickers: Tickers = Field(default_factory=list, description="Symbols. Empty: all stored.")
    window: int = Field(500, ge=60, le=2500, description="Sessions looked back.")


class SomeTickers(TaskArguments):
    tickers: Tickers = Field(default_factory=list, description="Symbols. Empty: all stored.")


class StockForecast(TaskArguments):
    ticker: Ticker = Field(description="Symbol.")
    horizon: int = Field(21, ge=1, le=252, description="Sessions ahead.")


class BatchForecasts(TaskArguments):
    tickers: Annotated[list[Ticker], Field(min_length=1, max_length=5000)] = Field(
        description="Symbols."
    )
    horizon: int | None = Field(
        None,
        ge=1,
        le=252,
        description="Sessions ahead, or periods of a metric. Empty: 21 sessions, 4 periods.",
    )
    kind: Literal["price", "metric"] = Field(
        "price", description="What is forecast: prices, or the companies' metrics."
    )
    metrics: Annotated[list[Metric], Field(max_length=200)] = Field(
        default_factory=list, description="Metrics, where those are forecast. Empty: all."
    )


class ForecastAccuracy(SomeTickers):
    days: int = Field(90, ge=1, le=3650, description="Forecasts of the last so many days.")


class RetrainModels(SomeTickers):
    time_budget_s: int = Field(1800, ge=30, le=6 * 3600, description="Seconds it may take.")


class RetrainForecasts(RetrainModels):
    kind: Literal["both", "price", "metric"] = Field(
        "both",
        description="Whose models: prices', metrics' (of which weights alone are kept), or both.",
    )


class RetrainSentiment(TaskArguments):
    time_budget_s: int = Field(1800, ge=30, le=6 * 3600, description="Seconds it may take.")
    seed: int = Field(0, ge=0, le=2**31 - 1, description="Of what is drawn by chance.")
    force: bool = Field(False, description="Train also if few labels are new.")


class OptimizeHyperparameters(TaskArguments):
    model: Literal["sentiment", "forecasting", "anomalies"] = Field(description="What to tune.")
    trials: int = Field(50, ge=2, le=2000, description="Settings to try.")
    time_budget_s: int = Field(1800, ge=30, le=110 * 60, description="Seconds it may take.")


class UpdateMarketData(SomeTickers):
    provider: str | None = Field(None, max_length=40, description="Source. Empty: the default.")
    start: date | None = Field(None, description="First day. Empty: where the store ends.")


class SyncExternalData(TaskArguments):
    sources: Annotated[list[str], Field(max_length=20)] = Field(
        default_factory=list, description="Sources. Empty: all that are set up."
    )


class FinancialMetrics(TaskArguments):
    tickers: Tickers = Field(
        default_factory=list, description="Companies. All, where none is named in either way."
    )
    companies: Annotated[list[CompanyName], Field(max_length=5000)] = Field(
        default_factory=list, description="Companies without a ticker, by their names."
    )


class CleanupData(TaskArguments):
    dry_run: bool = Field(True, description="Only report what would be removed.")


class CleanupResults(TaskArguments):
    older_than_hours: int | None = Field(
        None,
        ge=1,
        le=24 * 365,
        description="Hours since the task's end. Empty: as long as the settings keep a result.",
    )
    dry_run: bool = Field(False, description="Only report what would be removed.")


class PerformanceMonitoring(TaskArguments):
    minutes: int = Field(60, ge=5, le=30 * 24 * 60, description="How far back, in minutes.")


class SystemReport(TaskArguments):
    days: int = Field(7, ge=1, le=366, description="Days that a report on the system covers.")
    company: CompanyName | None = Field(
        None,
        description="A symbol, or the name of a company: the report is on that one. Empty: on the "
        "system.",
    )
