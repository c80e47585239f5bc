"""What could be typed next."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from desktop_app.monitor.query import fields
from desktop_app.monitor.query.fields import FIELDS, Field, Kind
from desktop_app.monitor.query.lexer import OPERATORS
from desktop_app.monitor.query.nodes import Mode, Pattern
from desktop_app.monitor.query.unparse import value_text

MOST: Final = 50

_FIELD: Final = re.compile(r"([A-Za-z_]+):")
_NUMBER: Final = re.compile(r"(?:.*\.\.)?(\d+(?:\.\d+)?)([a-z]*)", re.ASCII)
_END: Final = re.compile(r"[^\s()\",]*")
_WORD_END: Final = re.compile(r"[^\s()\":]*:?")
_UNITS: Final = {
    "ms": "milliseconds",
    "s": "seconds",
    "m": "minutes",
    "h": "hours",
    "d": "days",
    "w": "weeks",
}
_KEYWORDS: Final = {
    "and": "Both must hold; so they must with nothing between them",
    "or": "One of both must hold",
    "not": "What follows must not hold; so does a leading -",
}

Kinds = Literal["field", "keyword", "operator", "unit", "value"]


@dataclass(frozen=True, slots=True)
class Completion:
    """Put ``text`` in place of the characters from ``start`` to ``end``. ``description`` may be
    empty."""

    text: str
    start: int
    end: int
    kind: Kinds
    description: str = ""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What is known of the system, most wanted first."""

    names: Sequence[str] = ()
    queues: Sequence[str] = ()
    workers: Sequence[str] = ()


Offer = tuple[str, Kinds, str]
"""Text, kind, description."""


def complete(text: str, cursor: int, vocabulary: Vocabulary) -> list[Completion]:
    """What may stand at the cursor, best first; nothing that already stands there. Never fails,
    whatever was typed."""
    begin, quoted = _piece(text, cursor)
    typed = text[begin:cursor]
    if typed.startswith('"'):
        return []
    while typed.startswith("-"):
        begin, typed = begin + 1, typed[1:]
    named = _FIELD.match(typed)
    if named is None:
        end = _WORD_END.match(text, cursor)
        return _fitting(text, begin, cursor, end.end() if end else cursor, _starts(vocabulary))
    field = fields.field_named(named[1])
    if field is None:
        return []
    begin += _value_start(typed, named.end())
    begin += len(next((op for op in OPERATORS if text.startswith(op, begin)), ""))
    end = _END.match(text, cursor)
    stop = end.end() if end else cursor
    if quoted and text.startswith('"', stop):
        stop += 1
    value = text[begin:cursor]
    offers = _VALUES[field.kind](field, value, vocabulary)
    return _fitting(text, begin, cursor, stop, offers)


def _piece(text: str, cursor: int) -> tuple[int, bool]:
    """Where the piece around the cursor begins, and whether a quotation mark is open in it."""
    begin, quoted, escaped = 0, False, False
    for place, char in enumerate(text[:cursor]):
        if quoted:
            quoted = escaped or char != '"'
            escaped = char == "\\" and not escaped
        elif char == '"':
            quoted = True
        elif char.isspace() or char in "()":
            begin = place + 1
    return begin, quoted


def _value_start(typed: str, after_field: int) -> int:
    """Where the last of the values separated by commas begins."""
    start, quoted = after_field, False
    for place in range(after_field, len(typed)):
        if typed[place] == '"':
            quoted = not quoted
        elif typed[place] == "," and not quoted:
            start = place + 1
    return start


def _fitting(
    text: str, begin: int, cursor: int, end: int, offers: Iterable[Offer]
) -> list[Completion]:
    wanted = text[begin:cursor].strip('"').lower()
    ranked: list[tuple[int, Offer]] = []
    seen = {text[begin:end]}
    for offer in offers:
        said = offer[0]
        rank = _rank(wanted, said.strip('"').lower())
        if rank is not None and said not in seen:
            seen.add(said)
            ranked.append((rank, offer))
    ranked.sort(key=lambda found: found[0])
    return [
        Completion(said, begin, end, kind, description)
        for _, (said, kind, description) in ranked[:MOST]
    ]


def _rank(wanted: str, said: str) -> int | None:
    """Lower is better: at the beginning, at the beginning of a word, anywhere."""
    place = said.find(wanted)
    if place <= 0:
        return place if place == 0 else None
    return 2 if said[place - 1].isalnum() else 1


def _starts(vocabulary: Vocabulary) -> Iterator[Offer]:
    for field in FIELDS.values():
        yield f"{field.name}:", "field", field.meaning
    for word, meaning in _KEYWORDS.items():
        yield word, "keyword", meaning
    for state, words in fields.STATE_WORDS.items():
        yield f"state:{words[0]}", "value", state
    for name in vocabulary.names:
        yield f"task:{_value(name)}", "value", "Task"
    for queue in vocabulary.queues:
        yield f"queue:{_value(queue)}", "value", "Queue"
    for worker in vocabulary.workers:
        yield f"worker:{_value(worker)}", "value", "Worker"


def _value(text: str) -> str:
    return value_text(Pattern(text, Mode.CONTAINS))


def _texts(field: Field, _value_typed: str, vocabulary: Vocabulary) -> Iterator[Offer]:
    match field.name:
        case "task":
            groups = dict.fromkeys(
                name.rpartition(".")[0] for name in vocabulary.names if "." in name
            )
            for group in groups:
                if value_text(Pattern(group)) == group:
                    yield f"{group}.*", "value", "All of them"
            known = vocabulary.names
        case "queue":
            known = vocabulary.queues
        case "worker":
            known = vocabulary.workers
        case _:
            return
    for text in known:
        yield _value(text), "value", ""


def _states(_field: Field, _typed: str, _vocabulary: Vocabulary) -> Iterator[Offer]:
    for state, words in fields.STATE_WORDS.items():
        yield words[0], "value", state
    for state, words in fields.STATE_WORDS.items():
        for word in words[1:]:
            yield word, "value", f"{state}, the same as {words[0]}"


def _being(field: Field, typed: str, vocabulary: Vocabulary) -> Iterator[Offer]:
    yield "finished", "value", "In a state that nothing follows"
    yield "unfinished", "value", "In any other state"
    yield "redelivered", "value", "Delivered more than once"
    yield "retried", "value", "Tried again at least once"
    yield from _states(field, typed, vocabulary)


def _having(_field: Field, _typed: str, _vocabulary: Vocabulary) -> Iterator[Offer]:
    for field in FIELDS.values():
        if field.column:
            yield field.name, "value", field.meaning


def _flags(_field: Field, _typed: str, _vocabulary: Vocabulary) -> Iterator[Offer]:
    yield "yes", "value", ""
    yield "no", "value", ""


def _durations(_field: Field, typed: str, _vocabulary: Vocabulary) -> Iterator[Offer]:
    number = _NUMBER.fullmatch(typed)
    if number is not None:
        whole = typed.removesuffix(number[2])
        for unit, meaning in _UNITS.items():
            yield f"{whole}{unit}", "unit", f"{number[1]} {meaning}"
        return
    yield ">", "operator", "More than, as in >5s"
    yield "<", "operator", "Less than, as in <1h"
    yield ">=", "operator", "At least"
    yield "<=", "operator", "At most"
    yield "1m..5m", "operator", "From one to the other"


def _counts(_field: Field, typed: str, _vocabulary: Vocabulary) -> Iterator[Offer]:
    if not typed:
        yield ">", "operator", "More than, as in >0"
        yield "<", "operator", "Less than"
        yield "1..5", "operator", "From one to the other"
        yield "0", "value", "Exactly so often"


_VALUES: Final[dict[Kind, Callable[[Field, str, Vocabulary], Iterator[Offer]]]] = {
    Kind.TEXT: _texts,
    Kind.STATE: _states,
    Kind.DURATION: _durations,
    Kind.COUNT: _counts,
    Kind.FLAG: _flags,
    Kind.HAS: _having,
    Kind.IS: _being,
}
