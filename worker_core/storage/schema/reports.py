"""Reports that were made. Their files are artifacts."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, String, Table

from worker_core.storage.schema.base import UtcDateTime, metadata

reports = Table(
    "reports",
    metadata,
    Column("task_id", String(155), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("subject", String(210), nullable=False),
    Column("title", String(300), nullable=False),
    Column("about", String(300), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("html_sha256", String(64), nullable=False),
    Column("html_bytes", BigInteger, nullable=False),
    Column("pdf_sha256", String(64), nullable=False),
    Column("pdf_bytes", BigInteger, nullable=False),
    CheckConstraint("kind IN ('system', 'company')", name="kind"),
    Index(None, "made_at"),
)
