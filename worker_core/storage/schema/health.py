"""Checks of the system's health, and how long its tasks took."""

from sqlalchemy import JSON, CheckConstraint, Column, Float, Index, Integer, String, Table

from worker_core.storage.schema.base import UtcDateTime, metadata

health_checks = Table(
    "health_checks",
    metadata,
    Column("task_id", String(155), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("status", String(16), nullable=False),
    Column("took_s", Float, nullable=False),
    Column("findings", JSON, nullable=False),
    Column("readings", JSON, nullable=False),
    Column("probes", JSON, nullable=False),
    CheckConstraint("status IN ('ok', 'warning', 'critical')", name="status"),
    Index(None, "at"),
)

performance = Table(
    "performance",
    metadata,
    Column("task", String(155), primary_key=True),
    Column("queue", String(155), primary_key=True),
    Column("start", UtcDateTime, primary_key=True),
    Column("window_s", Integer, primary_key=True, autoincrement=False),
    Column("succeeded", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("cancelled", Integer, nullable=False),
    Column("retried", Integer, nullable=False),
    Column("wait_count", Integer, nullable=False),
    Column("run_count", Integer, nullable=False),
    Column("wait", JSON, nullable=False),
    Column("run", JSON, nullable=False),
    Column("wait_sketch", JSON, nullable=False),
    Column("run_sketch", JSON, nullable=False),
    Index(None, "start"),
)
