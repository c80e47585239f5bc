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
# Of a file that is too large so much goes at once, so that not every look finds it too large.
_ENOUGH: Final = 0.95


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
    """Deletes a slice at a time, the oldest first, and gives the room back to the disk."""

    def __init__(self, connection: sqlite3.Connection, tables: Tables, limits: Limits) -> None:
        self._connection = connection
        self._tables = tables
        self._limits = limits
        self._shrinking = False

    def step(self, now: float) -> bool:
        """One slice; whether there is more to do."""
        high = self._limits.megabytes * _MIB
        held = size(self._connection)
        self._shrinking = held > (high * _ENOUGH if self._shrinking else high)
        too_old = now - self._limits.days * _DAY_S
        end = self._end(everything=self._shrinking, too_old=too_old)
        with self._tables.transaction():
            if end is not None:
                self._delete(end, None if self._shrinking else too_old)
            self._forget_figures(now, too_old)
        # The freed pages at the end of the file are cut off.
        self._connection.execute("PRAGMA incremental_vacuum").fetchall()
        return end is not None

    def _end(self, *, everything: bool, too_old: float) -> int | None:
        """The last of the oldest tasks among which something must go, None if nothing must."""
        end, count, heard = self._connection.execute(
            "SELECT max(seq), count(*), min(last_seen) "
            "FROM (SELECT seq, last_seen FROM tasks ORDER BY seq LIMIT ?)",
            (SLICE,),
        ).fetchone()
        return end if count and (everything or heard < too_old) else None

    def _delete(self, end: int, too_old: float | None) -> None:
        columns = ", ".join(TEXTS)
        going = "seq <= ? AND (? IS NULL OR last_seen < ?)"
        values = (end, too_old, too_old)
        self._connection.execute(
            f"INSERT INTO tasks_fts (tasks_fts, rowid, {columns}) "
            f"SELECT 'delete', seq, {columns} FROM tasks WHERE indexed = 1 AND {going}",
            values,
        )
        self._connection.execute(f"DELETE FROM tasks WHERE {going}", values)

    def _forget_figures(self, now: float, too_old: float) -> None:
        for span, before in ((MINUTE, now - MINUTES_KEPT_S), (HOUR, too_old)):
            self._connection.execute(
                "DELETE FROM figures WHERE span = ? AND start < ?", (span, before - span)
            )
        self._connection.execute("DELETE FROM gaps WHERE end < ?", (too_old,))
