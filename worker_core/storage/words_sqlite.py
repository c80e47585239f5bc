"""The words of passages in SQLite: an FTS5 table with Porter's stems.

A row's number is its document's times 65,536 plus the passage's place in it, so that the document
of a match is known without looking anywhere.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Float,
    Select,
    Text,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
    text,
)

from worker_core.storage.passages import MOST
from worker_core.storage.query import Phrase, Query
from worker_core.storage.schema import documents, search_passages
from worker_core.storage.words import Marks, Place, Scope

# Characters that no passage has, see ``write``.
_OPEN, _CLOSE = "\x02", "\x03"

_words = table(
    "search_words", column("rowid", BigInteger), column("text", Text), column("rank", Float)
)
_document: ColumnElement[int] = _words.c.rowid.op(">>")(16)
_ordinal: ColumnElement[int] = _words.c.rowid.op("&")(MOST - 1)
_INSERT = text("INSERT INTO search_words (rowid, text) VALUES (:row, :text)")
_HIGHLIGHT = (
    "SELECT (SELECT highlight(search_words, 0, ?, ?) FROM search_words "
    "WHERE search_words MATCH ? AND rowid = value) FROM json_each(?) ORDER BY key"
)


class SqliteWords:
    """As `Words` says."""

    def write(self, connection: Connection, places: Sequence[Place]) -> None:
        connection.execute(
            _INSERT,
            [
                {
                    "row": place.document_id * MOST + place.ordinal,
                    "text": place.text.replace(_OPEN, " ").replace(_CLOSE, " "),
                }
                for place in places
            ],
        )

    def together(self, query: Query, scope: Scope, limit: int) -> Select[tuple[int, int]]:
        # The row with the least rank: SQLite takes the other columns from it.
        best = func.min(_words.c.rank).label("best")
        ranked = (
            select(_document.label("document_id"), _ordinal.label("ordinal"), best)
            .where(*_of(_all(query), scope), *_without(query))
            .group_by(_document)
            .order_by(best, _document.desc())
            .limit(limit)
            .subquery()
        )
        return select(ranked.c.document_id, ranked.c.ordinal).order_by(
            ranked.c.best, ranked.c.document_id.desc()
        )

    def spread(self, query: Query, scope: Scope, limit: int) -> Select[tuple[int, int]]:
        first, *others = (_either(clause) for clause in query.wanted)
        found = (
            select(_document.label("document_id"), func.min(_ordinal).label("ordinal"))
            .where(
                *_of(first, scope),
                *(_document.in_(_documents(_of(one, scope))) for one in others),
                _document.not_in(_documents(_of(_all(query), scope))),
                *_without(query),
            )
            .group_by(_document)
            .subquery()
        )
        return (
            select(found.c.document_id, found.c.ordinal)
            .join(documents, documents.c.id == found.c.document_id)
            .order_by(documents.c.filing_date.desc().nulls_last(), documents.c.id.desc())
            .limit(limit)
        )

    def marks(
        self, connection: Connection, query: Query, places: Sequence[Place]
    ) -> list[list[tuple[int, int]]]:
        either = _either([one for clause in query.wanted for one in clause])
        rows = json.dumps([place.document_id * MOST + place.ordinal for place in places])
        # FTS5 looks a single row up, but would walk through all that match for several.
        shown = connection.exec_driver_sql(_HIGHLIGHT, (_OPEN, _CLOSE, either, rows)).scalars()
        return [_marked(one or "") for one in shown]


def _of(expression: str, scope: Scope) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [_match(expression)]
    if scope.documents is not None:
        conditions.append(_document.in_(scope.documents))
    if scope.section is not None:
        conditions.append(
            select(search_passages.c.ordinal)
            .where(
                search_passages.c.document_id == _document,
                search_passages.c.ordinal == _ordinal,
                search_passages.c.section == scope.section,
            )
            .correlate(_words)
            .exists()
        )
    return conditions


def _without(query: Query) -> list[ColumnElement[bool]]:
    if not query.unwanted:
        return []
    return [_document.not_in(_documents([_match(_either(query.unwanted))]))]


def _documents(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    return select(_document).where(*conditions).correlate(None)


def _match(expression: str) -> ColumnElement[bool]:
    return literal_column("search_words").op("MATCH", is_comparison=True)(literal(expression))


def _all(query: Query) -> str:
    return " AND ".join(f"({_either(clause)})" for clause in query.wanted)


def _either(phrases: Sequence[Phrase]) -> str:
    return " OR ".join(f'"{" ".join(phrase)}"' for phrase in phrases)


def _marked(shown: str) -> list[tuple[int, int]]:
    marks: Marks = []
    parts = shown.split(_OPEN)
    place = len(parts[0])
    for part in parts[1:]:
        word, _, rest = part.partition(_CLOSE)
        marks.append((place, place + len(word)))
        place += len(word) + len(rest)
    return marks
