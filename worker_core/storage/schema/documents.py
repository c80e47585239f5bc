"""Documents, and what was found in them.

Text is kept beside its document instead of in it, so that listing a thousand documents does not
read a thousand filings.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from worker_core.storage.schema.base import Id, UtcDateTime, document_key, metadata

documents = Table(
    "documents",
    metadata,
    Column("id", Id, primary_key=True),
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
    document_key(),
    Column("text", Text, nullable=False),
)

document_sources = Table(
    "document_sources",
    metadata,
    Column("id", Id, primary_key=True),
    Column("document_id", Id, ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("task_id", String(64), nullable=False),
    Column("filename", String(255), nullable=False),
    Column("origin", String(255), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    UniqueConstraint("document_id", "task_id", "filename"),
)

document_sections = Table(
    "document_sections",
    metadata,
    document_key(),
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
    document_key(),
    Column("model_version", String(64), primary_key=True),
    Column("section", String(64), primary_key=True),
    Column("entity", String(200), primary_key=True),
    Column("positive", Float, nullable=False),
    Column("neutral", Float, nullable=False),
    Column("negative", Float, nullable=False),
    Column("mean", Float, nullable=False),
    Column("sentences", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("confidence", Float),
    # Of the entity, where the document gives one.
    Column("ticker", String(16)),
)

sentiment_sentences = Table(
    "sentiment_sentences",
    metadata,
    document_key(),
    Column("model_version", String(64), primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("start_char", Integer, nullable=False),
    Column("end_char", Integer, nullable=False),
    Column("score", Float, nullable=False),
    Column("label", String(16), nullable=False),
    Column("confidence", Float),
    # Lists of start, end, kind or rule, class and weight: what decided. See sentence_rows.
    Column("evidence", JSON(none_as_null=True)),
    Column("entities", JSON(none_as_null=True)),
    sqlite_with_rowid=False,
)

summaries = Table(
    "summaries",
    metadata,
    document_key(),
    Column("model_version", String(64), primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("start_char", Integer, nullable=False),
    Column("end_char", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("score", Float, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)
