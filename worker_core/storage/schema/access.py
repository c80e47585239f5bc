"""Who may use the system, what they did, and which documents are theirs."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
)

from worker_core.storage.schema.base import Id, UtcDateTime, metadata

users = Table(
    "users",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # A name is never given to somebody else: what it owns stays its own.
    Column("disabled_at", UtcDateTime),
    CheckConstraint("role IN ('analyst', 'operator', 'admin')", name="role"),
)

tokens = Table(
    "tokens",
    metadata,
    # The part of a token that may be shown.
    Column("id", String(16), primary_key=True),
    Column("user_name", String(64), ForeignKey("users.name", ondelete="CASCADE"), nullable=False),
    # SHA-256 of the whole token, in hexadecimal digits. The token itself is stored nowhere.
    Column("digest", String(64), nullable=False, unique=True),
    Column("note", String(100), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    Column("last_used_at", UtcDateTime),
    Index(None, "user_name"),
)

# Append-only: the migration adds triggers that refuse every change of a row.
audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(155), nullable=False),
    Column("token", String(16), nullable=False),
    Column("action", String(32), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("outcome", String(32), nullable=False),
    Column("address", String(64), nullable=False),
    Column("request_id", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    Index(None, "actor", "id"),
    Index(None, "at"),
    sqlite_autoincrement=True,
)

# A document is known by its content: two users may have handed in the same one.
document_owners = Table(
    "document_owners",
    metadata,
    Column("owner", String(155), primary_key=True),
    Column("content_sha256", String(64), primary_key=True),
    Column("filename", String(255), nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Index(None, "owner", "added_at"),
    Index(None, "content_sha256"),
)
