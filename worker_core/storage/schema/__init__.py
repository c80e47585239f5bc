"""The tables, as the newest migration leaves them: one module a subject."""

from worker_core.storage.schema.access import audit, document_owners, tokens, users
from worker_core.storage.schema.alerts import (
    alert_clock,
    alert_conditions,
    alert_rules,
    alerts,
    measure_reads,
    measurements,
)
from worker_core.storage.schema.anomalies import (
    anomalies,
    anomaly_baselines,
    risk_contributions,
    risk_measures,
    risk_universes,
)
from worker_core.storage.schema.base import VERSION_TABLE, UtcDateTime, metadata
from worker_core.storage.schema.documents import (
    document_sections,
    document_sources,
    document_texts,
    documents,
    sentiment_scores,
    sentiment_sentences,
    summaries,
)
from worker_core.storage.schema.financials import (
    document_corrections,
    fact_sets,
    financial_metrics,
    metric_documents,
    metric_periods,
    xbrl_facts,
)
from worker_core.storage.schema.forecasts import (
    conformal_states,
    forecast_outcomes,
    forecast_points,
    forecasts,
)
from worker_core.storage.schema.health import health_checks, performance
from worker_core.storage.schema.market import (
    bar_blocks,
    bars,
    corporate_actions,
    observations,
    quality_findings,
    symbols,
)
from worker_core.storage.schema.models import model_changes, model_pointers, model_registry
from worker_core.storage.schema.reports import reports
from worker_core.storage.schema.search import index_state, search_passages
from worker_core.storage.schema.sentiment import (
    labels,
    sentiment_comparisons,
    sentiment_daily,
    sentiment_trends,
)
from worker_core.storage.schema.tasks import results, schedule, tasks

__all__ = [
    "VERSION_TABLE",
    "UtcDateTime",
    "alert_clock",
    "alert_conditions",
    "alert_rules",
    "alerts",
    "anomalies",
    "anomaly_baselines",
    "audit",
    "bar_blocks",
    "bars",
    "conformal_states",
    "corporate_actions",
    "document_corrections",
    "document_owners",
    "document_sections",
    "document_sources",
    "document_texts",
    "documents",
    "fact_sets",
    "financial_metrics",
    "forecast_outcomes",
    "forecast_points",
    "forecasts",
    "health_checks",
    "index_state",
    "labels",
    "measure_reads",
    "measurements",
    "metadata",
    "metric_documents",
    "metric_periods",
    "model_changes",
    "model_pointers",
    "model_registry",
    "observations",
    "performance",
    "quality_findings",
    "reports",
    "results",
    "risk_contributions",
    "risk_measures",
    "risk_universes",
    "schedule",
    "search_passages",
    "sentiment_comparisons",
    "sentiment_daily",
    "sentiment_scores",
    "sentiment_sentences",
    "sentiment_trends",
    "summaries",
    "symbols",
    "tasks",
    "tokens",
    "users",
    "xbrl_facts",
]
