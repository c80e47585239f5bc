"""The full-text index."""

from sqlalchemy import Column, Integer, String, Table

from worker_core.storage.schema.base import UtcDateTime, document_key, metadata

# Beside it stands ``search_words``, which only SQL can declare: on SQLite a virtual table of FTS5
# whose row numbers are made of these keys, on PostgreSQL a table of text search vectors.
search_passages = Table(
    "search_passages",
    metadata,
    document_key(),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("section", String(64), nullable=False),
    Column("start_char", Integer, nullable=False),
    Column("end_char", Integer, nullable=False),
)

index_state = Table(
    "index_state",
    metadata,
    document_key(),
    Column("version", Integer, nullable=False),
    # The update that indexed it anew; empty where the document's own storing did.
    Column("build", String(155), nullable=False),
    Column("indexed_at", UtcDateTime, nullable=False),
)
