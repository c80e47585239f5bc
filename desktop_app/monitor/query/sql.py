"""A search as the condition of a SELECT over the history's table ``tasks``."""

from collections.abc import Sequence
from typing import Final

from desktop_app.monitor.query import fields, fulltext, patterns, spans
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
from desktop_app.monitor.query.spans import Bound
from desktop_app.monitor.rows import FINISHED, RUNNING

Parameter = str | float

_SINCE: Final = (
    "(CASE WHEN tasks.retries > 0 OR tasks.sent IS NULL THEN tasks.received ELSE tasks.sent END)"
)
_ESCAPE: Final = f"ESCAPE '{patterns.ESCAPE}'"
_WORDS: Final = f"SELECT word FROM words WHERE kind = ? AND word LIKE ? {_ESCAPE}"  # noqa: S608 - constants
_NAMES: Final = f"{_WORDS} UNION {_WORDS}"
# One list of rows, which leads the search where it is short.
_FOUND: Final = f"{fulltext.FULLTEXT} UNION ALL SELECT rowid FROM tasks WHERE tasks.indexed = 0"  # noqa: S608 - constants
_BORN: Final = "coalesce(tasks.sent, tasks.received, tasks.first_seen)"


def _one_of(names: frozenset[str]) -> str:
    return f"({', '.join(repr(name) for name in sorted(names))})"


# What is still going on is not stored as a duration: it is counted from its beginning.
_GOING_ON: Final = {
    "runtime": (
        f"tasks.state IN {_one_of(RUNNING)} AND tasks.reason IS NULL",
        "tasks.started",
    ),
    "wait": (f"tasks.started IS NULL AND tasks.state NOT IN {_one_of(FINISHED)}", _SINCE),
}


def compile_sql(query: Query, now: float) -> tuple[str, list[Parameter]]:
    """What follows ``WHERE``, and its parameters, as of ``now``. Finds what ``compile_rows`` does.

    Rows that are not ``indexed`` yet are not in ``tasks_fts``; ``words`` holds the names, queues
    and workers that there are. No text of the search is part of the SQL. Conditions that must all
    be met stand side by side, so that an index can serve each.
    """
    if query.root is None:
        return "1", []
    compiler = _Compiler(now)
    return compiler.condition(query.root), compiler.parameters


class _Compiler:
    """Conditions are true where a row meets them, and false or NULL elsewhere."""

    def __init__(self, now: float) -> None:
        self._now = now
        self.parameters: list[Parameter] = []

    def condition(self, node: Node) -> str:
        match node:
            case And(parts):
                return f"({' AND '.join([self.condition(part) for part in parts])})"
            case Or(parts):
                return f"({' OR '.join([self.condition(part) for part in parts])})"
            case Not(part):
                return f"({self.condition(part)} IS NOT TRUE)"
            case _:
                return self._leaf(node)

    def _add(self, *values: Parameter) -> None:
        self.parameters += values

    def _leaf(self, leaf: Leaf) -> str:
        match leaf:
            case States(names):
                self._add(*names)
                return f"tasks.state IN ({', '.join('?' * len(names))})"
            case Text(field, wanted):
                return self._some([self._text(field, pattern) for pattern in wanted])
            case Words(pattern):
                return self._words(pattern)
            case Compare():
                return self._compare(leaf)
            case Flag(field, value):
                self._add(float(value))
                return f"tasks.{fields.FIELDS[field].column} = ?"
            case Has(field):
                column = f"tasks.{fields.FIELDS[field].column}"
                return f"({column} IS NOT NULL AND {column} <> '')"

    @staticmethod
    def _some(conditions: list[str]) -> str:
        return conditions[0] if len(conditions) == 1 else f"({' OR '.join(conditions)})"

    def _words(self, pattern: Pattern) -> str:
        conditions = [self._like(pattern, fields.FREE_TEXT, whole=False)]
        begins = patterns.beginning_of_id(pattern)
        if begins is not None:
            # A span, not a LIKE, since that would not use the index of ids.
            self._add(begins, f"{begins}\U0010ffff")
            conditions.append("(tasks.uuid >= ? AND tasks.uuid < ?)")
        return self._some(conditions)

    def _text(self, field: str, pattern: Pattern) -> str:
        column = fields.FIELDS[field].column
        if pattern.mode is Mode.EQUALS:
            self._add(pattern.text)
            return f"tasks.{column} = ?"
        if field == "task" and pattern.mode is Mode.GLOB:
            operand = patterns.like(pattern)
            self._add(column, operand, column, f"%.{operand}")
            return f"tasks.{column} IN ({_NAMES})"
        if column in fulltext.WORDS:
            self._add(column, patterns.like(pattern))
            return f"tasks.{column} IN ({_WORDS})"
        return self._like(pattern, [column], whole=True)

    def _like(self, pattern: Pattern, columns: Sequence[str], *, whole: bool) -> str:
        expression = fulltext.expression(pattern, columns)
        if expression is not None:
            self._add(expression)
        operand = patterns.like(pattern, whole=whole)
        self._add(*[operand] * len(columns))
        like = self._some([f"tasks.{column} LIKE ? {_ESCAPE}" for column in columns])
        if expression is None:
            return like
        if fulltext.exact(pattern):
            return f"tasks.rowid IN ({_FOUND} AND {like})"
        return f"(tasks.rowid IN ({_FOUND}) AND {like})"

    def _compare(self, leaf: Compare) -> str:
        return self._some([self._span(leaf.field, span) for span in leaf.spans])

    def _span(self, field: str, span: Span) -> str:
        match field:
            case "age":
                return self._bounded(_BORN, spans.time_bounds(span, self._now))
            case "ended":
                return self._bounded("tasks.finished", spans.time_bounds(span, self._now))
            case "retries":
                return self._bounded("tasks.retries", spans.bounds(span))
        bounds = spans.bounds(span)
        stored = self._bounded(f"tasks.{field}", bounds)
        while_, since = _GOING_ON[field]
        running = self._elapsed(since, bounds)
        return f"({stored} OR (tasks.{field} IS NULL AND {while_} AND {running}))"

    def _bounded(self, operand: str, bounds: list[Bound]) -> str:
        self._add(*[bound for _, bound in bounds])
        return f"({' AND '.join(f'{operand} {sign} ?' for sign, _ in bounds)})"

    def _elapsed(self, since: str, bounds: list[Bound]) -> str:
        conditions = []
        for sign, bound in bounds:
            self._add(self._now, bound)
            conditions.append(f"max(? - {since}, 0.0) {sign} ?")
        return f"({' AND '.join(conditions)})"
