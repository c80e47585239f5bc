"""The tables, as the newest migration leaves them.

Text is kept beside its document instead of in it, so that listing a thousand documents does not
read a thousand filings.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

VERSION_TABLE = "afi_schema_version"
"""Not Alembic's default name: other libraries keep their own version in the same database."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time. SQLite has no time zones: there it is stored in UTC without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - the base class's signature
    ) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - the base class's signature
    ) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite numbers rows by itself only in a column whose type is exactly INTEGER.
_Id = BigInteger().with_variant(Integer, "sqlite")


def _document_key(**options: Any) -> Column[int]:
    return Column(
        "document_id",
        _Id,
        ForeignKey("documents.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        **options,
    )


documents = Table(
    "documents",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("content_sha256", String(64), nullable=False, unique=True),
    Column("filename", String(255), nullable=False),
    Column("mime", String(127), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("company", String(200)),
    Column("ticker", String(16)),
    Column("document_type", String(32)),
    Column("period", String(32)),
    Column("filing_date", Date),
    Column("pages", Integer),
    Column("characters", Integer),
    Column("status", String(16), nullable=False),
    Column("error_code", String(64)),
    Column("error_message", Text),
    Column("remedy", Text),
    Column("parser_version", String(64)),
    Column("truncated", JSON(none_as_null=True)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    CheckConstraint("status IN ('pending', 'parsed', 'failed')", name="status"),
    # The number of a removed document is not given to another one.
    sqlite_autoincrement=True,
)

document_texts = Table(
    "document_texts",
    metadata,
    _document_key(),
    Column("text", Text, nullable=False),
)

document_sources = Table(
    "document_sources",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("document_id", _Id, ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("task_id", String(64), nullable=False),
    Column("filename", String(255), nullable=False),
    Column("origin", String(255), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    UniqueConstraint("document_id", "task_id", "filename"),
)

document_sections = Table(
    "document_sections",
    metadata,
    _document_key(),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("name", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("start_char", Integer, nullable=False),
    Column("end_char", Integer, nullable=False),
    Column("by_reference", Boolean, nullable=False),
)

sentiment_scores = Table(
    "sentiment_scores",
    metadata,
    _document_key(),
    Column("model_version", String(64), primary_key=True),
    Column("section", String(64), primary_key=True),
    Column("entity", String(200), primary_key=True),
    Column("positive", Float, nullable=False),
    Column("neutral", Float, nullable=False),
    Column("negative", Float, nullable=False),
    Column("mean", Float, nullable=False),
    Column("sentences", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

sentiment_sentences = Table(
    "sentiment_sentences",
    metadata,
    _document_key(),
    Column("model_version", String(64), primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("start_char", Integer, nullable=False),
    Column("end_char", Integer, nullable=False),
    Column("score", Float, nullable=False),
    Column("label", String(16), nullable=False),
    sqlite_with_rowid=False,
)

summaries = Table(
    "summaries",
    metadata,
    _document_key(),
    Column("model_version", String(64), primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("start_char", Integer, nullable=False),
    Column("end_char", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("score", Float, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

# Beside it stands ``search_words``, which only SQL can declare: on SQLite a virtual table of FTS5
# whose row numbers are made of these keys, on PostgreSQL a table of text search vectors.
search_passages = Table(
    "search_passages",
    metadata,
    _document_key(),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("section", String(64), nullable=False),
    Column("start_char", Integer, nullable=False),
    Column("end_char", Integer, nullable=False),
)

index_state = Table(
    "index_state",
    metadata,
    _document_key(),
    Column("version", Integer, nullable=False),
    # The update that indexed it anew; empty where the document's own storing did.
    Column("build", String(155), nullable=False),
    Column("indexed_at", UtcDateTime, nullable=False),
)

tasks = Table(
    "tasks",
    metadata,
    Column("id", String(155), primary_key=True),
    Column("owner", String(155), nullable=False),
    Column("name", String(155), nullable=False),
    Column("queue", String(155), nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("headers", JSON, nullable=False),
    Column("idempotency_key", String(155)),
    Column("parent_id", String(155)),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("retries", Integer, nullable=False),
    Column("error_type", String(155)),
    Column("error_message", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("published_at", UtcDateTime),
    Column("first_sign_at", UtcDateTime),
    # From when on silence counts against the task.
    Column("checked_at", UtcDateTime, nullable=False),
    Column("next_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    CheckConstraint(
        "state IN ('waiting', 'published', 'running', 'retrying', 'succeeded', 'failed', "
        "'quarantined', 'cancelled', 'blocked', 'skipped')",
        name="state",
    ),
    UniqueConstraint("owner", "idempotency_key"),
    Index(None, "state", "checked_at"),
    Index(None, "finished_at"),
    Index(None, "parent_id"),
)

results = Table(
    "results",
    metadata,
    Column("task_id", String(155), primary_key=True),
    # Compressed; ``bytes`` is the size before.
    Column("body", LargeBinary, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Index(None, "expires_at"),
)

schedule = Table(
    "schedule",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("task", String(155), nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("expression", String(100), nullable=False),
    Column("timezone", String(64)),
    Column("market_hours", Boolean, nullable=False),
    Column("expires_s", Float),
    Column("enabled", Boolean, nullable=False),
    Column("built_in", Boolean, nullable=False),
    Column("edited", Boolean, nullable=False),
    # Counts the changes of the columns above, so that no run is claimed by what was read before.
    Column("version", Integer, nullable=False),
    Column("next_run", UtcDateTime),
    Column("last_run", UtcDateTime),
    Column("last_task_id", String(155)),
    Column("last_drift_s", Float),
    Column("skipped_at", UtcDateTime),
    Column("skipped_why", Text),
    Column("missed", Integer, nullable=False),
    Column("missed_since", UtcDateTime),
    Column("last_missed_at", UtcDateTime),
    Column("updated_at", UtcDateTime, nullable=False),
    CheckConstraint("kind IN ('every', 'cron')", name="kind"),
)
