"""What is kept, for anyone who asks."""

import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Final, Literal

import msgspec

from desktop_app.monitor.history import export, figures, pages
from desktop_app.monitor.history.kept import Count, Course, Page, Performance
from desktop_app.monitor.history.pages import EVERYTHING, Condition
from desktop_app.monitor.history.records import FIELDS, adopt, task
from desktop_app.monitor.history.schema import open_reader
from desktop_app.monitor.query import Vocabulary
from desktop_app.monitor.rows import Found, Gap, TaskRow

PAGE_S: Final = 1.0
COUNT_S: Final = 0.25
_IDLE_KEPT: Final = 2


class HistoryReader:
    """Any thread may ask; each question has a connection to itself. None of them waits for the
    writer. Conditions come from ``query.compile_sql``.

    Raises:
        sqlite3.Error: by any method, if the file is not there (yet) or cannot be read.
    """

    def __init__(self, path: Path, now: Callable[[], float] = time.time) -> None:
        self.path = path
        self._now = now
        self._lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        self._generation = 0

    def page(
        self,
        condition: Condition = EVERYTHING,
        before: int | None = None,
        limit: int = 200,
        seconds: float = PAGE_S,
    ) -> Page:
        """The newest tasks below the number ``before``, or below none."""
        with self._connection() as connection, _one_moment(connection):
            top = pages.highest(connection)
            top = top if before is None else min(top, before - 1)
            found = pages.find(connection, condition, top, limit, seconds)
            rows = _rows(connection, found.seqs)
        full = len(rows) >= limit
        return Page(rows, None if found.done else found.reached, complete=full or found.done)

    def count(self, condition: Condition = EVERYTHING, seconds: float = COUNT_S) -> Count:
        """How many tasks meet a condition, or how many of the newest at least."""
        counts, exact = self._by_state(condition, None, seconds)
        return Count(sum(counts.values()), exact)

    def state_counts(
        self,
        condition: Condition = EVERYTHING,
        before: int | None = None,
        seconds: float = COUNT_S,
    ) -> tuple[dict[str, int], bool]:
        """Tasks below the number ``before`` by state, and whether all were counted before the
        time was up."""
        counts, exact = self._by_state(condition, before, seconds)
        return dict(counts), exact

    def task(self, uuid: str) -> TaskRow | None:
        with self._connection() as connection:
            return next(iter(adopt(connection, "uuid = ?", (uuid,))), None)

    def family(self, root: str, limit: int) -> list[TaskRow]:
        """The task that a tree of tasks began with and the latest of those that came from it, so
        many together at most, by number."""
        with self._connection() as connection, _one_moment(connection):
            first = adopt(connection, "uuid = ?", (root,))
            rest = adopt(
                connection,
                "root_id = ? AND root_id <> uuid ORDER BY seq DESC LIMIT ?",
                (root, limit - len(first)),
            )
        return sorted([*first, *rest], key=attrgetter("seq"))

    def vocabulary(self) -> Vocabulary:
        """Values that tasks have had, by name."""
        with self._connection() as connection:
            words: dict[str, list[str]] = {"name": [], "queue": [], "worker": []}
            for kind, word in connection.execute("SELECT kind, word FROM words ORDER BY word"):
                words[kind].append(word)
        return Vocabulary(words["name"], words["queue"], words["worker"])

    def gaps(self, start: float, end: float) -> list[Gap]:
        """Spans in which events were missed that touch the one asked for, oldest first."""
        with self._connection() as connection:
            stored = connection.execute(
                "SELECT start, end, reason, dropped, message, found FROM gaps "
                "WHERE start <= ? AND end >= ? ORDER BY start",
                (end, start),
            )
            return [_gap(*told) for told in stored]

    def performance(self, since: float, until: float, by: figures.By = "name") -> list[Performance]:
        """Figures of the tasks that ended between two times, in whole minutes (earlier than eight
        days ago in whole hours), the costliest first."""
        with self._connection() as connection, _one_moment(connection):
            return figures.performance(connection, since, until, by, self._now())

    def course(
        self, since: float, until: float, by: figures.By = "name", key: str | None = None
    ) -> Course:
        """How many tasks ended in the course of a span of at most eight days, of one ``key`` or of
        all."""
        with self._connection() as connection:
            return figures.course(connection, since, until, by, key)

    def export(
        self,
        condition: Condition,
        path: Path,
        format: Literal["csv", "json"] = "csv",  # noqa: A002 - what it is called everywhere
        progress: Callable[[int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        first: Iterable[TaskRow] = (),
        known: Container[str] = frozenset(),
    ) -> int | None:
        """Write all tasks that meet a condition, as of one moment, the newest first, and return
        how many; None when ``cancelled``, which leaves no file behind. ``progress`` is told the
        number so far. Before them come the tasks in ``first``; those of the file whose ids are
        ``known`` are left out, because the caller knows them better.

        Raises:
            OSError: ``path`` cannot be written.
        """
        with self._connection() as connection, _one_moment(connection):
            kept = (row for row in _all(connection, condition) if row.uuid not in known)
            return export.write(chain(first, kept), path, format, progress, cancelled)

    def forget(self) -> None:
        """The file is another one from now on."""
        with self._lock:
            self._generation += 1
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def close(self) -> None:
        """Let go of the file. Questions are still answered, a little slower."""
        self._closed = True
        self.forget()

    def _by_state(
        self, condition: Condition, before: int | None, seconds: float
    ) -> tuple[Counter[str], bool]:
        counts: Counter[str] = Counter()
        with self._connection() as connection, _one_moment(connection):
            highest = pages.highest(connection)
            top, low = highest if before is None else min(highest, before - 1), None
            if condition[0] == EVERYTHING[0]:
                # The plus keeps SQLite to the index of states, which holds the numbers too.
                select = "SELECT state, count(*) FROM tasks WHERE +seq <= ? GROUP BY state"
                counts.update(dict(connection.execute(select, (top,))))
                return counts, True
            for low, high in pages.spans(connection, top, seconds):
                where, parameters = pages.within(condition, low, high)
                select = f"SELECT state, count(*) FROM tasks WHERE {where} GROUP BY state"
                counts.update(dict(connection.execute(select, parameters)))
            (lowest,) = connection.execute("SELECT min(seq) FROM tasks").fetchone()
        return counts, lowest is None or top < lowest or (low is not None and low <= lowest)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            generation = self._generation
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            connection = open_reader(self.path)
        try:
            yield connection
        except sqlite3.Error:
            generation = -1
            raise
        finally:
            with self._lock:
                fresh = generation == self._generation and not self._closed
                keep = fresh and len(self._idle) < _IDLE_KEPT
                if keep:
                    self._idle.append(connection)
            if not keep:
                connection.close()


def _gap(
    start: float, end: float, reason: str, dropped: int | None, message: str, found: bytes | None
) -> Gap:
    told = None if found is None else msgspec.msgpack.decode(found, type=Found)
    return msgspec.convert(
        {
            "start": start,
            "end": end,
            "reason": reason,
            "dropped": dropped,
            "message": message,
            "found": told,
        },
        Gap,
    )


@contextmanager
def _one_moment(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is asked inside is answered as of one moment."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _rows(connection: sqlite3.Connection, seqs: list[int]) -> list[TaskRow]:
    found = connection.execute(
        f"SELECT {', '.join(FIELDS)} FROM tasks WHERE seq IN (SELECT value FROM json_each(?)) "
        "ORDER BY seq DESC",
        (msgspec.json.encode(seqs).decode(),),
    )
    return [task(values) for values in found]


def _all(connection: sqlite3.Connection, condition: Condition) -> Iterator[TaskRow]:
    columns = ", ".join(FIELDS)
    for low, high in pages.spans(connection, pages.highest(connection), float("inf")):
        where, parameters = pages.within(condition, low, high)
        select = f"SELECT {columns} FROM tasks WHERE {where} ORDER BY seq DESC"
        for values in connection.execute(select, parameters):
            yield task(values)
