"""What is started by itself from the first start on, until a user changes it."""

from worker_core.schedule.timetable import Every
from worker_core.settings import Settings
from worker_core.storage import ScheduleEdit

SWEEP = "afi.sweep"
"""Upkeep of the system itself, and no task of the catalog."""

SWEEP_ENTRY = "sweep"


def built_in(settings: Settings) -> dict[str, ScheduleEdit]:
    """The entries that come with the program, by name."""

    def cron(task: str, expression: str, *, market_hours: bool = False) -> ScheduleEdit:
        return ScheduleEdit(task, {}, "cron", expression, market_hours=market_hours)

    def every(task: str, seconds: float, *, expires_s: float | None = None) -> ScheduleEdit:
        return ScheduleEdit(task, {}, "every", Every(seconds).expression, expires_s=expires_s)

    sweep_s = settings.sweep_every_s
    return {
        "market-data": cron("data_processing.update_market_data", "*/5 * * * *", market_hours=True),
        # One after the other, while nobody works.
        "retrain-sentiment": cron("model_training.retrain_sentiment_model", "0 2 * * *"),
        "retrain-forecasting": cron("model_training.retrain_forecasting_models", "20 2 * * *"),
        "retrain-anomalies": cron("model_training.retrain_anomaly_models", "40 2 * * *"),
        "health": every("monitoring.system_health_check", 600),
        # Behind the end of each window of five minutes, with what came late to earlier ones.
        "performance": ScheduleEdit(
            "monitoring.performance_monitoring",
            {"minutes": 30},
            "every",
            Every(300).expression,
            expires_s=300,
        ),
        "result-cleanup": every("monitoring.cleanup_old_results", 3600),
        # Before the day begins, and at the start of the week.
        "cache-warming": cron("monitoring.cache_warming", "0 6 * * *"),
        "system-report": cron("monitoring.generate_system_report", "30 6 * * 1"),
        # One that comes late is not caught up: the next one sees the same.
        "alerts": every(
            "monitoring.alert_processing",
            settings.alert_every_s,
            expires_s=settings.alert_every_s,
        ),
        SWEEP_ENTRY: every(SWEEP, sweep_s, expires_s=sweep_s),
    }
