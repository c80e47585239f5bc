"""Writing the search index: with a document, and later for those that are behind."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, Select, delete, func, or_, select

from worker_core.storage import schema
from worker_core.storage.cleaning import short
from worker_core.storage.contents import read_sections, read_text
from worker_core.storage.engine import insert, reading, writing
from worker_core.storage.errors import StorageError
from worker_core.storage.passages import cut
from worker_core.storage.protocols import SectionLike
from worker_core.storage.rows import locked
from worker_core.storage.search_records import IndexSlice
from worker_core.storage.words import words_of

VERSION = 1
"""Of the index: a document that was indexed by another one is behind."""

# An update keeps other writers waiting for the length of one slice: some tenths of a second.
SLICE_DOCUMENTS = 200
SLICE_CHARACTERS = 2_000_000

_documents = schema.documents
_state = schema.index_state
_passages = schema.search_passages


def index_document(
    connection: Connection,
    document_id: int,
    text: str,
    sections: Iterable[SectionLike],
    build: str = "",
) -> None:
    """Put a document into the index, in place of what the index has of it."""
    # Its words go with them, on either database.
    connection.execute(delete(_passages).where(_passages.c.document_id == document_id))
    passages = cut(text, sections)
    if passages:
        connection.execute(
            insert(connection, _passages),
            [
                {
                    "document_id": document_id,
                    "ordinal": ordinal,
                    "section": short(passage.section, 64),
                    "start_char": passage.start,
                    "end_char": passage.end,
                }
                for ordinal, passage in enumerate(passages)
            ],
        )
        words_of(connection.engine).write(
            connection, document_id, [text[one.start : one.end] for one in passages]
        )
    values = {"version": VERSION, "build": build, "indexed_at": datetime.now(UTC)}
    connection.execute(
        insert(connection, _state)
        .values(document_id=document_id, **values)
        .on_conflict_do_update(index_elements=["document_id"], set_=values)
    )


class SearchIndex:
    """Brings documents into the index that are not in it, or all of them anew.

    ``build`` names an update that indexes anew what it has not indexed yet itself; without one,
    only documents are taken that the index does not have in its present form. ``only`` narrows
    both to documents of these numbers.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def behind(self, build: str = "", only: Collection[int] | None = None) -> int:
        """How many documents there are to index."""
        query = _behind(build, only).with_only_columns(func.count())
        with reading(self._engine) as connection:
            return connection.scalar(query) or 0

    def update(
        self, after: int = 0, build: str = "", only: Collection[int] | None = None
    ) -> IndexSlice | None:
        """Index the next documents, whose numbers are above ``after``, in one short transaction;
        None where there are none."""
        query = _behind(build, only).where(_documents.c.id > after).order_by(_documents.c.id)
        with reading(self._engine) as connection:
            found = connection.execute(query.limit(SLICE_DOCUMENTS)).all()
        chosen: list[int] = []
        characters = 0
        for document_id, length in found:
            if chosen and characters + length > SLICE_CHARACTERS:
                break
            chosen.append(document_id)
            characters += length
        if not chosen:
            return None
        with writing(self._engine) as connection:
            done = sum(_index_again(connection, one, short(build, 155)) for one in chosen)
        return IndexSlice(done, chosen[-1])


def _index_again(connection: Connection, document_id: int, build: str) -> bool:
    try:
        # Its text must not be replaced meanwhile.
        locked(connection, _documents.c.id == document_id)
    except StorageError:
        return False
    text = read_text(connection, document_id, 0, None)
    if text is None:
        return False
    index_document(connection, document_id, text, read_sections(connection, document_id), build)
    return True


def _behind(build: str, only: Collection[int] | None) -> Select[tuple[int, int]]:
    old = or_(_state.c.document_id.is_(None), _state.c.version != VERSION)
    query = (
        select(_documents.c.id, func.coalesce(_documents.c.characters, 0))
        .join(schema.document_texts, schema.document_texts.c.document_id == _documents.c.id)
        .outerjoin(_state, _state.c.document_id == _documents.c.id)
        .where(or_(old, _state.c.build != short(build, 155)) if build else old)
    )
    return query if only is None else query.where(_documents.c.id.in_(sorted(only)))
