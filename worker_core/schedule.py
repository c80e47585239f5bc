"""What beat starts by itself, and when."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from worker_core import catalog


@dataclass(frozen=True, slots=True)
class Entry:
    """A task that is started every ``every``."""

    task: str
    every: timedelta


ENTRIES: dict[str, Entry] = {
    "market-data": Entry("data_processing.update_market_data", timedelta(minutes=5)),
    "retrain-sentiment": Entry("model_training.retrain_sentiment_model", timedelta(days=1)),
    "retrain-forecasting": Entry("model_training.retrain_forecasting_models", timedelta(days=1)),
    "retrain-anomalies": Entry("model_training.retrain_anomaly_models", timedelta(days=1)),
    "health": Entry("monitoring.system_health_check", timedelta(minutes=10)),
    "result-cleanup": Entry("monitoring.cleanup_old_results", timedelta(hours=1)),
}


SWEEP = "afi.sweep"
SETTLE = "afi.settle"


def beat_schedule(sweep_every_s: float) -> dict[str, dict[str, Any]]:
    """The entries as Celery wants them; those whose task is unavailable are left out.

    The sweep is upkeep of the system itself: it is no task of the catalog, and one that came too
    late for its time is dropped.
    """
    entries: dict[str, dict[str, Any]] = {
        name: {"task": entry.task, "schedule": entry.every.total_seconds()}
        for name, entry in ENTRIES.items()
        if catalog.task(entry.task).unavailable is None
    }
    entries["sweep"] = {
        "task": SWEEP,
        "schedule": sweep_every_s,
        "options": {"expires": sweep_every_s},
    }
    return entries
