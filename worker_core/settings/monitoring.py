"""What the system knows of itself, and for how long."""

from typing import ClassVar

from pydantic import Field
from pydantic_settings import BaseSettings

from worker_core.settings.names import variable


class MonitoringSettings(BaseSettings):
    """Health and reports."""

    takers: ClassVar = "workers and the HTTP API"

    health_oldest_s: float = Field(
        600.0,
        gt=0,
        validation_alias=variable("AFI_HEALTH_OLDEST_S"),
        description="Seconds that a message may wait in its queue before a health check warns of "
        "it; six times as many are critical.",
    )
    keep_health_days: int = Field(
        30,
        ge=0,
        validation_alias=variable("AFI_KEEP_HEALTH_DAYS"),
        description="Days that health checks are kept; 0 means for ever.",
    )
    keep_performance_days: int = Field(
        90,
        ge=0,
        validation_alias=variable("AFI_KEEP_PERFORMANCE_DAYS"),
        description="Days that the durations of tasks, by windows of five minutes, are kept; "
        "0 means for ever.",
    )
    keep_reports_days: int = Field(
        365,
        ge=0,
        validation_alias=variable("AFI_KEEP_REPORTS_DAYS"),
        description="Days that reports are kept; 0 means for ever.",
    )
    backup_hours: int = Field(
        24,
        ge=0,
        validation_alias=variable("AFI_BACKUP_HOURS"),
        description="Hours after which an SQLite database is copied again, to the folder backups "
        "beside it, while workers or the window run; 0 means never. A server's database has "
        "backups of its own.",
    )
    keep_backups: int = Field(
        7,
        ge=1,
        validation_alias=variable("AFI_KEEP_BACKUPS"),
        description="Copies of that kind that are kept. Those made before an update are kept "
        "beside them, three of them.",
    )
    otel_endpoint: str | None = Field(
        None,
        validation_alias=variable("AFI_OTEL_ENDPOINT"),
        description="Where traces of tasks are sent, an OpenTelemetry collector's address for OTLP "
        "over HTTP such as http://127.0.0.1:4318. It needs the extra otel. Empty: nowhere.",
    )
