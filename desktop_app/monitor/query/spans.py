"""Spans of numbers as comparisons."""

import operator
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, Literal

from desktop_app.monitor.query.nodes import Span

Sign = Literal[">", ">=", "<", "<="]
Bound = tuple[Sign, float]

_FLIPPED: Final[dict[Sign, Sign]] = {">": "<", ">=": "<=", "<": ">", "<=": ">="}
# ``x > bound`` as a function of x, which is the operator's second operand.
_TESTS: Final[dict[Sign, Callable[[float, float], bool]]] = {
    ">": operator.lt,
    ">=": operator.le,
    "<": operator.gt,
    "<=": operator.ge,
}


def bounds(span: Span) -> list[Bound]:
    found: list[Bound] = []
    if span.low is not None:
        found.append((">" if span.above else ">=", span.low))
    if span.high is not None:
        found.append(("<" if span.below else "<=", span.high))
    return found


def time_bounds(span: Span, now: float) -> list[Bound]:
    """The span of an age as bounds of the time at which it began."""
    return [(_FLIPPED[sign], now - bound) for sign, bound in bounds(span)]


def within(alternatives: Sequence[list[Bound]]) -> Callable[[float], bool]:
    """Whether a number meets all bounds of one of the alternatives."""
    tests = [_all([partial(_TESTS[sign], bound) for sign, bound in one]) for one in alternatives]
    if len(tests) == 1:
        return tests[0]
    return lambda number: any(test(number) for test in tests)


def _all(tests: list[Callable[[float], bool]]) -> Callable[[float], bool]:
    if len(tests) == 1:
        return tests[0]
    first, second = tests
    return lambda number: first(number) and second(number)
