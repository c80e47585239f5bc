"""A search as a sentence."""

from collections.abc import Sequence
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

_UNITS: Final = ((604_800, "week"), (86_400, "day"), (3_600, "h"), (60, "min"))
_COUNTED: Final = frozenset({"week", "day"})
_NOUNS: Final = {
    "task": "name",
    "args": "list of arguments",
    "kwargs": "list of named arguments",
    "root": "root id",
    "parent": "parent id",
}
_VERBS: Final = {"runtime": ("ran", "did not run"), "wait": ("waited", "did not wait")}
_MOMENTS: Final = {"age": ("were sent", "were not sent"), "ended": ("ended", "did not end")}


def describe(query: Query) -> str:
    """``Failed tasks whose name fits forecasting.* and that ran longer than 5 s``."""
    root = query.root
    if root is None:
        return "All tasks"
    parts = list(root.parts) if isinstance(root, And) else [root]
    first = next((part for part in parts if isinstance(part, States)), None)
    rest = [_clause(part, holds=True) for part in parts if part is not first]
    subject = "tasks" if first is None else f"{_states(first)} tasks"
    said = " ".join(filter(None, (subject, _listed(rest, "and"))))
    return said[0].upper() + said[1:]


def _states(states: States) -> str:
    return _listed([fields.state_word(name) for name in states.names], "or")


def _listed(texts: Sequence[str], last: str) -> str:
    if len(texts) < 3:
        return f" {last} ".join(texts)
    return f"{', '.join(texts[:-1])} {last} {texts[-1]}"


def _clause(node: Node, *, holds: bool) -> str:
    match node:
        case Not(part):
            return _clause(part, holds=not holds)
        case And(parts) | Or(parts):
            # What is not all of them is one of them not, and the other way round.
            word = "and" if isinstance(node, And) is holds else "or"
            return f"({f' {word} '.join([_clause(part, holds=holds) for part in parts])})"
        case _:
            return _leaf(node, holds)


def _leaf(leaf: Leaf, holds: bool) -> str:
    match leaf:
        case Words(pattern):
            return f"that {'' if holds else 'do not '}mention “{pattern.text}”"
        case Text(field, wanted):
            said = _listed([_text(pattern, holds) for pattern in wanted], "or" if holds else "and")
            return f"whose {_noun(field)} {said}"
        case States():
            return f"that are {'' if holds else 'not '}{_states(leaf)}"
        case Compare(field, spans):
            said = _listed([_span(field, span) for span in spans], "or")
            return f"that {_verb(field, holds)} {said}"
        case Flag(_, value):
            return f"that were {'' if holds is value else 'not '}delivered more than once"
        case Has(field):
            return f"that have {'a' if holds else 'no'} known {_noun(field)}"


def _noun(field: str) -> str:
    return _NOUNS.get(field, field)


def _text(pattern: Pattern, holds: bool) -> str:
    match pattern.mode:
        case Mode.CONTAINS:
            return f"{'contains' if holds else 'does not contain'} “{pattern.text}”"
        case Mode.EQUALS:
            return f"is {'' if holds else 'not '}“{pattern.text}”"
        case Mode.GLOB:
            return f"{'fits' if holds else 'does not fit'} {pattern.text}"


def _verb(field: str, holds: bool) -> str:
    verbs = {"retries": ("were tried again", "were not tried again")} | _VERBS | _MOMENTS
    return verbs[field][0 if holds else 1]


def _span(field: str, span: Span) -> str:
    ago = " ago" if field in _MOMENTS else ""
    if field == "retries" and span == Span(low=0, above=True):
        return "at least once"
    if span.low is not None and span.low == span.high:
        return f"{'exactly ' if field == 'retries' else ''}{_amount(field, span.low)}{ago}"
    if span.low is not None and span.high is not None:
        low, high = _amount(field, span.low, unit=False), _amount(field, span.high)
        if field != "retries":
            low = _amount(field, span.low)
        return f"between {low} and {high}{ago}"
    more, less = ("more", "less") if field in {"retries", *_MOMENTS} else ("longer", "shorter")
    if span.low is not None:
        return f"{f'{more} than' if span.above else 'at least'} {_amount(field, span.low)}{ago}"
    high = _amount(field, span.high or 0.0)
    return f"{f'{less} than' if span.below else 'at most'} {high}{ago}"


def _amount(field: str, value: float, *, unit: bool = True) -> str:
    if field == "retries":
        return f"{value:.0f}{(' time' if value == 1 else ' times') if unit else ''}"
    for size, name in _UNITS:
        if value and value % size == 0:
            number = int(value // size)
            return f"{number} {name}{'s' if name in _COUNTED and number != 1 else ''}"
    return f"{value * 1_000:g} ms" if 0 < value < 1 else f"{value:g} s"
