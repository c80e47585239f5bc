"""What waits to be written, between the reducer and the thread that writes."""

import threading
from collections.abc import Iterable
from itertools import islice
from typing import Final

import msgspec

from desktop_app.monitor.rows import Gap, TaskRow

MOST: Final = 200_000
_WAIT_S: Final = 0.25


class Work(msgspec.Struct):
    """To be written in this order, the last part of the tasks together with all else."""

    rows: list[TaskRow]
    gaps: list[Gap]
    marks: dict[str, bytes]


class Pending:
    """The latest version of each task alone, so that a slow disk costs memory only for tasks that
    are new. When ``most`` are waiting, ``put`` waits a little for the writer, and while that is
    failing lets go of the oldest and counts them in ``lost``."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._changed = threading.Condition()
        self._rows: dict[int, TaskRow] = {}
        self._gaps: list[Gap] = []
        self._marks: dict[str, bytes] = {}
        self._closed = False
        self.lost = 0

    def __len__(self) -> int:
        return len(self._rows)

    def put(self, rows: Iterable[TaskRow], gaps: Iterable[Gap] = (), *, failing: bool) -> None:
        with self._changed:
            if not failing and len(self._rows) >= self._most:
                self._changed.wait_for(self._has_room, _WAIT_S)
            self._rows.update((row.seq, row) for row in rows)
            self._gaps += gaps
            if failing:
                self._let_go()
            if len(self._rows) >= self._most // 10:
                self._changed.notify_all()

    def mark(self, key: str, value: bytes) -> None:
        """Keep ``value`` once everything put so far is in the file; never, if some of it was let
        go, for a mark past that would hide it from the next session too."""
        with self._changed:
            if not self.lost:
                self._marks[key] = value

    def take(self, timeout: float) -> Work:
        """Everything; waits up to ``timeout`` seconds for there to be much of it."""
        with self._changed:
            if not self._closed:
                self._changed.wait_for(
                    lambda: self._closed or len(self._rows) >= self._most // 10, timeout
                )
            work = Work(list(self._rows.values()), self._gaps, self._marks)
            self._rows, self._gaps, self._marks = {}, [], {}
            self._changed.notify_all()
        return work

    def give_back(self, work: Work) -> None:
        """What could not be written waits again, unless there is a later version of it."""
        with self._changed:
            self._rows = {row.seq: row for row in work.rows} | self._rows
            self._gaps = work.gaps + self._gaps
            self._marks = work.marks | self._marks
            self._let_go()

    def close(self) -> None:
        """From now on ``take`` does not wait."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _has_room(self) -> bool:
        return self._closed or len(self._rows) < self._most

    def _let_go(self) -> None:
        surplus = len(self._rows) - self._most
        if surplus > 0:
            for seq in list(islice(self._rows, surplus)):
                del self._rows[seq]
            self.lost += surplus
            self._marks.clear()
