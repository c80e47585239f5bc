"""What a database does for the search: it keeps the words of passages and finds those that match.

Both kinds are asked in the same way and agree on what a word is: letters and digits, without
accents, by their English stem.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, Select

from worker_core.storage.query import Query

Marks = list[tuple[int, int]]
"""Start and end of words in a passage, in characters, in order."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which documents, as a query for their ids, and which section; None for any."""

    documents: Select[Any] | None
    section: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """A passage and its text."""

    document_id: int
    ordinal: int
    text: str


class Words(Protocol):
    """The words of passages in one kind of database.

    The queries are for document and passage, at most one passage of each document.
    """

    def write(self, connection: Connection, places: Sequence[Place]) -> None:
        """Keep the words of passages, of which none are kept."""
        ...

    def together(self, query: Query, scope: Scope, limit: int) -> Select[tuple[int, int]]:
        """Documents with a passage that has all the words: the best such passage of each, from
        the best match on."""
        ...

    def spread(self, query: Query, scope: Scope, limit: int) -> Select[tuple[int, int]]:
        """Documents that have all the words, but in no passage together, the latest filed first;
        with a passage that has the first."""
        ...

    def marks(self, connection: Connection, query: Query, places: Sequence[Place]) -> list[Marks]:
        """Where the words stand in each of the passages."""
        ...


def words_of(engine: Engine) -> Words:
    """Those of the engine's kind of database."""
    if engine.dialect.name == "sqlite":
        from worker_core.storage.words_sqlite import SqliteWords

        return SqliteWords()
    from worker_core.storage.words_postgresql import PostgresqlWords

    return PostgresqlWords()
