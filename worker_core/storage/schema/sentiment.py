"""Sentiment over time and between companies, and the labels that people give to sentences."""

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from worker_core.storage.schema.base import Id, UtcDateTime, metadata

sentiment_daily = Table(
    "sentiment_daily",
    metadata,
    Column("ticker", String(16), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("mean", Float, nullable=False),
    Column("ewma", Float, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("sentences", Integer, nullable=False),
    # Of the scores; several are parted by a space.
    Column("model_version", String(255), nullable=False),
)

sentiment_trends = Table(
    "sentiment_trends",
    metadata,
    Column("ticker", String(16), primary_key=True),
    Column("since", Date, nullable=False),
    Column("days", Integer, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("slope", JSON(none_as_null=True)),
    Column("turns", JSON, nullable=False),
    Column("missing", JSON, nullable=False),
    Column("model_versions", JSON, nullable=False),
    Column("task_id", String(155), nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

sentiment_comparisons = Table(
    "sentiment_comparisons",
    metadata,
    Column("id", Id, primary_key=True),
    Column("task_id", String(155), nullable=False, unique=True),
    Column("since", Date, nullable=False),
    Column("companies", JSON, nullable=False),
    Column("differences", JSON, nullable=False),
    Column("missing", JSON, nullable=False),
    Column("model_versions", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

labels = Table(
    "labels",
    metadata,
    Column("id", Id, primary_key=True),
    # What is labelled: the same for all labels that one sentence at one place was ever given.
    Column("place", String(155), nullable=False),
    # A label outlives its document: what was learned from it must be found again.
    Column("document_id", Id, ForeignKey("documents.id", ondelete="SET NULL")),
    Column("start_char", Integer),
    Column("end_char", Integer),
    Column("text", Text, nullable=False),
    Column("label", String(16), nullable=False),
    Column("by", String(155), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    # When it gave way to a later one, or was taken back; the row stays, as the record of it.
    Column("replaced_at", UtcDateTime),
    Column("undone_at", UtcDateTime),
    CheckConstraint("label IN ('negative', 'neutral', 'positive')", name="label"),
    Index(None, "document_id"),
    Index(
        "uq_labels_standing",
        "place",
        unique=True,
        sqlite_where=text("replaced_at IS NULL AND undone_at IS NULL"),
        postgresql_where=text("replaced_at IS NULL AND undone_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)
