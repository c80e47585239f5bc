"""A search into text that means the same."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from desktop_app.monitor.query import fields
from desktop_app.monitor.query.nodes import (
    And,
    Compare,
    Flag,
    Has,
    Leaf,
    Mode,
    Node,
    Not,
    Or,
    Pattern,
    Query,
    Span,
    States,
    Text,
    Words,
)

# What is typed as a value without being taken for something else.
_PLAIN_VALUE: Final = re.compile(r"[^\s()\",*?<>=\\][^\s()\",*?]*")
_PLAIN_WORD: Final = re.compile(r"(?!(?:and|or|not)$)(?![A-Za-z_]+:)[^\s()\"*?-][^\s()\"*?]*", re.I)
_UNITS: Final = ((604_800, "w"), (86_400, "d"), (3_600, "h"), (60, "m"))


def unparse(query: Query) -> str:
    """``parse`` of the text gives the same search."""
    return "" if query.root is None else _written(query.root)


def term(field: str, value: str) -> str:
    """A term that only tasks with exactly that value meet, in whichever case."""
    return _leaf(Text(field, (Pattern(value, Mode.EQUALS),)))


def states_term(states: set[str] | frozenset[str]) -> str:
    return _leaf(States(fields.in_order(set(states))))


def words_term(text: str) -> str:
    """Free text as one phrase, wildcards included."""
    return _leaf(Words(Pattern(text)))


def amount(seconds: float) -> str:
    """A duration as one types it: in the largest unit that makes it a whole number, else in
    seconds."""
    for size, unit in _UNITS:
        if seconds and seconds % size == 0:
            return f"{int(seconds // size)}{unit}"
    return _number(seconds)


def _written(node: Node) -> str:
    match node:
        case And(parts):
            return " ".join(
                _inside(part) if isinstance(part, Or) else _written(part) for part in parts
            )
        case Or(parts):
            return " or ".join(_written(part) for part in parts)
        case Not(part):
            return f"not {_inside(part) if isinstance(part, And | Or) else _written(part)}"
        case _:
            return _leaf(node)


def _inside(node: Node) -> str:
    return f"({_written(node)})"


def _leaf(leaf: Leaf) -> str:
    match leaf:
        case Words(pattern):
            bare = pattern.mode is Mode.GLOB or _PLAIN_WORD.fullmatch(pattern.text)
            return pattern.text if bare else _quoted(pattern.text)
        case Text(field, patterns):
            return f"{field}:{','.join(map(value_text, patterns))}"
        case States(names):
            return f"state:{','.join(map(_state, names))}"
        case Compare(field, spans):
            write = _number if fields.FIELDS[field].kind is fields.Kind.COUNT else amount
            return f"{field}:{','.join(_span(span, write) for span in spans)}"
        case Flag(field, value):
            return f"{field}:{'yes' if value else 'no'}"
        case Has(field):
            return f"has:{field}"


def _state(name: str) -> str:
    return fields.state_word(name) if name in fields.STATE_WORDS else _quoted(name)


def value_text(pattern: Pattern) -> str:
    """A text as the value of a term."""
    if pattern.mode is Mode.GLOB:
        return pattern.text
    bare = pattern.text if _PLAIN_VALUE.fullmatch(pattern.text) else _quoted(pattern.text)
    return f"={bare}" if pattern.mode is Mode.EQUALS else bare


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _span(span: Span, write: Callable[[float], str]) -> str:
    low = "" if span.low is None else write(span.low)
    high = "" if span.high is None else write(span.high)
    if span.low is not None and span.low == span.high and not (span.above or span.below):
        return low if write is _number else f"{low}..{high}"
    if span.low is not None and span.high is not None:
        return f"{low}..{high}"
    if span.low is not None:
        return f"{'>' if span.above else '>='}{low}"
    return f"{'<' if span.below else '<='}{high}"


def _number(value: float) -> str:
    """Every digit and no exponent, which is not understood."""
    if value == int(value):
        return str(int(value))
    return format(Decimal(repr(value)), "f")
