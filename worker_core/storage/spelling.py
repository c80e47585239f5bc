"""Words found whichever case they are written in, in every database alike.

SQLite, and PostgreSQL where its language is C, know capitals and small letters of ASCII alone.
"""

from sqlalchemy import ColumnElement, or_


def holds(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    """``text`` occurs in the column."""
    return or_(*(column.icontains(one, autoescape=True) for one in _spellings(text)))


def begins(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    """The column begins with ``text``."""
    return or_(*(column.istartswith(one, autoescape=True) for one in _spellings(text)))


def _spellings(text: str) -> tuple[str, ...]:
    """How a word with other letters may be written: as it is, small, in capitals, as a name."""
    if text.isascii():
        return (text,)
    return tuple(dict.fromkeys((text, text.lower(), text.upper(), text.title())))
