"""Figures by minute and hour, written along with the tasks and added up when they are asked for.

A task counts where its end was heard, by this computer's clock, once: by the first end known.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from typing import Final, Literal

import msgspec

from desktop_app.monitor.durations import waited
from desktop_app.monitor.history import spread
from desktop_app.monitor.history.kept import Course, Performance
from desktop_app.monitor.rows import TaskRow

By = Literal["name", "queue", "worker"]

MINUTE: Final = 60
HOUR: Final = 3600
MINUTES_KEPT_S: Final = 8 * 24 * HOUR
# Below this, whole hours save nothing.
_BY_MINUTES_S: Final = 3 * HOUR
_COURSE_BY_MINUTES_S: Final = 24 * HOUR


class Tally(msgspec.Struct):
    """Tasks that ended, added up."""

    ended: int = 0
    failed: int = 0
    cost: float = 0.0
    waits: spread.Spread = {}
    runs: spread.Spread = {}

    def add(self, other: "Tally") -> None:
        self.ended += other.ended
        self.failed += other.failed
        self.cost += other.cost
        spread.add(self.waits, other.waits)
        spread.add(self.runs, other.runs)


class Tallies:
    """What ended since the last ``store``."""

    def __init__(self) -> None:
        # By minute, name, queue and worker together, so that a task is counted once.
        self._by: defaultdict[tuple[int, str, str, str], Tally] = defaultdict(Tally)

    def count(self, row: TaskRow) -> None:
        start = int(row.last_seen) // MINUTE * MINUTE
        tally = self._by[start, row.name, row.queue, row.worker or ""]
        tally.ended += 1
        tally.failed += row.state == "FAILURE"
        wait, ran = waited(row), row.runtime
        if wait is not None:
            place = spread.bucket(wait)
            tally.waits[place] = tally.waits.get(place, 0) + 1
        if ran is not None:
            place = spread.bucket(ran)
            tally.runs[place] = tally.runs.get(place, 0) + 1
            tally.cost += ran

    def store(self, connection: sqlite3.Connection) -> None:
        """Add everything to what the file holds, and forget it."""
        sums: defaultdict[tuple[int, int, str, str], Tally] = defaultdict(Tally)
        for (start, *keys), tally in self._by.items():
            for kind, key in zip(("name", "queue", "worker"), keys, strict=True):
                sums[MINUTE, start, kind, key].add(tally)
                sums[HOUR, start // HOUR * HOUR, kind, key].add(tally)
        self._by.clear()
        for place, tally in sums.items():
            stored = connection.execute(
                "SELECT ended, failed, cost, waits, runs FROM figures "
                "WHERE span = ? AND start = ? AND kind = ? AND key = ?",
                place,
            ).fetchone()
            if stored is not None:
                tally.add(_tally(*stored))
            connection.execute(
                "INSERT OR REPLACE INTO figures VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(*place, tally.ended, tally.failed, tally.cost),
                    *(spread.encode(tally.waits), spread.encode(tally.runs)),
                ),
            )

    def forget(self) -> None:
        self._by.clear()


def performance(
    connection: sqlite3.Connection, since: float, until: float, by: By, now: float
) -> list[Performance]:
    """Figures of what ended between two times, in whole minutes where these are still there, else
    in whole hours, the costliest first."""
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    start, end = int(since) // MINUTE * MINUTE, -(-int(until) // MINUTE) * MINUTE
    for span, first, last in _pieces(start, end, int(now - MINUTES_KEPT_S)):
        found = connection.execute(
            "SELECT key, ended, failed, cost, waits, runs FROM figures "
            "WHERE span = ? AND start >= ? AND start < ? AND kind = ?",
            (span, first, last, by),
        )
        for key, *stored in found:
            tallies[key].add(_tally(*stored))
    figures = [_performance(key, tally) for key, tally in tallies.items()]
    return sorted(figures, key=lambda one: (-one.cost, -one.ended, one.key))


def course(
    connection: sqlite3.Connection, since: float, until: float, by: By, key: str | None
) -> Course:
    """What ended between two times, minute by minute or, over more than a day, hour by hour: of
    one name, queue or worker, or of all."""
    unit = MINUTE if until - since <= _COURSE_BY_MINUTES_S else HOUR
    found = connection.execute(
        "SELECT start, sum(ended), sum(failed) FROM figures WHERE span = ? AND start >= ? "
        "AND start < ? AND kind = ? AND (? IS NULL OR key = ?) GROUP BY start ORDER BY start",
        (unit, int(since) // unit * unit, until, by, key, key),
    ).fetchall()
    return Course(unit, *([one[place] for one in found] for place in range(3)))


def _pieces(start: int, end: int, oldest: int) -> Iterator[tuple[int, int, int]]:
    """Spans of minutes at the ends and of whole hours between them, as (unit, start, end); before
    ``oldest`` there are only hours."""
    kept_from = -(-oldest // HOUR) * HOUR
    if start < kept_from:
        yield HOUR, start // HOUR * HOUR, min(-(-end // HOUR) * HOUR, kept_from)
        start = kept_from
    if start >= end:
        return
    first, last = -(-start // HOUR) * HOUR, end // HOUR * HOUR
    if end - start <= _BY_MINUTES_S or first >= last:
        yield MINUTE, start, end
        return
    yield MINUTE, start, first
    yield HOUR, first, last
    yield MINUTE, last, end


def _tally(ended: int, failed: int, cost: float, waits: bytes, runs: bytes) -> Tally:
    return Tally(ended, failed, cost, spread.decode(waits), spread.decode(runs))


def _performance(key: str, tally: Tally) -> Performance:
    shares = (0.5, 0.95, 0.99)
    waits, runs = (spread.percentiles(one, shares) for one in (tally.waits, tally.runs))
    return Performance(key, tally.ended, tally.failed, tally.cost, *waits, *runs)
