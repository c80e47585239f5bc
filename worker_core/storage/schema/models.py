"""Versions of trained models, which of them is in use, and what has been changed about that."""

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    String,
    Table,
    UniqueConstraint,
    text,
)

from worker_core.storage.schema.base import Id, UtcDateTime, metadata

model_registry = Table(
    "model_registry",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(64), nullable=False),
    # What it is a model of, such as a ticker; empty where there is one for all.
    Column("subject", String(64), nullable=False),
    Column("version", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("artifact_sha256", String(64)),
    Column("artifact_bytes", BigInteger),
    Column("parameters", JSON, nullable=False),
    Column("metrics", JSON, nullable=False),
    Column("verdict", JSON(none_as_null=True)),
    Column("training_set", String(64)),
    Column("libraries", JSON, nullable=False),
    Column("seed", BigInteger),
    # The champion it was made from or held against.
    Column("parent_version", String(64)),
    Column("task_id", String(155)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    CheckConstraint(
        "status IN ('candidate', 'champion', 'previous', 'rejected', 'retired')", name="status"
    ),
    UniqueConstraint("kind", "subject", "version"),
    Index(None, "artifact_sha256"),
    Index(
        "uq_model_registry_champion",
        "kind",
        "subject",
        unique=True,
        sqlite_where=text("status = 'champion'"),
        postgresql_where=text("status = 'champion'"),
    ),
    sqlite_autoincrement=True,
)

model_pointers = Table(
    "model_pointers",
    metadata,
    Column("kind", String(64), primary_key=True),
    Column("subject", String(64), primary_key=True),
    # Empty after a rollback of the first one: what comes with the program is in use then.
    Column("version", String(64)),
    # To which a rollback leads, and those before it, the oldest first.
    Column("previous", String(64)),
    Column("earlier", JSON, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(
        ["kind", "subject", "version"],
        ["model_registry.kind", "model_registry.subject", "model_registry.version"],
    ),
)

model_changes = Table(
    "model_changes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("action", String(16), nullable=False),
    Column("from_version", String(64)),
    Column("to_version", String(64)),
    Column("reasons", JSON, nullable=False),
    # A task's id, or the name of a person.
    Column("by", String(155), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    CheckConstraint("action IN ('promoted', 'rejected', 'rolled_back')", name="action"),
    Index(None, "kind", "subject"),
    sqlite_autoincrement=True,
)
