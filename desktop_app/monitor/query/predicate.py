"""A search as a function of a row, made for millions of calls."""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, Final

from desktop_app.monitor import durations
from desktop_app.monitor.query import fields, patterns, spans
from desktop_app.monitor.query.nodes import (
    And,
    Compare,
    Flag,
    Has,
    Leaf,
    Node,
    Not,
    Or,
    Query,
    States,
    Text,
    Words,
)
from desktop_app.monitor.rows import TaskRow

Predicate = Callable[[TaskRow], bool]

# Few values are shared by many rows: each is looked at once.
_SHARED: Final = frozenset({"task", "queue", "worker"})
_REMEMBERED: Final = 4_096


def compile_rows(query: Query, now: float) -> Predicate:
    """The search as a function, as of ``now``: ages do not grow while it is in use.

    A text that is not known contains nothing, a number that is not known is in no span; so
    their negation holds.
    """
    return _everything if query.root is None else _compiled(query.root, now)


def _everything(_row: TaskRow) -> bool:
    return True


def _compiled(node: Node, now: float) -> Predicate:
    match node:
        case And(parts):
            return _all([_compiled(part, now) for part in parts])
        case Or(parts):
            return _any([_compiled(part, now) for part in parts])
        case Not(part):
            test = _compiled(part, now)
            return lambda row: not test(row)
        case _:
            return _leaf(node, now)


def _all(tests: Sequence[Predicate]) -> Predicate:
    # A generator in ``all`` costs more than the tests themselves.
    if len(tests) == 2:
        first, second = tests
        return lambda row: first(row) and second(row)

    def every(row: TaskRow) -> bool:
        for test in tests:  # noqa: SIM110 - as above
            if not test(row):
                return False
        return True

    return every


def _any(tests: Sequence[Predicate]) -> Predicate:
    if len(tests) == 2:
        first, second = tests
        return lambda row: first(row) or second(row)

    def some(row: TaskRow) -> bool:
        for test in tests:  # noqa: SIM110 - as above
            if test(row):
                return True
        return False

    return some


def _leaf(leaf: Leaf, now: float) -> Predicate:
    match leaf:
        case States(names):
            return _states(frozenset(names))
        case Text():
            return _text(leaf)
        case Words():
            return _words(leaf)
        case Compare():
            return _compare(leaf, now)
        case Flag(field, value):
            of = _column(field)
            return lambda row: of(row) is value
        case Has(field):
            of = _column(field)
            return lambda row: of(row) not in _NOTHING


def _states(states: frozenset[str]) -> Predicate:
    return lambda row: row.state in states


_NOTHING: Final = (None, "")


def _column(field: str) -> Callable[[TaskRow], Any]:
    return attrgetter(fields.FIELDS[field].column)


def _text(leaf: Text) -> Predicate:
    matcher = patterns.name_matcher if leaf.field == "task" else patterns.matcher
    tests = [matcher(pattern) for pattern in leaf.patterns]
    fits = tests[0] if len(tests) == 1 else lambda text: any(test(text) for test in tests)
    of = _column(leaf.field)
    if leaf.field in _SHARED:
        known = _Remembered(fits)
        return lambda row: known[of(row)]
    return lambda row: (text := of(row)) is not None and fits(text)


class _Remembered(dict[str | None, bool]):
    def __init__(self, fits: patterns.Match) -> None:
        super().__init__()
        self._fits = fits

    def __missing__(self, text: str | None) -> bool:
        if len(self) >= _REMEMBERED:
            self.clear()
        result = self[text] = text is not None and self._fits(text)
        return result


def _words(leaf: Words) -> Predicate:
    fits = patterns.matcher(leaf.pattern, whole=False)
    texts = attrgetter(*fields.FREE_TEXT)
    begins = patterns.beginning_of_id(leaf.pattern)

    def found(row: TaskRow) -> bool:
        for text in texts(row):
            if text is not None and fits(text):
                return True
        return begins is not None and row.uuid.startswith(begins)

    return found


def _compare(leaf: Compare, now: float) -> Predicate:
    if leaf.field in {"age", "ended"}:
        inside = spans.within([spans.time_bounds(span, now) for span in leaf.spans])
        if leaf.field == "age":
            return lambda row: inside(durations.born(row))
        return lambda row: row.finished is not None and inside(row.finished)
    inside = spans.within([spans.bounds(span) for span in leaf.spans])
    if leaf.field == "retries":
        return lambda row: inside(row.retries)
    measured = durations.runtime if leaf.field == "runtime" else durations.waited
    return lambda row: (seconds := measured(row, now)) is not None and inside(seconds)
