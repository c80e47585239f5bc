"""Prices and what belongs to them, economic series, and what was found wrong with them."""

from sqlalchemy import (
    JSON,
    Boolean,
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
)

from worker_core.storage.schema.base import UtcDateTime, metadata

bars = Table(
    "bars",
    metadata,
    Column("symbol", String(32), primary_key=True),
    Column("date", Date, primary_key=True),
    Column("open", Float),
    Column("high", Float),
    Column("low", Float),
    Column("close", Float, nullable=False),
    Column("volume", Float),
    Column("provider", String(40), nullable=False),
    Column("currency", String(8), nullable=False),
    # Kept, but read only by those who ask for it.
    Column("quarantined", Boolean, nullable=False),
    # One day of all symbols is read from this index alone.
    Index(None, "date", "symbol", "close", "quarantined"),
    sqlite_with_rowid=False,
)

bar_blocks = Table(
    "bar_blocks",
    metadata,
    Column("symbol", String(32), primary_key=True),
    # The symbol's, when the bars were read: with another one the block is old.
    Column("revision", Integer, nullable=False),
    # All bars from the one to the other day, but for those in quarantine.
    Column("since", Date, nullable=False),
    Column("until", Date, nullable=False),
    # Of the last day.
    Column("currency", String(8), nullable=False),
    Column("provider", String(40), nullable=False),
    Column("data", LargeBinary, nullable=False),
)

corporate_actions = Table(
    "corporate_actions",
    metadata,
    Column("symbol", String(32), primary_key=True),
    Column("ex_date", Date, primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("value", Float, nullable=False),
    Column("currency", String(8), nullable=False),
    Column("provider", String(40), nullable=False),
    CheckConstraint("kind IN ('split', 'dividend')", name="kind"),
    sqlite_with_rowid=False,
)

symbols = Table(
    "symbols",
    metadata,
    Column("symbol", String(32), primary_key=True),
    Column("name", String(200)),
    # ISO 10383, such as XNYS.
    Column("exchange", String(16)),
    Column("currency", String(8)),
    Column("renamed_to", String(32)),
    # Of the stored bars, quarantined ones included.
    Column("first_day", Date),
    Column("last_day", Date),
    # Where a provider's last fetch stopped, by provider.
    Column("progress", JSON, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    # Moves whenever bars that were there are changed, removed, held back or freed.
    Column("revision", Integer, nullable=False, server_default="0"),
    Index(None, "renamed_to"),
    sqlite_with_rowid=False,
)

observations = Table(
    "observations",
    metadata,
    Column("series_id", String(120), primary_key=True),
    Column("date", Date, primary_key=True),
    # The day from which this value was known: a revision is one more row.
    Column("vintage", Date, primary_key=True),
    Column("value", Float, nullable=False),
    Column("unit", String(40), nullable=False),
    Column("provider", String(40), nullable=False),
    sqlite_with_rowid=False,
)

quality_findings = Table(
    "quality_findings",
    metadata,
    Column("symbol", String(32), primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("check_name", String(64), nullable=False),
    Column("severity", String(16), nullable=False),
    Column("action", String(16), nullable=False),
    Column("first_day", Date),
    Column("last_day", Date),
    Column("rows", Integer, nullable=False),
    Column("days", JSON, nullable=False),
    Column("message", Text, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("found_at", UtcDateTime, nullable=False),
    CheckConstraint("severity IN ('info', 'warning', 'error')", name="severity"),
    CheckConstraint("action IN ('kept', 'flagged', 'quarantined')", name="action"),
    Index(None, "found_at"),
    sqlite_with_rowid=False,
)
