"""The ledger of tasks, their large results and their schedule."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from worker_core.storage.schema.base import UtcDateTime, metadata

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
    Index(None, "owner", "created_at"),
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
