"""How tasks are found among a million within a tenth of a second.

The newest few thousand are looked through first: what is often found is found there. What is
rare is asked of an index, if one serves. Else the file is walked through from the newest task to
the oldest in spans that grow with the speed found, until there is enough or the time is up.
"""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import msgspec

from desktop_app.monitor.query.fulltext import FULLTEXT

Parameter = str | float
Condition = tuple[str, Sequence[Parameter]]
"""What follows WHERE, over the table ``tasks``, and its parameters."""

EVERYTHING: Final[Condition] = ("1", ())

_FIRST_SPAN: Final = 5000
_FASTEST_GROWTH: Final = 8
_SPAN_S: Final = 0.05
# So few hits of an index are collected and sorted sooner than newer tasks are looked through.
_FEW: Final = 5000
_INDEX_S: Final = 0.04
_STEPS: Final = 5000


class Found(msgspec.Struct):
    """Numbers of tasks, the newest first, down to ``reached``. ``done``, there are no more."""

    seqs: list[int]
    reached: int
    done: bool


def find(
    connection: sqlite3.Connection, condition: Condition, top: int, limit: int, seconds: float
) -> Found:
    """The newest ``limit`` tasks up to the number ``top`` that meet ``condition``, or those found
    within about ``seconds``."""
    found: list[int] = []
    reached, asked = top + 1, False
    for low, high in spans(connection, top, seconds):
        where, parameters = within(condition, low, high)
        found += [
            seq
            for (seq,) in connection.execute(
                f"SELECT seq FROM tasks WHERE {where} ORDER BY seq DESC LIMIT ?",
                (*parameters, limit - len(found)),
            )
        ]
        if len(found) >= limit:
            return Found(found, found[-1], done=False)
        reached = low
        if not asked:
            asked = True
            rest = _by_index(connection, condition, low - 1)
            if rest is not None:
                found += rest[: limit - len(found)]
                done = len(found) < limit
                return Found(found, found[-1] if found else 0, done=done)
    return Found(found, reached, done=reached <= _lowest(connection))


def spans(connection: sqlite3.Connection, top: int, seconds: float) -> Iterator[tuple[int, int]]:
    """Spans of numbers from ``top`` down to the oldest task, each as large as the one before it
    suggests, until the time is up, but one at least."""
    lowest = _lowest(connection)
    ends = time.monotonic() + seconds
    length = float(_FIRST_SPAN)
    high = top
    while high >= lowest:
        began = time.monotonic()
        low = max(high - int(length) + 1, lowest)
        yield low, high
        high = low - 1
        if time.monotonic() > ends:
            return
        took = max(time.monotonic() - began, 1e-6)
        length = max(length * min(_SPAN_S / took, _FASTEST_GROWTH), _FIRST_SPAN / 5)
        if high >= lowest:
            # There may be a hole where another broker's history, or a time stamp, began.
            high = _next_below(connection, high)


def within(condition: Condition, low: int, high: int) -> Condition:
    """``condition`` over a span of numbers."""
    sql, parameters = condition
    sql = sql.replace(FULLTEXT, f"{FULLTEXT} AND rowid BETWEEN {low} AND {high}")
    return f"tasks.seq BETWEEN {low} AND {high} AND ({sql})", parameters


def highest(connection: sqlite3.Connection) -> int:
    (seq,) = connection.execute("SELECT coalesce(max(seq), -1) FROM tasks").fetchone()
    return int(seq)


@contextmanager
def at_most(connection: sqlite3.Connection, seconds: float) -> Iterator[None]:
    """Statements that run longer end with ``sqlite3.OperationalError`` (interrupted)."""
    ends = time.monotonic() + seconds
    connection.set_progress_handler(lambda: int(time.monotonic() > ends), _STEPS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)


def _by_index(connection: sqlite3.Connection, condition: Condition, top: int) -> list[int] | None:
    """All tasks up to ``top`` that meet the condition, the newest first; None where no index
    serves, or where there are many."""
    sql, parameters = condition
    if FULLTEXT in sql:
        return None
    # The plus keeps SQLite from walking along the numbers, which is what this is to avoid.
    select = f"SELECT seq FROM tasks WHERE +tasks.seq <= {top} AND ({sql}) LIMIT {_FEW + 1}"
    plan = connection.execute(f"EXPLAIN QUERY PLAN {select}", parameters)
    if any(detail.startswith("SCAN") for *_, detail in plan):
        return None
    try:
        with at_most(connection, _INDEX_S):
            found = [seq for (seq,) in connection.execute(select, parameters)]
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        return None
    return sorted(found, reverse=True) if len(found) <= _FEW else None


def _lowest(connection: sqlite3.Connection) -> int:
    (seq,) = connection.execute("SELECT coalesce(min(seq), 0) FROM tasks").fetchone()
    return int(seq)


def _next_below(connection: sqlite3.Connection, seq: int) -> int:
    (found,) = connection.execute(
        "SELECT coalesce(max(seq), -1) FROM tasks WHERE seq <= ?", (seq,)
    ).fetchone()
    return int(found)
