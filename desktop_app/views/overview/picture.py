"""What the overview knows, gathered from batches. No Qt, so that it can be judged without a window.

numpy is loaded with the first series, by which time whoever made that series has loaded it.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from desktop_app.monitor.rows import (
    RUNNING,
    Batch,
    Connection,
    Counters,
    Gap,
    Loss,
    QueueRow,
    TaskRow,
    WorkerRow,
)

if TYPE_CHECKING:
    from desktop_app.monitor.series import Series
    from desktop_app.views.overview.figures import Hour

HOUR: Final = 3600.0
FAILED: Final = frozenset({"FAILURE", "REJECTED"})


@dataclass(frozen=True, slots=True)
class Failures:
    """Tasks that failed within the last hour. ``leading`` is the name that failed most often
    (``leading_count`` times, among ``names`` different ones), ``words`` the latest exception."""

    count: int
    ended: int
    leading: str
    leading_count: int
    names: int
    last_at: float
    words: str

    @property
    def share(self) -> float:
        """Of all tasks that ended in that hour, 0 to 1."""
        return self.count / max(self.ended, self.count)


@dataclass(frozen=True, slots=True)
class Wait:
    """For how many seconds the oldest task in the queues has waited; ``exact`` is False when that
    is only the least it can be."""

    seconds: float
    exact: bool


class Picture:
    """The latest of everything, and of tasks only those that may need someone."""

    def __init__(self) -> None:
        self.connection = Connection("idle", "", 0.0)
        self.counters = Counters()
        self.workers: list[WorkerRow] = []
        self.queues: list[QueueRow] = []
        self.gaps: list[Gap] = []
        self.series: Series | None = None
        self.hour: Hour | None = None
        self.loss: Loss | None = None
        self.unread_at: float | None = None
        self._failed: dict[int, TaskRow] = {}
        self._pending: dict[int, float] = {}
        self._vanished: set[int] = set()

    def absorb(self, batch: Batch) -> None:
        """Takes in what changed. The same batch may come twice."""
        if batch.reset:
            self._forget_everything()
        if batch.counters.malformed > self.counters.malformed:
            self.unread_at = batch.connection.last_event or batch.connection.since
        self.connection, self.counters = batch.connection, batch.counters
        if batch.workers is not None:
            self.workers = batch.workers
        if batch.queues is not None:
            self.queues = batch.queues
        self.loss = batch.loss or self.loss
        # One is told again once something has been found out about it.
        told = {(gap.start, gap.end): gap for gap in (*self.gaps, *batch.gaps)}
        self.gaps = list(told.values())
        self._sort_out(batch.tasks)
        for seq in batch.evicted:
            self._failed.pop(seq, None)
            self._pending.pop(seq, None)
            self._vanished.discard(seq)
        if batch.series is not None:
            from desktop_app.views.overview import figures

            self.series = batch.series
            self.hour = figures.hour(batch.series)

    @property
    def vanished(self) -> int:
        """Tasks that ran and of which nobody knows how they ended."""
        return len(self._vanished)

    @property
    def online(self) -> list[WorkerRow]:
        return [worker for worker in self.workers if worker.online]

    @property
    def silent(self) -> list[WorkerRow]:
        """Workers that are heard no more and said no goodbye."""
        return [worker for worker in self.workers if not worker.online and not worker.left]

    def failures(self, now: float) -> Failures | None:
        """What failed within the hour before ``now``, None when nothing did."""
        rows = [row for row in self._failed.values() if row.last_seen > now - HOUR]
        self._failed = {row.seq: row for row in rows}
        # The series also counts tasks that had to leave memory, and knows no rejected ones.
        count = max(len(rows), self.hour.failed if self.hour else 0)
        if not count:
            return None
        names = Counter(row.name for row in rows)
        leading, leading_count = names.most_common(1)[0] if names else ("", 0)
        latest = max(rows, key=lambda row: row.last_seen, default=None)
        return Failures(
            count=count,
            ended=self.hour.ended if self.hour else 0,
            leading=leading,
            leading_count=leading_count,
            names=len(names),
            last_at=latest.last_seen if latest else now,
            words=(latest.exception or latest.reason or "") if latest else "",
        )

    def oldest_wait(self, now: float) -> Wait | None:
        """How long the oldest task in the queues has waited: what events tell, or what the heads
        of the queues tell, if that is longer.

        With ``n`` messages in the queues and more tasks than that not seen to leave them, the
        oldest message is at least as old as the ``n``-th newest of these tasks. With fewer, other
        messages were there before anyone listened. Only when the numbers agree it is exact.
        """
        if not (waiting := self.counters.waiting):
            return None
        known = [wait for wait in (self._sent(waiting, now), self._heads(now)) if wait is not None]
        return max(known, key=lambda wait: wait.seconds, default=None)

    def _sent(self, waiting: int, now: float) -> Wait | None:
        if not self._pending:
            return None
        known = len(self._pending)
        if known <= waiting:
            since = min(self._pending.values())
        else:
            since = sorted(self._pending.values())[known - waiting]
        return Wait(max(now - since, 0.0), exact=known == waiting)

    def _heads(self, now: float) -> Wait | None:
        filled = [row for row in self.queues if row.depth]
        told = [row.oldest for row in filled if row.oldest is not None]
        if not told:
            return None
        exact = len(told) == len(filled) and all(row.oldest_exact for row in filled)
        return Wait(max(now - min(told), 0.0), exact=exact)

    def recent_gaps(self, now: float) -> list[Gap]:
        """Gaps that reach into the last hour, oldest first."""
        self.gaps = [gap for gap in self.gaps if gap.end > now - HOUR]
        return self.gaps

    def _sort_out(self, rows: Iterable[TaskRow]) -> None:
        failed, pending, vanished = self._failed, self._pending, self._vanished
        for row in rows:
            state = row.state
            if state == "PENDING":
                pending[row.seq] = row.first_seen
            else:
                pending.pop(row.seq, None)
            if state in FAILED:
                failed[row.seq] = row
            if state in RUNNING and row.reason is not None:
                vanished.add(row.seq)
            else:
                vanished.discard(row.seq)

    def _forget_everything(self) -> None:
        self.workers, self.queues, self.gaps = [], [], []
        self.series = self.hour = self.loss = self.unread_at = None
        self.counters = Counters()
        self._failed.clear()
        self._pending.clear()
        self._vanished.clear()
