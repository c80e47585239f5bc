"""Full-text search over documents and their sections."""

from typing import Any

from sqlalchemy import Connection, Engine, Select, and_, func, select, tuple_

from worker_core.storage import schema
from worker_core.storage.chosen import conditions
from worker_core.storage.cleaning import short, storable
from worker_core.storage.engine import reading
from worker_core.storage.query import Query, parse
from worker_core.storage.records import DocumentRecord
from worker_core.storage.rows import document_record
from worker_core.storage.search_index import SearchIndex
from worker_core.storage.search_records import SearchFilters, SearchHit
from worker_core.storage.snippets import excerpt, goes_on, one_line, within
from worker_core.storage.words import Marks, Place, Scope, words_of

MOST_HITS = 200
FARTHEST = 10_000

_documents = schema.documents
_passages = schema.search_passages
_texts = schema.document_texts
_owners = schema.document_owners


class SearchRepository(SearchIndex):
    """The index of one database. Any number of threads may share it.

    Every method raises `StorageError` when the database cannot do its part.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._words = words_of(engine)

    def find(
        self,
        query: str,
        filters: SearchFilters | None = None,
        limit: int = 20,
        after: int = 0,
        *,
        owner: str | None = None,
    ) -> tuple[SearchHit, ...]:
        """The documents that have the words of ``query``, each once.

        First those with a passage that has all of them, by relevance (BM25 on SQLite, ts_rank on
        PostgreSQL); then those that have them here and there, the latest filed first. Words are
        compared by their stem, without accents or case. Words in double quotes stand next to each
        other, ``-word`` must not be in the document, ``one OR other`` is either.

        At most ``limit``, up to 200, are given; ``after`` leaves out as many, and behind the
        10,000th none is given any more. With ``owner`` only documents are looked through that this
        owner handed in.

        Raises:
            StorageError: code ``bad_query``: there is no word to look for, or there are too many.
        """
        asked, limit = parse(query), min(max(limit, 0), MOST_HITS)
        after = max(after, 0)
        if after > FARTHEST:
            return ()
        filters = filters or SearchFilters()
        scope = Scope(
            _chosen(filters, owner), storable(filters.section) if filters.section else None
        )
        with reading(self._engine) as connection:
            places = self._places(connection, asked, scope, after + limit)[after:]
            return self._hits(connection, asked, places) if places else ()

    def _places(
        self, connection: Connection, query: Query, scope: Scope, count: int
    ) -> list[tuple[int, int, bool]]:
        """Document, passage, and whether that has all the words."""
        best = connection.execute(self._words.together(query, scope, count))
        places = [(row.document_id, row.ordinal, True) for row in best]
        if len(places) < count and len(query.wanted) > 1:
            spread = self._words.spread(query, scope, count - len(places))
            rows = connection.execute(spread)
            places += [(row.document_id, row.ordinal, False) for row in rows]
        return places

    def _hits(
        self, connection: Connection, query: Query, places: list[tuple[int, int, bool]]
    ) -> tuple[SearchHit, ...]:
        found = _contents(
            connection, {(document_id, ordinal) for document_id, ordinal, _ in places}
        )
        there = [
            (Place(document_id, ordinal, found[document_id, ordinal][2]), together)
            for document_id, ordinal, together in places
            if (document_id, ordinal) in found
        ]
        marks = self._words.marks(connection, query, [place for place, _ in there])
        return tuple(
            _hit(*found[place.document_id, place.ordinal], marked, together)
            for (place, together), marked in zip(there, marks, strict=True)
        )


def _chosen(filters: SearchFilters, owner: str | None) -> Select[Any] | None:
    these = conditions(filters)
    if owner is not None:
        own = select(_owners.c.content_sha256).where(_owners.c.owner == short(owner, 155))
        these.append(_documents.c.content_sha256.in_(own))
    return select(_documents.c.id).where(and_(*these)) if these else None


def _contents(
    connection: Connection, places: set[tuple[int, int]]
) -> dict[tuple[int, int], tuple[DocumentRecord, Any, str]]:
    """Document, passage and text of each place."""
    text = func.substr(
        _texts.c.text, _passages.c.start_char + 1, _passages.c.end_char - _passages.c.start_char
    )
    these = tuple_(_passages.c.document_id, _passages.c.ordinal).in_(places)
    passages = connection.execute(
        select(_passages, text.label("text"))
        .join(_texts, _texts.c.document_id == _passages.c.document_id)
        .where(these)
    ).all()
    wanted = select(_documents).where(_documents.c.id.in_({one for one, _ in places}))
    records = {row.id: document_record(row) for row in connection.execute(wanted)}
    return {
        (row.document_id, row.ordinal): (records[row.document_id], row, row.text)
        for row in passages
    }


def _hit(
    document: DocumentRecord, passage: Any, text: str, marks: Marks, together: bool
) -> SearchHit:
    start, end = excerpt(text, marks)
    return SearchHit(
        document=document,
        section=passage.section,
        start=passage.start_char + start,
        end=passage.start_char + end,
        snippet=one_line(text[start:end]),
        marks=within(marks, start, end),
        together=together,
        goes_on=goes_on(text, start, end),
    )
