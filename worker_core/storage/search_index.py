"""Writing the search index: with a document, and later for those that are behind."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Select, bindparam, delete, func, or_, select

from worker_core.storage import schema
from worker_core.storage.cleaning import short
from worker_core.storage.engine import insert, reading, writing
from worker_core.storage.passages import cut
from worker_core.storage.protocols import SectionLike
from worker_core.storage.records import Section
from worker_core.storage.search_records import IndexSlice
from worker_core.storage.words import Place, words_of

VERSION = 1
"""Of the index: a document that was indexed by another one is behind."""

# An update keeps other writers waiting for the length of one slice: some tenths of a second.
SLICE_DOCUMENTS = 200
SLICE_CHARACTERS = 2_000_000

_documents = schema.documents
_state = schema.index_state
_passages = schema.search_passages

# In the order of their numbers, so that two updates wait for each other without a knot.
_LOCK = (
    select(_documents.c.id)
    .where(_documents.c.id.in_(bindparam("these", expanding=True)))
    .order_by(_documents.c.id)
    .with_for_update(key_share=True)
)


@dataclass(frozen=True, slots=True)
class Indexable:
    """What the index is to have of a document."""

    document_id: int
    text: str
    sections: Sequence[SectionLike]


def index_documents(
    connection: Connection, documents: Sequence[Indexable], build: str = ""
) -> None:
    """Put documents into the index, in place of what the index has of them."""
    these = [one.document_id for one in documents]
    # Their words go with them, on either database.
    connection.execute(delete(_passages).where(_passages.c.document_id.in_(these)))
    passages: list[dict[str, Any]] = []
    words: list[Place] = []
    for one in documents:
        for ordinal, passage in enumerate(cut(one.text, one.sections)):
            passages.append(
                {
                    "document_id": one.document_id,
                    "ordinal": ordinal,
                    "section": short(passage.section, 64),
                    "start_char": passage.start,
                    "end_char": passage.end,
                }
            )
            words.append(Place(one.document_id, ordinal, one.text[passage.start : passage.end]))
    if passages:
        connection.execute(_passages.insert(), passages)
        words_of(connection.engine).write(connection, words)
    values = {"version": VERSION, "build": build, "indexed_at": datetime.now(UTC)}
    written = insert(connection, _state)
    connection.execute(
        written.on_conflict_do_update(
            index_elements=["document_id"],
            set_={name: written.excluded[name] for name in values},
        ),
        [{"document_id": one, **values} for one in these],
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
            candidates = connection.execute(query.limit(SLICE_DOCUMENTS)).all()
        chosen: list[int] = []
        characters = 0
        for document_id, length in candidates:
            if chosen and characters + length > SLICE_CHARACTERS:
                break
            chosen.append(document_id)
            characters += length
        if not chosen:
            return None
        with writing(self._engine) as connection:
            # None of their texts must be replaced meanwhile.
            connection.execute(_LOCK, {"these": chosen})
            found = _indexable(connection, chosen)
            index_documents(connection, found, short(build, 155))
        return IndexSlice(len(found), chosen[-1])


def _indexable(connection: Connection, these: Sequence[int]) -> list[Indexable]:
    texts, sections = schema.document_texts, schema.document_sections
    by_document: defaultdict[int, list[Section]] = defaultdict(list)
    query = select(sections).where(sections.c.document_id.in_(these)).order_by(sections.c.ordinal)
    for row in connection.execute(query):
        section = Section(row.name, row.title, row.start_char, row.end_char, row.by_reference)
        by_document[row.document_id].append(section)
    rows = connection.execute(select(texts).where(texts.c.document_id.in_(these)))
    return [Indexable(row.document_id, row.text, by_document[row.document_id]) for row in rows]


def _behind(build: str, only: Collection[int] | None) -> Select[Any]:
    old = or_(_state.c.document_id.is_(None), _state.c.version != VERSION)
    query = (
        select(_documents.c.id, func.coalesce(_documents.c.characters, 0))
        .join(schema.document_texts, schema.document_texts.c.document_id == _documents.c.id)
        .outerjoin(_state, _state.c.document_id == _documents.c.id)
        .where(or_(old, _state.c.build != short(build, 155)) if build else old)
    )
    return query if only is None else query.where(_documents.c.id.in_(sorted(only)))
