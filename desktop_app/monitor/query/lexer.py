"""Text into tokens. Whatever is typed, either tokens come out or a ``QuerySyntaxError``."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from desktop_app.monitor.query.errors import QuerySyntaxError

LONGEST: Final = 4_000
"""Characters of a search."""

OPERATORS: Final = (">=", "<=", ">", "<", "=")

_SPACE: Final = re.compile(r"\s+")
_FIELD: Final = re.compile(r"([A-Za-z_]+):")
_BARE: Final = re.compile(r'[^\s()"]+')
_BARE_VALUE: Final = re.compile(r'[^\s()",]+')
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
# Neither can be stored as text, nor seen by the one who pasted it.
_UNUSABLE: Final = re.compile(r"[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff]")


class Is(StrEnum):
    OPEN = "("
    CLOSE = ")"
    AND = "and"
    OR = "or"
    NOT = "not"
    TERM = "term"
    WORD = "word"
    PHRASE = "phrase"
    END = "end"


_KEYWORDS: Final = {"and": Is.AND, "or": Is.OR, "not": Is.NOT}


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a term: ``op`` is a comparison or empty."""

    op: str
    text: str
    quoted: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Token:
    """``text`` is what a word or phrase says, or the field of a term; ``values`` are the term's."""

    kind: Is
    start: int
    end: int
    text: str = ""
    values: tuple[Value, ...] = ()


def tokens(text: str) -> list[Token]:
    """The tokens of a search; the last is ``END``."""
    if len(text) > LONGEST:
        raise QuerySyntaxError(
            f"This search is {len(text):,} characters long.",
            LONGEST,
            len(text),
            f"At most {LONGEST:,} can be searched for.",
        )
    if found := _UNUSABLE.search(text):
        raise QuerySyntaxError(
            f"There is a control character here (U+{ord(found[0]):04X}).",
            found.start(),
            found.end(),
            "Remove it.",
        )
    result: list[Token] = []
    at = 0
    while at < len(text):
        if space := _SPACE.match(text, at):
            at = space.end()
            continue
        token = _token(text, at)
        result.append(token)
        at = token.end
    result.append(Token(Is.END, len(text), len(text)))
    return result


def _token(text: str, at: int) -> Token:
    char = text[at]
    if char in "()":
        return Token(Is(char), at, at + 1)
    if char == '"':
        said, end = _quoted(text, at)
        return Token(Is.PHRASE, at, end, said)
    if char == "-" and _goes_on(text, at + 1):
        return Token(Is.NOT, at, at + 1)
    if field := _FIELD.match(text, at):
        values, end = _values(text, field.end())
        return Token(Is.TERM, at, end, field[1], values)
    bare = _BARE.match(text, at)
    assert bare is not None  # noqa: S101 - what is neither space nor special is bare
    kind = _KEYWORDS.get(bare[0].lower(), Is.WORD)
    return Token(kind, at, bare.end(), bare[0])


def _goes_on(text: str, at: int) -> bool:
    return at < len(text) and not text[at].isspace() and text[at] != ")"


def _values(text: str, at: int) -> tuple[tuple[Value, ...], int]:
    """The values after a field, separated by commas; none if nothing follows."""
    values = []
    while True:
        start = at
        op = next((op for op in OPERATORS if text.startswith(op, at)), "")
        at += len(op)
        if text.startswith('"', at):
            said, at = _quoted(text, at)
            values.append(Value(op, said, True, start, at))
        elif bare := _BARE_VALUE.match(text, at):
            at = bare.end()
            values.append(Value(op, bare[0], False, start, at))
        elif op or values:
            values.append(Value(op, "", False, start, at))
        if not text.startswith(",", at):
            return tuple(values), at
        if not values:
            values.append(Value("", "", False, start, at))
        at += 1


def _quoted(text: str, at: int) -> tuple[str, int]:
    found = _QUOTED.match(text, at)
    if found is None:
        raise QuerySyntaxError(
            "This quotation mark is not closed.", at, len(text), 'Add a " where the text ends.'
        )
    return _ESCAPED.sub(r"\1", found[1]), found.end()
