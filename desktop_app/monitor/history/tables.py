"""What the writing thread does to the file."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

import msgspec

from desktop_app.monitor.history.figures import Tallies
from desktop_app.monitor.history.records import (
    COLUMNS,
    FIELDS,
    TEXTS,
    Record,
    adopt,
    merged,
    record,
    storable,
    task,
    texts,
)
from desktop_app.monitor.rows import FINISHED, Found, Gap, TaskRow

_INSERT: Final = (
    f"INSERT INTO tasks ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
)
_UPDATE: Final = (
    f"UPDATE tasks SET ({', '.join(COLUMNS[1:])}) = ({', '.join('?' * (len(COLUMNS) - 1))}) "
    "WHERE seq = ?"
)
_INDEX: Final = f"INSERT INTO tasks_fts (rowid, {', '.join(TEXTS)}) VALUES (?{', ?' * len(TEXTS)})"
_UNINDEX: Final = (
    f"INSERT INTO tasks_fts (tasks_fts, rowid, {', '.join(TEXTS)}) "
    f"VALUES ('delete', ?{', ?' * len(TEXTS)})"
)
_GOING_ON: Final = "state IN ('PENDING', 'RECEIVED', 'STARTED', 'PROGRESS', 'RETRY')"
_LATE_SLICE: Final = 2000
_WORDS_KEPT: Final = 10_000


class _Known(msgspec.Struct, gc=False):
    seq: int
    over: bool
    indexed: bool


class Tables:
    """Writes batches, each in one transaction. For the thread that writes alone."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._tallies = Tallies()
        self._words: set[tuple[str, str | None]] = set(
            connection.execute("SELECT kind, word FROM words LIMIT ?", (_WORDS_KEPT,))
        )

    def write(
        self, rows: Sequence[TaskRow], gaps: Sequence[Gap], marks: Mapping[str, bytes]
    ) -> None:
        """Store the tasks' latest versions. All of it is in the file, or none.

        A task's texts go into the full-text index when it is over, so that most are indexed
        once; ``index_waiting`` takes in those that last.
        """
        with self.transaction():
            try:
                self._write(rows)
            except UnicodeEncodeError:
                self._write([storable(row) for row in rows])
            self._keep_gaps(gaps)
            self._connection.executemany(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)", list(marks.items())
            )
            self._tallies.store(self._connection)

    def index_waiting(self, before: float) -> int:
        """Index tasks first seen ``before`` that are not over yet; how many."""
        oldest = self._connection.execute(
            "SELECT first_seen FROM tasks WHERE indexed = 0 ORDER BY seq LIMIT 1"
        ).fetchone()
        if oldest is None or oldest[0] >= before:
            return 0
        with self.transaction():
            waiting = adopt(
                self._connection,
                "indexed = 0 AND first_seen < ? ORDER BY seq LIMIT ?",
                (before, _LATE_SLICE),
            )
            self._index(waiting)
            self._connection.executemany(
                "UPDATE tasks SET indexed = 1 WHERE seq = ?", [(row.seq,) for row in waiting]
            )
        return len(waiting)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            self._tallies.forget()
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def _write(self, rows: Sequence[TaskRow]) -> None:
        rows = _one_a_task(rows)
        known = self._known([row.uuid for row in rows])
        new: list[Record] = []
        changed: list[Record] = []
        to_index: list[TaskRow] = []
        reworded: list[TaskRow] = []
        for seen in rows:
            row, before = seen, known.get(seen.uuid)
            over = row.state in FINISHED
            if before is None:
                new.append(record(row, indexed=over))
                if over:
                    to_index.append(row)
                    self._tallies.count(row)
                continue
            if before.seq != row.seq:
                row = merged(self._kept(before.seq), row)
                over = row.state in FINISHED
            indexed = over or before.indexed
            changed.append((*record(row, indexed=indexed)[1:], row.seq))
            if before.indexed:
                reworded.append(row)
            elif over:
                to_index.append(row)
            if over and not before.over:
                self._tallies.count(row)
        # Before the rows change: the index must be told what it holds.
        to_index += self._unindex(reworded)
        self._connection.executemany(_INSERT, new)
        self._connection.executemany(_UPDATE, changed)
        self._index(to_index)
        self._learn(rows)

    def _keep_gaps(self, gaps: Sequence[Gap]) -> None:
        """A gap is told again once something has been found out about it."""
        self._connection.executemany(
            "DELETE FROM gaps WHERE start = ? AND end = ?", [(gap.start, gap.end) for gap in gaps]
        )
        latest = {(gap.start, gap.end): gap for gap in gaps}
        self._connection.executemany(
            "INSERT INTO gaps VALUES (?, ?, ?, ?, ?, ?)",
            [
                (*key, gap.reason, gap.dropped, gap.message, _packed(gap.found))
                for key, gap in latest.items()
            ],
        )

    def _known(self, uuids: Sequence[str]) -> dict[str, _Known]:
        # CROSS JOIN keeps SQLite from walking through all tasks instead.
        found = self._connection.execute(
            "SELECT uuid, seq, state, indexed FROM json_each(?) AS wanted "
            "CROSS JOIN tasks ON tasks.uuid = wanted.value",
            (msgspec.json.encode(uuids).decode(),),
        )
        return {
            uuid: _Known(seq, state in FINISHED, bool(indexed))
            for uuid, seq, state, indexed in found
        }

    def _kept(self, seq: int) -> TaskRow:
        (row,) = adopt(self._connection, "seq = ?", (seq,))
        return row

    def _index(self, rows: Iterable[TaskRow]) -> None:
        self._connection.executemany(_INDEX, [(row.seq, *texts(row)) for row in rows])

    def _unindex(self, rows: Sequence[TaskRow]) -> list[TaskRow]:
        """Take out of the index those of ``rows`` whose texts are others now, and return them."""
        found: list[TaskRow] = []
        for row in rows:
            kept = self._connection.execute(
                f"SELECT {', '.join(TEXTS)} FROM tasks WHERE seq = ?",
                (row.seq,),
            ).fetchone()
            if kept != texts(row):
                self._connection.execute(_UNINDEX, (row.seq, *kept))
                found.append(row)
        return found

    def _learn(self, rows: Iterable[TaskRow]) -> None:
        """Remember names of tasks, queues and workers for whoever types a search."""
        words: set[tuple[str, str | None]] = set()
        for row in rows:
            words.update((("name", row.name), ("queue", row.queue), ("worker", row.worker)))
        fresh = [pair for pair in words - self._words if pair[1]]
        if fresh and len(self._words) < _WORDS_KEPT:
            self._connection.executemany("INSERT OR IGNORE INTO words VALUES (?, ?)", fresh)
            self._words.update(fresh)


def _packed(found: Found | None) -> bytes | None:
    return None if found is None else msgspec.msgpack.encode(found)


def _one_a_task(rows: Sequence[TaskRow]) -> list[TaskRow]:
    """A task may have left memory and come back since the last batch."""
    found: dict[str, TaskRow] = {}
    for row in rows:
        earlier = found.get(row.uuid)
        found[row.uuid] = row if earlier is None else merged(earlier, row)
    return list(found.values())


def read_marks(connection: sqlite3.Connection) -> dict[str, bytes]:
    """What ``write`` kept under ``marks``."""
    return dict(connection.execute("SELECT key, value FROM meta"))


def restored(connection: sqlite3.Connection, limit: int) -> Iterator[list[TaskRow]]:
    """The newest tasks in slices by rising ``seq``, before them older ones that are not over;
    these are a tenth of ``limit`` at most, and all together no more than it."""
    (old,) = connection.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM tasks WHERE {_GOING_ON} LIMIT ?)", (limit // 10,)
    ).fetchone()
    (first,) = connection.execute(
        "SELECT coalesce(min(seq), 0) FROM (SELECT seq FROM tasks ORDER BY seq DESC LIMIT ?)",
        (limit - old,),
    ).fetchone()
    columns = ", ".join(FIELDS)
    found = connection.execute(
        f"SELECT {columns} FROM (SELECT * FROM tasks WHERE seq < ? AND {_GOING_ON} "
        f"ORDER BY seq DESC LIMIT ?) UNION ALL SELECT {columns} FROM tasks WHERE seq >= ? "
        "ORDER BY seq",
        (first, old, first),
    )
    while values := found.fetchmany(_LATE_SLICE):
        yield [task(one) for one in values]


def last_seq(connection: sqlite3.Connection) -> int:
    """The highest number given to a task so far, -1 before the first."""
    (seq,) = connection.execute("SELECT coalesce(max(seq), -1) FROM tasks").fetchone()
    return int(seq)
