"""What documents report in figures, the metrics made of it, and what people corrected.

Numbers are kept as decimal text: no database type holds a reported value of any size exactly on
both databases.
"""

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from worker_core.storage.schema.base import Id, UtcDateTime, document_key, metadata

# One row a document whose facts were taken, also where it has none.
fact_sets = Table(
    "fact_sets",
    metadata,
    document_key(),
    Column("parser_version", String(64), nullable=False),
    Column("facts", Integer, nullable=False),
    Column("truncated", JSON(none_as_null=True)),
    Column("stored_at", UtcDateTime, nullable=False),
)

xbrl_facts = Table(
    "xbrl_facts",
    metadata,
    document_key(),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("concept", String(300), nullable=False),
    # In whole units, scale and sign applied; NULL for text and nil.
    Column("value", Text),
    Column("text", Text),
    Column("unit", String(160)),
    Column("decimals", Integer),
    # NULL of an instant.
    Column("start_date", Date),
    Column("end_date", Date),
    # Pairs of axis and member; NULL of the whole entity.
    Column("dimensions", JSON(none_as_null=True)),
    Column("label", Text),
    Column("source", String(200), nullable=False),
    Column("filed", Date),
    sqlite_with_rowid=False,
)

# The natural key is long and would stand in every metric's row.
metric_periods = Table(
    "metric_periods",
    metadata,
    Column("id", Id, primary_key=True),
    # The ticker, or ``name:`` and the company's name in small letters where none is known.
    Column("entity", String(210), nullable=False),
    Column("basis", String(16), nullable=False),
    Column("end_date", Date, nullable=False),
    Column("start_date", Date, nullable=False),
    Column("ticker", String(16)),
    Column("company", String(200)),
    Column("currency", String(16)),
    Column("warnings", JSON, nullable=False),
    Column("calculated_at", UtcDateTime, nullable=False),
    UniqueConstraint("entity", "basis", "end_date"),
    Index(None, "ticker"),
    CheckConstraint("basis IN ('annual', 'half_year', 'quarter', 'year_to_date')", name="basis"),
)

metric_documents = Table(
    "metric_documents",
    metadata,
    Column("period_id", Id, ForeignKey("metric_periods.id", ondelete="CASCADE"), primary_key=True),
    document_key(),
    Index(None, "document_id"),
)

financial_metrics = Table(
    "financial_metrics",
    metadata,
    Column("period_id", Id, ForeignKey("metric_periods.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(80), primary_key=True),
    Column("ordinal", Integer, nullable=False),
    Column("metric_group", String(32), nullable=False),
    # NULL where it cannot be computed; ``reason`` then says why.
    Column("value", Text),
    Column("unit", String(16), nullable=False),
    Column("formula", Text, nullable=False),
    Column("formula_version", String(16), nullable=False),
    Column("inputs", JSON, nullable=False),
    Column("missing", JSON, nullable=False),
    Column("reason", Text, nullable=False),
    Column("note", Text, nullable=False),
    sqlite_with_rowid=False,
)

# ``documents`` holds what counts, so that every query sees it; here is what a person said, and
# beside it what the document itself was found to say, for the day the correction is taken back.
document_corrections = Table(
    "document_corrections",
    metadata,
    document_key(),
    Column("field", String(32), primary_key=True),
    Column("value", String(200)),
    Column("found", String(200)),
    Column("corrected_by", String(100), nullable=False),
    Column("corrected_at", UtcDateTime, nullable=False),
)
