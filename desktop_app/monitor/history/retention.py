"""What the history lets go of, by age and by size."""

import sqlite3
from typing import Final

import msgspec

from desktop_app.monitor.history.figures import HOUR, MINUTE, MINUTES_KEPT_S
from desktop_app.monitor.history.records import TEXTS
from desktop_app.monitor.history.tables import Tables

SLICE: Final = 2000
_DAY_S: Final = 86_400
_MIB: Final = 1024 * 1024
_ENOUGH: Final = 0.8
_GARBAGE: Final = 0.2
_MERGED_PAGES: Final = 1000
_CUT_PAGES: Final = 5000


class Limits(msgspec.Struct, frozen=True):
    """``days`` since a task was last heard of, and MiB of the file."""

    days: float = 30
    megabytes: int = 2048


def size(connection: sqlite3.Connection) -> int:
    """Bytes of the file that hold something."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    (page,) = connection.execute("PRAGMA page_size").fetchone()
    return int((pages - free) * page)


class Retention:
    """Deletes the oldest tasks a slice at a time and gives their room back to the disk.

    The full-text index only marks what was deleted, and is merged when a fifth of it is such
    marks: the file grows smaller then, and not with each slice. So a file that is too large gives
    up as many tasks as it takes to be a fifth below its limit, and is measured again after that.
    """

    def __init__(self, connection: sqlite3.Connection, tables: Tables, limits: Limits) -> None:
        self._connection = connection
        self._tables = tables
        self._limits = limits
        self._surplus = 0
        self._deleted = 0
        self._merging = False
        self._cutting = False

    def step(self, now: float) -> bool:
        """A bite of work; whether there is more to do."""
        more = False
        if self._merging:
            self._merge()
        else:
            self._measure()
            too_large = self._surplus > 0
            more = self._delete(now)
            if (too_large or not more) and self._surplus == 0 and self._is_due(too_large):
                self._merging, self._deleted = True, 0
                self._tell_index("merge", -_MERGED_PAGES)
        return self._shrink() or more or self._merging or self._surplus > 0

    def _measure(self) -> None:
        high, held = self._limits.megabytes * _MIB, size(self._connection)
        if self._surplus == 0 and held > high:
            count = self._count()
            self._surplus = count - int(count * _ENOUGH * high / held)

    def _delete(self, now: float) -> bool:
        """Let a slice of tasks go; False if none had to."""
        too_old = now - self._limits.days * _DAY_S
        wanted = min(self._surplus, SLICE) if self._surplus > 0 else SLICE
        end, count, heard = self._connection.execute(
            "SELECT max(seq), count(*), min(last_seen) "
            "FROM (SELECT seq, last_seen FROM tasks ORDER BY seq LIMIT ?)",
            (wanted,),
        ).fetchone()
        if not count or (self._surplus <= 0 and heard >= too_old):
            self._surplus = 0
            return False
        with self._tables.transaction():
            self._deleted += self._let_go(end, None if self._surplus > 0 else too_old)
            self._forget_figures(now, too_old)
        self._surplus = max(0, self._surplus - count)
        return True

    def _let_go(self, end: int, too_old: float | None) -> int:
        columns = ", ".join(TEXTS)
        going = "seq <= ? AND (? IS NULL OR last_seen < ?)"
        values = (end, too_old, too_old)
        self._connection.execute(
            f"INSERT INTO tasks_fts (tasks_fts, rowid, {columns}) "
            f"SELECT 'delete', seq, {columns} FROM tasks WHERE indexed = 1 AND {going}",
            values,
        )
        return self._connection.execute(f"DELETE FROM tasks WHERE {going}", values).rowcount

    def _is_due(self, too_large: bool) -> bool:
        """Whether the index is to be merged; always, before a file is measured again."""
        if too_large or self._deleted < SLICE:
            return too_large
        return self._deleted > _GARBAGE * self._count()

    def _merge(self) -> None:
        before = self._connection.total_changes
        self._tell_index("merge", _MERGED_PAGES)
        # SQLite's way of saying that there was nothing left to merge.
        self._merging = self._connection.total_changes - before >= 2

    def _shrink(self) -> bool:
        """Cut free pages off the file; whether some are left."""
        (free,) = self._connection.execute("PRAGMA freelist_count").fetchone()
        self._cutting = self._cutting or bool(free)
        # ``execute`` would stop after the first page.
        self._connection.executescript(f"PRAGMA incremental_vacuum({_CUT_PAGES})")
        (free,) = self._connection.execute("PRAGMA freelist_count").fetchone()
        if self._cutting and not free:
            # The file itself is cut when what was written beside it is brought in.
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        self._cutting = bool(free)
        return self._cutting

    def _tell_index(self, command: str, value: int) -> None:
        self._connection.execute(
            "INSERT INTO tasks_fts (tasks_fts, rank) VALUES (?, ?)", (command, value)
        )

    def _count(self) -> int:
        (count,) = self._connection.execute("SELECT count(*) FROM tasks").fetchone()
        return int(count)

    def _forget_figures(self, now: float, too_old: float) -> None:
        for span, before in ((MINUTE, now - MINUTES_KEPT_S), (HOUR, too_old)):
            self._connection.execute(
                "DELETE FROM figures WHERE span = ? AND start < ?", (span, before - span)
            )
        self._connection.execute("DELETE FROM gaps WHERE end < ?", (too_old,))
