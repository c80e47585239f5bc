"""Forecasts, what came of them, and what their intervals have learned from that."""

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from worker_core.storage.schema.base import Id, UtcDateTime, metadata

forecasts = Table(
    "forecasts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(16), nullable=False),
    # The ticker; a metric's name stands beside it, and nothing beside a price.
    Column("subject", String(64), nullable=False),
    Column("metric", String(80), nullable=False),
    # The day of the newest value that it knows.
    Column("as_of", Date, nullable=False),
    Column("horizon", Integer, nullable=False),
    Column("model_version", String(64), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("last_value", Float, nullable=False),
    Column("shares", JSON, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("data_hash", String(64), nullable=False),
    Column("provider", String(40), nullable=False),
    Column("libraries", JSON, nullable=False),
    # Of the horizon, or the longest below it that could be tested; empty where none could.
    Column("skill", Float),
    Column("dm_p", Float),
    Column("base_rate", Float),
    Column("coverage_80", Float),
    Column("coverage_95", Float),
    Column("scores", JSON, nullable=False),
    Column("details", JSON, nullable=False),
    Column("notes", JSON, nullable=False),
    Column("task_id", String(155)),
    CheckConstraint("kind IN ('price', 'metric')", name="kind"),
    UniqueConstraint("kind", "subject", "metric", "as_of", "model_version", "horizon"),
    Index(None, "as_of"),
)

forecast_points = Table(
    "forecast_points",
    metadata,
    Column(
        "forecast_id",
        Id,
        ForeignKey("forecasts.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("step", Integer, primary_key=True, autoincrement=False),
    # Empty where no calendar says which day that is.
    Column("date", Date),
    Column("mean", Float, nullable=False),
    # At the forecast's shares.
    Column("quantiles", JSON, nullable=False),
    sqlite_with_rowid=False,
)

forecast_outcomes = Table(
    "forecast_outcomes",
    metadata,
    Column(
        "forecast_id",
        Id,
        ForeignKey("forecasts.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("date", Date, nullable=False),
    Column("value", Float, nullable=False),
    # Which share of the distribution lay below what came.
    Column("pit", Float, nullable=False),
    Column("crps", Float, nullable=False),
    Column("naive_crps", Float),
    Column("scores", JSON, nullable=False),
    Column("evaluated_at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)

conformal_states = Table(
    "conformal_states",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("subject", String(64), primary_key=True),
    Column("metric", String(80), primary_key=True),
    Column("state", JSON, nullable=False),
    Column("outcomes", Integer, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)
