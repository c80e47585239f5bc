"""What the repositories share: a document's lock, what belongs to it, and its record."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, delete, select

from worker_core.storage.engine import insert
from worker_core.storage.errors import StorageError
from worker_core.storage.records import DocumentRecord
from worker_core.storage.schema import documents

LARGEST_ID = 2**63 - 1


def key_of(document_id: int) -> int:
    """``document_id``, or 0, which no document has, for numbers that no database could hold."""
    return document_id if 0 < document_id <= LARGEST_ID else 0


def locked(connection: Connection, condition: ColumnElement[bool]) -> Row[Any]:
    """The row of one document, which no other writer changes until this transaction ends.

    Raises:
        StorageError: there is no such document; code ``unknown_document``.
    """
    # SQLite has no locks on rows and needs none: a writing transaction is alone there.
    row = connection.execute(
        select(documents).where(condition).with_for_update(key_share=True)
    ).one_or_none()
    if row is None:
        raise StorageError(
            "unknown_document",
            "The database has no such document; it may have been removed meanwhile.",
            "Add the file again.",
        )
    return row


def replace(
    connection: Connection,
    table: Table,
    key: Mapping[str, Any],
    rows: Iterable[Mapping[str, Any]],
) -> None:
    """Put ``rows`` in the place of all rows of ``table`` with this ``key``."""
    connection.execute(
        delete(table).where(*(table.c[name] == value for name, value in key.items()))
    )
    if values := [{**key, **row} for row in rows]:
        connection.execute(insert(connection, table), values)


def document_record(row: Row[Any]) -> DocumentRecord:
    """The record of a row of ``documents``."""
    return document_of(dict(row._mapping))


def document_of(columns: Mapping[str, Any]) -> DocumentRecord:
    """The same from a row's values by the names of its columns."""
    values = dict(columns)
    return DocumentRecord(sha256=values.pop("content_sha256"), **values)
