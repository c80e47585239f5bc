"""What refers to documents and to files, found from the tables themselves, so that a table that is
added later is not forgotten."""

from collections.abc import Iterator

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    String,
    Table,
    and_,
    cast,
    exists,
    or_,
    select,
)

from worker_core.storage.schema import documents, metadata, tasks

# A part of the document: it goes with it. Everything else that names a document refers to it.
PARTS = frozenset(
    {
        "document_sections",
        "document_sources",
        "document_texts",
        "index_state",
        "search_passages",
    }
)
_OPEN = ("waiting", "published", "running", "retrying", "quarantined", "blocked")


def referring_tables() -> Iterator[Table]:
    """The tables whose rows need their document to stay."""
    for table in metadata.sorted_tables:
        if table.name not in PARTS and table.name != "documents" and "document_id" in table.c:
            yield table


def is_referred() -> ColumnElement[bool]:
    """Whether anything was found out from a document, or is about to be."""
    found = [
        exists(select(1).where(table.c.document_id == documents.c.id))
        for table in referring_tables()
    ]
    arguments = cast(tasks.c.arguments, String)
    awaited = exists(
        select(1).where(
            and_(
                tasks.c.state.in_(_OPEN),
                arguments.contains(documents.c.content_sha256, autoescape=False),
            )
        )
    )
    return or_(*found, awaited)


def is_file_used(connection: Connection, sha256: str) -> bool:
    """Whether any row names this file."""
    return any(
        connection.execute(select(1).select_from(table).where(column == sha256).limit(1)).first()
        is not None
        for table, column in _file_columns()
    )


def _file_columns() -> Iterator[tuple[Table, Column[str]]]:
    for table in metadata.sorted_tables:
        for column in table.c:
            if column.name.endswith("sha256"):
                yield table, column
