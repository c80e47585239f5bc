"""A document's text and its sections."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from worker_core.storage.cleaning import short, storable
from worker_core.storage.engine import insert
from worker_core.storage.protocols import SectionLike
from worker_core.storage.records import Section
from worker_core.storage.schema import document_sections, document_texts

# Neither database takes a longer text, nor larger offsets into one.
_LONGEST_TEXT = 1_000_000_000


def store_text(connection: Connection, document_id: int, text: str) -> bool:
    """Store the text; whether it is another one than before."""
    statement = insert(connection, document_texts).values(document_id=document_id, text=text)
    written = connection.execute(
        statement.on_conflict_do_update(
            index_elements=["document_id"],
            set_={"text": statement.excluded.text},
            where=document_texts.c.text != statement.excluded.text,
        ).returning(document_texts.c.document_id)
    )
    return written.first() is not None


def read_text(connection: Connection, document_id: int, start: int, end: int | None) -> str | None:
    """The text from ``start`` to before ``end``; None if there is none."""
    wanted: ColumnElement[str] = document_texts.c.text
    if start or end is not None:
        first = min(start, _LONGEST_TEXT)
        length = min(_LONGEST_TEXT if end is None else end, _LONGEST_TEXT) - first
        wanted = func.substr(wanted, first + 1, length)
    return connection.scalar(select(wanted).where(document_texts.c.document_id == document_id))


def section_rows(sections: Iterable[SectionLike], length: int) -> list[Mapping[str, Any]]:
    """The rows of the sections of a text of this length.

    Raises:
        ValueError: a section does not lie within the text.
    """
    rows: list[Mapping[str, Any]] = []
    for ordinal, section in enumerate(sections):
        if not 0 <= section.start <= section.end <= length:
            raise ValueError(
                f"section {section.name!r} is {section.start}..{section.end} "
                f"in a text of {length} characters"
            )
        rows.append(
            {
                "ordinal": ordinal,
                "name": short(section.name, 64),
                "title": storable(section.title),
                "start_char": section.start,
                "end_char": section.end,
                "by_reference": section.by_reference,
            }
        )
    return rows


def read_sections(connection: Connection, document_id: int) -> tuple[Section, ...]:
    """The sections in the order in which they were stored."""
    columns = document_sections.c
    query = (
        select(
            columns.name,
            columns.title,
            columns.start_char,
            columns.end_char,
            columns.by_reference,
        )
        .where(columns.document_id == document_id)
        .order_by(columns.ordinal)
    )
    return tuple(Section(*row) for row in connection.execute(query))
