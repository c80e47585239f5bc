"""Anomalies with the baselines that they were found by, and systemic risk."""

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Date,
    Float,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from worker_core.storage.schema.base import Id, UtcDateTime, metadata

anomaly_baselines = Table(
    "anomaly_baselines",
    metadata,
    # A ticker, a ticker and a metric, or the id of an economic series.
    Column("subject", String(128), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("parameters", JSON, nullable=False),
    # The detectors' state: JSON, compressed.
    Column("state", LargeBinary, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("last_at", UtcDateTime),
    # SHA-256 of parameters and series, so that the same learnt twice is one version.
    Column("content_sha256", String(64), nullable=False),
    Column("task_id", String(155), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    CheckConstraint("kind IN ('metric', 'series', 'price', 'pattern')", name="kind"),
)

anomalies = Table(
    "anomalies",
    metadata,
    Column("id", Id, primary_key=True),
    Column("subject", String(128), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("detector", String(32), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("value", Float, nullable=False),
    Column("score", Float, nullable=False),
    Column("strength", Float, nullable=False),
    Column("unit", String(120), nullable=False),
    Column("quantile", Float, nullable=False),
    Column("words", Text, nullable=False),
    # Past windows most like it: start, end, distance.
    Column("nearest", JSON, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("task_id", String(155), nullable=False),
    Column("found_at", UtcDateTime, nullable=False),
    CheckConstraint("kind IN ('metric', 'series', 'price', 'pattern')", name="kind"),
    UniqueConstraint("subject", "kind", "detector", "at"),
    Index(None, "at"),
    sqlite_autoincrement=True,
)

risk_universes = Table(
    "risk_universes",
    metadata,
    # SHA-256 of the sorted names.
    Column("universe", String(64), primary_key=True),
    Column("window", Integer, primary_key=True, autoincrement=False),
    Column("names", JSON, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("notes", JSON, nullable=False),
    # The connectedness of the last day, in percent; null where it was refused.
    Column("connectedness", JSON(none_as_null=True)),
    Column("task_id", String(155), nullable=False),
    Column("computed_at", UtcDateTime, nullable=False),
)

risk_measures = Table(
    "risk_measures",
    metadata,
    Column("universe", String(64), primary_key=True),
    Column("window", Integer, primary_key=True, autoincrement=False),
    Column("measure", String(32), primary_key=True),
    Column("date", Date, primary_key=True),
    Column("value", Float, nullable=False),
    # Of the values up to this day; null while they are too few.
    Column("percentile", Float),
    sqlite_with_rowid=False,
)

risk_contributions = Table(
    "risk_contributions",
    metadata,
    Column("universe", String(64), primary_key=True),
    Column("window", Integer, primary_key=True, autoincrement=False),
    Column("measure", String(32), primary_key=True),
    Column("date", Date, primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("value", Float, nullable=False),
    sqlite_with_rowid=False,
)
