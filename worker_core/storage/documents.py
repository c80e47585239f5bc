"""Documents: what came in, what was read from it, and what was found in it.

Every write may be repeated. Keys are those of the business (the content's hash, the document and
the model), not numbers made here, so that a task that is delivered twice leaves one trace. Rows
that belong together (sections, scores, sentences) are replaced in one transaction, under a lock on
their document that lets two deliveries follow each other.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from worker_core.storage import schema
from worker_core.storage.analyses import DocumentAnalyses
from worker_core.storage.cleaning import (
    display_name,
    sha256_address,
    short,
    short_or_none,
    storable,
    storable_json,
)
from worker_core.storage.contents import read_sections, read_text, section_rows, store_text
from worker_core.storage.corrections import DocumentCorrections, over_found
from worker_core.storage.engine import insert, reading, writing
from worker_core.storage.facts import FactLike, store_facts
from worker_core.storage.listing import DocumentLists
from worker_core.storage.protocols import SectionLike
from worker_core.storage.records import DocumentRecord, Section, SourceRecord
from worker_core.storage.rows import document_record, key_of, locked, replace
from worker_core.storage.search_index import Indexable, index_documents

_documents = schema.documents


class DocumentRepository(DocumentAnalyses, DocumentCorrections, DocumentLists):
    """Documents of one database. Any number of threads may share it.

    Every method raises `StorageError` when the database cannot do its part.
    """

    def register(
        self, sha256: str, filename: str, size: int, mime: str, task_id: str, origin: str = ""
    ) -> DocumentRecord:
        """Note that a file of ``size`` bytes came in, for the task ``task_id``.

        A content that is known keeps its record and gains a source; the same task saying it again
        changes nothing. ``origin`` is a word for where the file came from.
        """
        sha256, filename, now = sha256_address(sha256), display_name(filename), datetime.now(UTC)
        with writing(self._engine) as connection:
            connection.execute(
                insert(connection, _documents)
                .values(
                    content_sha256=sha256,
                    filename=filename,
                    mime=short(mime, 127),
                    bytes=size,
                    status="pending",
                    created_at=now,
                    updated_at=now,
                )
                .on_conflict_do_nothing(index_elements=["content_sha256"])
            )
            row = locked(connection, _documents.c.content_sha256 == sha256)
            connection.execute(
                insert(connection, schema.document_sources)
                .values(
                    document_id=row.id,
                    task_id=short(task_id, 64),
                    filename=filename,
                    origin=display_name(origin) if origin else "",
                    received_at=now,
                )
                .on_conflict_do_nothing(index_elements=["document_id", "task_id", "filename"])
            )
            return document_record(row)

    def save_parsed(
        self,
        sha256: str,
        *,
        text: str,
        sections: Iterable[SectionLike],
        parser_version: str,
        mime: str | None = None,
        company: str | None = None,
        ticker: str | None = None,
        document_type: str | None = None,
        period: str | None = None,
        filing_date: date | None = None,
        pages: int | None = None,
        truncated: object = None,
        facts: Sequence[FactLike] | None = None,
    ) -> DocumentRecord:
        """Keep what was read from a registered document, instead of an earlier reading.

        ``truncated`` is any JSON value that says what was left out. When the text differs from the
        earlier one, sentiment and summaries go with it: their offsets would point at other words.
        What people corrected stays as they said. ``facts`` is None where none were looked for.

        Raises:
            ValueError: a section does not lie within the text.
        """
        text = storable(text)
        values: dict[str, Any] = {
            "status": "parsed",
            "error_code": None,
            "error_message": None,
            "remedy": None,
            "parser_version": short(parser_version, 64),
            "pages": pages,
            "characters": len(text),
            "truncated": storable_json(truncated) or None,
        }
        found = {
            "company": short_or_none(company, 200),
            "ticker": short_or_none(ticker, 16),
            "document_type": short_or_none(document_type, 32),
            "period": short_or_none(period, 32),
            "filing_date": filing_date,
        }
        if mime:
            values["mime"] = short(mime, 127)
        sections = tuple(sections)
        rows = section_rows(sections, len(text))
        condition = _documents.c.content_sha256 == sha256_address(sha256)
        with writing(self._engine) as connection:
            document_id = locked(connection, condition).id
            if store_text(connection, document_id, text):
                for table in (
                    schema.sentiment_scores,
                    schema.sentiment_sentences,
                    schema.summaries,
                ):
                    connection.execute(delete(table).where(table.c.document_id == document_id))
            replace(connection, schema.document_sections, {"document_id": document_id}, rows)
            index_documents(connection, [Indexable(document_id, text, sections)])
            if facts is not None:
                store_facts(connection, document_id, facts, parser_version, truncated)
            values |= over_found(connection, document_id, found)
            return _updated(connection, document_id, values)

    def save_failure(
        self, sha256: str, code: str, message: str, remedy: str, parser_version: str | None = None
    ) -> DocumentRecord:
        """Keep why a registered document could not be read.

        A document that was read before stays as it is: what is known of it is still true.
        """
        condition = _documents.c.content_sha256 == sha256_address(sha256)
        values = {
            "status": "failed",
            "error_code": short(code, 64),
            "error_message": storable(message),
            "remedy": storable(remedy),
            "parser_version": short_or_none(parser_version, 64),
        }
        with writing(self._engine) as connection:
            row = locked(connection, condition)
            if row.status == "parsed":
                return document_record(row)
            return _updated(connection, row.id, values)

    def get(self, document_id: int) -> DocumentRecord | None:
        """The document with this number."""
        with reading(self._engine) as connection:
            row = connection.execute(
                select(_documents).where(_documents.c.id == key_of(document_id))
            ).one_or_none()
        return document_record(row) if row is not None else None

    def by_sha(self, sha256: str) -> DocumentRecord | None:
        """The document with this content."""
        condition = _documents.c.content_sha256 == sha256_address(sha256)
        with reading(self._engine) as connection:
            row = connection.execute(select(_documents).where(condition)).one_or_none()
        return document_record(row) if row is not None else None

    def sources(self, document_id: int) -> tuple[SourceRecord, ...]:
        """Each time this content came in, oldest first."""
        table = schema.document_sources
        query = (
            select(table.c.filename, table.c.origin, table.c.task_id, table.c.received_at)
            .where(table.c.document_id == key_of(document_id))
            .order_by(table.c.received_at, table.c.id)
        )
        with reading(self._engine) as connection:
            return tuple(SourceRecord(*row) for row in connection.execute(query))

    def sections(self, document_id: int) -> tuple[Section, ...]:
        """The sections in the order in which they stand in the document."""
        with reading(self._engine) as connection:
            return read_sections(connection, key_of(document_id))

    def text(self, document_id: int, start: int = 0, end: int | None = None) -> str | None:
        """The text, or the characters from ``start`` to before ``end``; None if there is none.

        Raises:
            ValueError: an offset is negative, or ``end`` comes before ``start``.
        """
        if start < 0 or (end is not None and end < start):
            raise ValueError(f"{start}..{end} is not a range of characters")
        with reading(self._engine) as connection:
            return read_text(connection, key_of(document_id), start, end)


def _updated(connection: Connection, document_id: int, values: Mapping[str, Any]) -> DocumentRecord:
    row = connection.execute(
        update(_documents)
        .where(_documents.c.id == key_of(document_id))
        .values(**values, updated_at=datetime.now(UTC))
        .returning(*_documents.c)
    ).one()
    return document_record(row)
