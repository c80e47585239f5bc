"""The tasks of earlier days, asked for without making anyone wait."""

import sqlite3
import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Concatenate, Final, Literal, ParamSpec, TypeVar

from desktop_app.monitor.history import Course, HistoryReader, Page, Performance, export
from desktop_app.monitor.history.figures import MINUTE, By
from desktop_app.monitor.query import EVERYTHING, Query, Vocabulary, compile_rows, compile_sql
from desktop_app.monitor.rows import Gap, TaskRow
from desktop_app.services.blocking import Blocking

P = ParamSpec("P")
T = TypeVar("T")
Format = Literal["csv", "json"]

PAGE: Final = 300
FAMILY: Final = 2000
"""Tasks of one tree that are read at most."""
SHORTEST_COURSE_S: Final = 900.0
"""Less is too little to be a course."""

_ANY_SEQ: Final = 2**62
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


class HistoryTrouble(Exception):  # noqa: N818 - said as it is to the user
    """``message`` says what is wrong with the history, ``remedy`` what to do next."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Older:
    """Tasks that are in the history alone, by state. Not ``exact``, there are at least so many."""

    states: Mapping[str, int] = field(default_factory=dict)
    exact: bool = True

    @property
    def total(self) -> int:
        return sum(self.states.values())


@dataclass(frozen=True, slots=True)
class Report:
    """Figures of what ended from ``since`` to ``until``, the costliest first, and how many ended
    in its course from ``course_since``. ``since`` is later than asked for where the figures begin
    later. In ``gaps`` events were missed."""

    since: float
    until: float
    rows: Sequence[Performance]
    course_since: float
    course: Course
    gaps: Sequence[Gap] = ()

    @property
    def seconds(self) -> float:
        return max(self.until - self.since, 1.0)


class TaskHistory:
    """What is kept of the broker that is looked at; nothing where there is no file (yet).

    :param reader: of that broker, None where nothing is kept
    :param held: the task of an id as it is in memory, if it is there

    Every coroutine raises HistoryTrouble when the file cannot be read.
    """

    def __init__(
        self,
        blocking: Blocking,
        reader: Callable[[], HistoryReader | None],
        held: Callable[[str], TaskRow | None],
    ) -> None:
        self._blocking = blocking
        self._reader = reader
        self._counted: tuple[HistoryReader | None, Older] = (None, Older())
        self.held = held

    @property
    def kept(self) -> bool:
        """Whether there is a history at all."""
        return self._reader() is not None

    async def page(self, query: Query, before: int | None, now: float, limit: int = PAGE) -> Page:
        """The newest tasks below the number ``before``, or below none, that a search finds."""
        found = await self._ask(
            HistoryReader.page, compile_sql(query, now), before=before, limit=limit
        )
        return found or Page([], None)

    async def older(self, query: Query, before: int, among: Sequence[TaskRow], now: float) -> Older:
        """Tasks found below the number ``before`` that are not ``among`` those in memory."""
        condition = compile_sql(query, now)
        found = await self._ask(HistoryReader.state_counts, condition, before=before)
        if found is None:
            return Older()
        counts, exact = found
        known = await self._blocking.run(_counted, query, among, now)
        rest = {state: number - known[state] for state, number in counts.items()}
        return Older({state: number for state, number in rest.items() if number > 0}, exact)

    @property
    def of_all(self) -> Older:
        """All tasks that are in the history alone, as last counted by ``count_all``. Whoever shows
        a number of tasks adds these to those in memory, so that no two places differ."""
        counted_in, older = self._counted
        return older if counted_in is self._reader() else Older()

    async def count_all(self, rows: Sequence[TaskRow], now: float) -> Older:
        """Count ``of_all`` anew; ``rows`` are all tasks in memory, by ``seq``."""
        reader = self._reader()
        first = _whole_from(rows)
        below = rows[first].seq if rows else _ANY_SEQ
        older = await self.older(EVERYTHING, below, rows[:first], now)
        if reader is self._reader():
            self._counted = reader, older
        return older

    async def task(self, uuid: str) -> TaskRow | None:
        return await self._ask(HistoryReader.task, uuid)

    async def family(self, root: str) -> list[TaskRow]:
        """What is kept of the tree of tasks that began with this one, oldest first."""
        return await self._ask(HistoryReader.family, root, FAMILY) or []

    async def vocabulary(self) -> Vocabulary:
        """Names, queues and workers that tasks have had."""
        return await self._ask(HistoryReader.vocabulary) or Vocabulary()

    async def gaps(self, start: float, end: float) -> list[Gap]:
        """The spans in which events were missed, oldest first."""
        return await self._ask(HistoryReader.gaps, start, end) or []

    async def report(self, since: float, until: float, by: By, key: str | None) -> Report:
        """Figures over a span of at most eight days, and the course of ``key`` or of all."""
        rows = await self._ask(HistoryReader.performance, since, until, by)
        course_since = min(since, until - SHORTEST_COURSE_S)
        course = await self._ask(HistoryReader.course, course_since, until, by, key)
        whole = course
        if key is not None:
            whole = await self._ask(HistoryReader.course, course_since, until, by)
        first = whole.starts[0] if whole and whole.starts else since
        # Figures are those of whole minutes.
        begins = max(int(since) // MINUTE * MINUTE, first)
        course = course or Course(MINUTE, [], [], [])
        gaps = await self.gaps(course_since, until)
        return Report(begins, until, rows or (), course_since, course, gaps)

    async def export(
        self,
        query: Query,
        path: Path,
        form: Format,
        *,
        held: Sequence[TaskRow],
        progress: Callable[[int], None],
        stop: threading.Event,
        now: float,
    ) -> int | None:
        """Write all that a search finds, newest first, and return how many; None when ``stop`` was
        set, which leaves no file behind. ``held`` are all tasks in memory, oldest first: they are
        known better there than in the file. ``progress`` is told the number so far, in another
        thread.

        Raises:
            OSError: ``path`` cannot be written.
        """
        reader = self._reader()
        try:
            return await self._blocking.run(
                _export, reader, query, path, form, held, progress, stop, now
            )
        except sqlite3.Error as error:
            raise _trouble(error) from error
        finally:
            # Also when nobody waits for it any more: the thread would go on to the end.
            stop.set()

    async def _ask(
        self,
        question: Callable[Concatenate[HistoryReader, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T | None:
        """The answer, None where nothing is kept or nothing has been written yet."""
        reader = self._reader()
        if reader is None:
            return None
        try:
            return await self._blocking.run(question, reader, *args, **kwargs)
        except sqlite3.Error as error:
            if _nothing_yet(error, reader.path):
                return None
            raise _trouble(error) from error


def _whole_from(rows: Sequence[TaskRow]) -> int:
    """The place from which on no number is missing between rows by rising ``seq``."""
    if not rows:
        return 0
    # In a run without holes a number and its place differ by the same.
    run = rows[-1].seq - (len(rows) - 1)
    return bisect_left(range(len(rows)), run, key=lambda place: rows[place].seq - place)


def _counted(query: Query, rows: Sequence[TaskRow], now: float) -> Counter[str]:
    matches = compile_rows(query, now)
    return Counter(row.state for row in rows if matches(row))


def _export(
    reader: HistoryReader | None,
    query: Query,
    path: Path,
    form: Format,
    held: Sequence[TaskRow],
    progress: Callable[[int], None],
    stop: threading.Event,
    now: float,
) -> int | None:
    matches = compile_rows(query, now)
    first = (row for row in reversed(held) if matches(row))
    if reader is None:
        return export.write(first, path, form, progress, stop.is_set)
    known = {row.uuid for row in held}
    try:
        return reader.export(
            compile_sql(query, now), path, form, progress, stop.is_set, first, known
        )
    except sqlite3.Error as error:
        if not _nothing_yet(error, reader.path):
            raise
        return export.write(
            (row for row in reversed(held) if matches(row)), path, form, progress, stop.is_set
        )


def _nothing_yet(error: sqlite3.Error, path: Path) -> bool:
    """The file is made by the thread that writes it, and its tables a moment later."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_CANTOPEN:
        return not path.exists()
    return code == sqlite3.SQLITE_ERROR and "no such table" in str(error)


def _trouble(error: sqlite3.Error) -> HistoryTrouble:
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in _BUSY:
        return HistoryTrouble(
            "The history is busy: another program holds its file.",
            "Close what may have opened it, then try again.",
        )
    return HistoryTrouble(
        f"The history of tasks cannot be read. SQLite says: {error}.",
        "What is in memory is shown all the same. Check the disk, then try again.",
    )
