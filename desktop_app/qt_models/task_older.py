"""Below the tasks in memory: older ones, as they were read from the history."""

import time
from bisect import bisect_left
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Final

from PySide6.QtCore import QObject

from desktop_app.monitor.rows import TaskRow
from desktop_app.qt_models.task_rows import TaskRows
from desktop_app.qt_models.task_store import TaskStore

MOST: Final = 50_000
"""Older rows that are shown at most."""


def _descending(row: TaskRow) -> int:
    return -row.seq


class OlderRows(TaskRows):
    """``add_older`` takes in what the filter finds in the history, newest first; ``older_from``
    tells where to go on. What leaves memory is kept in its place here, so that the table goes on
    without a hole; what is heard of again leaves, since it stands among the tasks in memory."""

    def __init__(
        self, parent: QObject | None = None, *, now: Callable[[], float] = time.time
    ) -> None:
        super().__init__(parent, now=now)
        self._older: list[TaskRow] = []
        self._older_ids: set[str] = set()
        # The history has been read down to this number; None before the first page.
        self._reached: int | None = None

    def _count(self) -> int:
        return self.shown + len(self._older)

    @property
    def older(self) -> Sequence[TaskRow]:
        return self._older

    @property
    def first_older_row(self) -> int | None:
        """The row in which the tasks from the history begin, None where there are none."""
        return self._row(self.shown) if self._older else None

    @property
    def older_from(self) -> int | None:
        """The number below which the history has tasks that are not shown yet; None where it can
        have none, or enough are shown."""
        start = self.whole_from if self._reached is None else self._reached
        missing = self._store.missing_below(start)
        return missing + 1 if missing >= 0 and len(self._older) < MOST else None

    @property
    def whole_from(self) -> int:
        """The number from which on all tasks are in memory."""
        if not len(self._store):
            return _ANY
        return self._store.missing_below(self._store.last_seq + 1) + 1

    def below(self, seq: int) -> list[TaskRow]:
        """The tasks in memory below that number."""
        return self._store.rows[: self._store.first_from(seq)]

    def held_rows(self) -> list[TaskRow]:
        """All tasks in memory as they are now, oldest first."""
        return list(self._store.rows)

    def _task(self, place: int) -> TaskRow:
        return super()._task(place) if place < self.shown else self._older[place - self.shown]

    def _place_of(self, seq: int) -> int | None:
        found = super()._place_of(seq)
        if found is None:
            place = self._among_older(seq)
            if place < len(self._older) and self._older[place].seq == seq:
                return self.shown + place
        return found

    def add_older(self, rows: Sequence[TaskRow], reached: int | None) -> None:
        """Take in a page of the history: what it found below those shown, newest first, without
        what is in memory, and the number down to which it looked, None for all."""
        fresh = [row for row in rows if self._store.position(row.seq) is None]
        self._insert(len(self._older), [row for row in fresh if row.uuid not in self._older_ids])
        self._reached = reached or 0

    def _insert(self, place: int, rows: Sequence[TaskRow]) -> None:
        if not rows:
            return
        with self._inserting(self.shown + place, len(rows)):
            self._older[place:place] = rows
            self._older_ids.update(row.uuid for row in rows)

    def _cut(self, first: int, last: int) -> None:
        self._removing(self.shown + first, self.shown + last, self._forget_older)

    def _forget_older(self, places: Sequence[int]) -> None:
        first, end = places[0] - self.shown, places[-1] - self.shown + 1
        self._older_ids.difference_update(row.uuid for row in self._older[first:end])
        del self._older[first:end]

    def _among_older(self, seq: int) -> int:
        return bisect_left(self._older, -seq, key=_descending)

    def _have_left(self, rows: Sequence[TaskRow]) -> None:
        if self._reached is None:
            return
        reached = self._reached
        wanted = [row for row in reversed(rows) if row.seq >= reached and self._matches(row)]
        top = self._older[0].seq if self._older else -1
        self._insert(0, [row for row in wanted if row.seq > top])
        for row in wanted:
            if row.seq < top:
                self._insert(self._among_older(row.seq), [row])
        if len(self._older) > MOST:
            self._cut(MOST, len(self._older) - 1)
            self._reached = self._older[-1].seq

    def _extend(self, rows: Sequence[TaskRow]) -> None:
        if self._older_ids:
            again = self._older_ids.intersection(map(_uuid, rows))
            for place in reversed(range(len(self._older))) if again else ():
                if self._older[place].uuid in again:
                    self._cut(place, place)
        super()._extend(rows)

    def _start_anew(self, store: TaskStore) -> None:
        if self._older:
            self._cut(0, len(self._older) - 1)
        self._reached = None
        super()._start_anew(store)


_uuid = attrgetter("uuid")
_ANY: Final = 2**62
"""Above every number that a task has."""
