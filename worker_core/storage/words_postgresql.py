"""The words of passages in PostgreSQL: text search vectors under a GIN index.

Its own parser would take ``10-K``, addresses and file names for single words. It is given words
alone, as `query.WORD` knows them, so that it finds what SQLite finds.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import reduce
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Float,
    Integer,
    Select,
    Subquery,
    Text,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, TSVECTOR, distinct_on

from worker_core.storage.query import WORD, Phrase, Query
from worker_core.storage.schema import documents, search_passages
from worker_core.storage.words import Marks, Place, Scope

# PostgreSQL takes no word of more than 2,046 bytes.
_PIECE = re.compile(r"[^\W_]{1,500}")
# A stem shares its beginning with all of its words.
_STEM_BEGINS = 3
# Divide by the logarithm of the length: a short passage about it beats a long one that names it.
_BY_LENGTH = 1

_words = table(
    "search_words",
    column("document_id", BigInteger),
    column("ordinal", Integer),
    column("words", TSVECTOR),
)
_CONFIGURATION: ColumnElement[Any] = literal_column("'afi_words'::regconfig")
_INSERT = text(
    "INSERT INTO search_words (document_id, ordinal, words) "
    "VALUES (:document, :ordinal, to_tsvector('afi_words'::regconfig, :plain))"
)


class PostgresqlWords:
    """As `Words` says."""

    def write(self, connection: Connection, places: Sequence[Place]) -> None:
        connection.execute(
            _INSERT,
            [
                {
                    "document": place.document_id,
                    "ordinal": place.ordinal,
                    "plain": _plain(place.text),
                }
                for place in places
            ],
        )

    def together(self, query: Query, scope: Scope, limit: int) -> Select[tuple[int, int]]:
        wanted = _all(query)
        rank = func.ts_rank(_words.c.words, wanted, _BY_LENGTH, type_=Float).label("rank")
        best = (
            select(_words.c.document_id, _words.c.ordinal, rank)
            .where(*_of(wanted, scope), *_without(query))
            .ext(distinct_on(_words.c.document_id))
            .order_by(_words.c.document_id, rank.desc(), _words.c.ordinal)
            .subquery()
        )
        return (
            select(best.c.document_id, best.c.ordinal)
            .order_by(best.c.rank.desc(), best.c.document_id.desc())
            .limit(limit)
        )

    def spread(self, query: Query, scope: Scope, limit: int) -> Select[tuple[int, int]]:
        first, *others = (_either(clause) for clause in query.wanted)
        found: Subquery = (
            select(_words.c.document_id, func.min(_words.c.ordinal).label("ordinal"))
            .where(
                *_of(first, scope),
                *(_words.c.document_id.in_(_documents(_of(one, scope))) for one in others),
                _words.c.document_id.not_in(_documents(_of(_all(query), scope))),
                *_without(query),
            )
            .group_by(_words.c.document_id)
            .subquery()
        )
        return (
            select(found.c.document_id, found.c.ordinal)
            .join(documents, documents.c.id == found.c.document_id)
            .order_by(documents.c.filing_date.desc().nulls_last(), documents.c.id.desc())
            .limit(limit)
        )

    def marks(self, connection: Connection, query: Query, places: Sequence[Place]) -> list[Marks]:
        phrases = [one for clause in query.wanted for one in clause]
        beginnings = {_plain(word)[:_STEM_BEGINS] for phrase in phrases for word in phrase}
        spans = [
            [
                (match.span(), _plain(match.group()))
                for match in WORD.finditer(place.text)
                if _plain(match.group())[:_STEM_BEGINS] in beginnings
            ]
            for place in places
        ]
        candidates = sorted({word for found in spans for _, word in found})
        if not candidates:
            return [[] for _ in places]
        word = func.unnest(cast(candidates, ARRAY(Text))).column_valued("word")
        single = _either([(one,) for phrase in phrases for one in phrase])
        matching = set(connection.scalars(select(word).where(_matches(_vector(word), single))))
        return [[span for span, word in found if word in matching] for found in spans]


def _of(query: ColumnElement[Any], scope: Scope) -> list[ColumnElement[bool]]:
    conditions = [_matches(_words.c.words, query)]
    if scope.documents is not None:
        conditions.append(_words.c.document_id.in_(scope.documents))
    if scope.section is not None:
        conditions.append(
            select(search_passages.c.ordinal)
            .where(
                search_passages.c.document_id == _words.c.document_id,
                search_passages.c.ordinal == _words.c.ordinal,
                search_passages.c.section == scope.section,
            )
            .correlate(_words)
            .exists()
        )
    return conditions


def _without(query: Query) -> list[ColumnElement[bool]]:
    if not query.unwanted:
        return []
    unwanted = _matches(_words.c.words, _either(query.unwanted))
    return [_words.c.document_id.not_in(_documents([unwanted]))]


def _documents(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    return select(_words.c.document_id).where(*conditions).correlate(None)


def _matches(vector: ColumnElement[Any], query: ColumnElement[Any]) -> ColumnElement[bool]:
    return vector.op("@@", return_type=Boolean())(query)


def _vector(words: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.to_tsvector(_CONFIGURATION, words)


def _all(query: Query) -> ColumnElement[Any]:
    clauses = (_either(clause) for clause in query.wanted)
    return reduce(lambda one, other: one.op("&&", return_type=TSQUERY())(other), clauses)


def _either(phrases: Sequence[Phrase]) -> ColumnElement[Any]:
    asked = [
        func.phraseto_tsquery(_CONFIGURATION, literal(_plain(" ".join(phrase))), type_=TSQUERY)
        for phrase in phrases
    ]
    either: ColumnElement[Any] = reduce(
        lambda one, other: one.op("||", return_type=TSQUERY())(other), asked
    )
    return either.self_group()


def _plain(passage: str) -> str:
    """The words alone, without accents."""
    if not passage.isascii():
        passage = "".join(
            one for one in unicodedata.normalize("NFKD", passage) if not unicodedata.combining(one)
        )
    return " ".join(_PIECE.findall(passage)).lower()
