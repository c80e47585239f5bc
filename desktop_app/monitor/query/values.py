"""What the values of a term say: durations, counts, states, texts."""

import re
from collections.abc import Callable
from typing import Final

from desktop_app.monitor.query import fields
from desktop_app.monitor.query.errors import QuerySyntaxError
from desktop_app.monitor.query.fields import Field, Kind
from desktop_app.monitor.query.lexer import Token, Value
from desktop_app.monitor.query.nodes import (
    Compare,
    Flag,
    Has,
    Mode,
    Node,
    Pattern,
    Span,
    States,
    Text,
    disjunction,
)

UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0, "w": 604_800.0}
"""Seconds in each unit of a duration."""

MOST_STARS: Final = 8
"""Wildcards ``*`` in one text: matching them costs a multiple each."""

_UNIT_WORDS: Final = {"sec": "s", "min": "m", "hour": "h", "hours": "h", "day": "d", "days": "d"}
_PIECE: Final = re.compile(r"(\d+(?:\.\d*)?|\.\d+)([a-z]*)", re.ASCII)
_DURATION: Final = re.compile(rf"(?:{_PIECE.pattern})+", re.ASCII)
_COUNT: Final = re.compile(r"\d+", re.ASCII)
_LARGEST: Final = 1e12


def condition(token: Token) -> Node:
    """What a term asks for."""
    field = fields.field_named(token.text)
    name_end = token.start + len(token.text)
    if field is None:
        near = fields.near_field(token.text)
        raise QuerySyntaxError(
            f"There is no field “{token.text}”.",
            token.start,
            name_end,
            f"Did you mean “{near}”?" if near else "To search for it as text, put it in quotes.",
        )
    for value in token.values:
        if not value.text:
            raise _empty(
                field, value.start - (value.start == value.end), value.end, quoted=value.quoted
            )
    if not token.values:
        raise _empty(field, token.start, name_end + 1, quoted=False)
    return _READERS[field.kind](field, token.values)


def pattern(text: str, start: int, end: int, *, quoted: bool, op: str = "") -> Pattern:
    """A text to look for; wildcards count where it is not quoted."""
    if op == "=":
        return Pattern(text, Mode.EQUALS)
    if quoted or not ("*" in text or "?" in text):
        return Pattern(text)
    if text.count("*") > MOST_STARS:
        raise QuerySyntaxError(
            f"There are more than {MOST_STARS} wildcards (*) here.", start, end, "Leave some out."
        )
    return Pattern(re.sub(r"\*+", "*", text), Mode.GLOB)


def duration(text: str) -> float | None:
    """``90``, ``1.5h`` or ``1h30m`` in seconds; None if it is not a duration."""
    text = text.lower()
    if not _DURATION.fullmatch(text):
        return None
    total = 0.0
    for number, unit in _PIECE.findall(text):
        size = UNITS.get(_UNIT_WORDS.get(unit, unit or "s"))
        if size is None:
            return None
        total += float(number) * size
    return total


def _empty(field: Field, start: int, end: int, *, quoted: bool) -> QuerySyntaxError:
    example = EXAMPLES[field.kind].format(field.name)
    if quoted:
        return QuerySyntaxError("There is nothing between these quotation marks.", start, end)
    return QuerySyntaxError(
        f"A value is missing for “{field.name}”.", start, end, f"For example: {example}"
    )


def _texts(field: Field, values: tuple[Value, ...]) -> Node:
    found = []
    for value in values:
        if value.op not in {"", "="}:
            raise QuerySyntaxError(
                f"“{value.op}” compares numbers, and “{field.name}” is a text.",
                value.start,
                value.end,
                f"For example: {EXAMPLES[Kind.TEXT].format(field.name)}",
            )
        if not (value.op or value.quoted or value.text.strip("*")):
            return Has(field.name)
        found.append(pattern(value.text, value.start, value.end, quoted=value.quoted, op=value.op))
    return Text(field.name, tuple(dict.fromkeys(found)))


def _states(_field: Field, values: tuple[Value, ...]) -> Node:
    chosen: set[str] = set()
    for value in values:
        chosen.update(_state(value))
    return States(fields.in_order(chosen))


def _state(value: Value) -> tuple[str, ...]:
    if value.op not in {"", "="}:
        raise _wrong(value, f"“{value.op}” compares numbers, and a state is none.", "")
    found = fields.states_named(value.text)
    if found is None and value.quoted:
        return (value.text,)
    if found is None:
        near = fields.near_state(value.text)
        hint = f"Did you mean “{near}”?" if near else f"States are {_known_states()}."
        raise _wrong(value, f"There is no state “{value.text}”.", hint)
    return found


def _known_states() -> str:
    return ", ".join(words[0] for words in fields.STATE_WORDS.values())


def _is(_field: Field, values: tuple[Value, ...]) -> Node:
    return disjunction([_being(value) for value in values])


def _being(value: Value) -> Node:
    match value.text.lower():
        case "redelivered":
            return Flag("redelivered", True)
        case "retried":
            return Compare("retries", (Span(low=0, above=True),))
        case _:
            return States(fields.in_order(set(_state(value))))


def _has(_field: Field, values: tuple[Value, ...]) -> Node:
    return disjunction([_having(value) for value in values])


def _having(value: Value) -> Node:
    field = fields.field_named(value.text)
    if field is None or not field.column:
        near = fields.near_field(value.text)
        hint = f"Did you mean “{near}”?" if near else "For example: has:traceback"
        raise _wrong(value, f"There is no field “{value.text}”.", hint)
    return Has(field.name)


def _flag(field: Field, values: tuple[Value, ...]) -> Node:
    parts: list[Node] = []
    for value in values:
        word = value.text.lower()
        if word not in fields.YES | fields.NO:
            raise _wrong(value, f"“{field.name}” is either yes or no.", f"Type {field.name}:yes")
        parts.append(Flag(field.name, word in fields.YES))
    return disjunction(list(dict.fromkeys(parts)))


def _numbers(field: Field, values: tuple[Value, ...]) -> Node:
    spans = [_span(field, value) for value in values]
    return Compare(field.name, tuple(dict.fromkeys(spans)))


def _span(field: Field, value: Value) -> Span:
    if ".." in value.text and not value.op:
        low, _, high = value.text.partition("..")
        if not (low or high):
            raise _wrong(value, "This range has no ends.", EXAMPLES[field.kind].format(field.name))
        bottom = _number(field, value, low) if low else None
        top = _number(field, value, high) if high else None
        if bottom is not None and top is not None and bottom > top:
            raise _wrong(value, "This range ends before it begins.", f"Type {high}..{low}")
        return Span(bottom, top)
    number = _number(field, value, value.text)
    match value.op:
        case ">" | ">=":
            return Span(low=number, above=value.op == ">")
        case "<" | "<=":
            return Span(high=number, below=value.op == "<")
        case _ if field.kind is Kind.COUNT:
            return Span(number, number)
        case _:
            raise _wrong(
                value,
                "A duration is compared.",
                f"For example: {field.name}:>{value.text} or {field.name}:<{value.text}",
            )


def _number(field: Field, value: Value, text: str) -> float:
    if field.kind is Kind.COUNT:
        number = float(text) if _COUNT.fullmatch(text) else None
        what, hint = "a whole number", f"For example: {EXAMPLES[Kind.COUNT].format(field.name)}"
    else:
        number = duration(text)
        what, hint = "a duration", "Write it as 5, 500ms, 2m, 1.5h or 3d; without a unit, seconds."
    if number is None:
        raise _wrong(value, f"“{text}” is not {what}.", hint)
    if number > _LARGEST:
        raise _wrong(value, f"“{text}” is too large.", hint)
    return number


def _wrong(value: Value, message: str, hint: str) -> QuerySyntaxError:
    return QuerySyntaxError(message, value.start, value.end, hint)


EXAMPLES: Final = {
    Kind.TEXT: "{0}:some* or {0}:=exactly",
    Kind.STATE: "{0}:failed or {0}:failed,retrying",
    Kind.DURATION: "{0}:>5 or {0}:1m..5m",
    Kind.COUNT: "{0}:>0 or {0}:1..5",
    Kind.FLAG: "{0}:yes",
    Kind.HAS: "{0}:traceback",
    Kind.IS: "{0}:finished",
}

_READERS: Final[dict[Kind, Callable[[Field, tuple[Value, ...]], Node]]] = {
    Kind.TEXT: _texts,
    Kind.STATE: _states,
    Kind.DURATION: _numbers,
    Kind.COUNT: _numbers,
    Kind.FLAG: _flag,
    Kind.HAS: _has,
    Kind.IS: _is,
}
