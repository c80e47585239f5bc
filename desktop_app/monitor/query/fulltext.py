"""How the history's other tables help a search: an FTS5 index of trigrams, and a list of words."""

from collections.abc import Iterable, Sequence
from typing import Final

from desktop_app.monitor.query import fields
from desktop_app.monitor.query.nodes import Mode, Pattern
from desktop_app.monitor.query.patterns import literals

FULLTEXT: Final = "SELECT rowid FROM tasks_fts WHERE tasks_fts MATCH ?"
"""How the index is asked. Whoever looks through a span of tasks adds it to this text wherever it
stands in a condition."""

INDEXED: Final = frozenset(fields.FREE_TEXT)
"""Columns of the table ``tasks`` that are also in ``tasks_fts``."""

WORDS: Final = frozenset({"name", "queue", "worker"})
"""Columns whose values are also in the table ``words``, each once: few of them, so that looking
through those is quick, and an index of the column finds the rows."""

SHORTEST: Final = 3
"""Characters below which trigrams find nothing."""


def expression(pattern: Pattern, columns: Sequence[str]) -> str | None:
    """The FTS5 expression that every fitting row meets in one of these columns; None where the
    index is of no help."""
    wanted = [text for text in literals(pattern) if len(text) >= SHORTEST]
    if not wanted or not INDEXED.issuperset(columns):
        return None
    return " AND ".join(f"{{{' '.join(columns)}}} : {phrase}" for phrase in _phrases(wanted))


def exact(pattern: Pattern) -> bool:
    """Whether a row that meets the expression fits, without another look. The index takes letters
    beyond A to Z in either case."""
    return pattern.mode is Mode.CONTAINS and pattern.text.isascii()


def _phrases(texts: Iterable[str]) -> list[str]:
    return ['"' + text.replace('"', '""') + '"' for text in texts]
