"""What has changed since the window last looked."""

import threading
from collections.abc import Callable
from operator import attrgetter
from typing import Any, Final

from desktop_app.monitor.rows import (
    Batch,
    Connection,
    Counters,
    Gap,
    HistoryStatus,
    Loss,
    QueueRow,
    TaskRow,
    WorkerRow,
)
from desktop_app.monitor.series import Series
from desktop_app.monitor.state import Changes

_ANY_SEQ: Final = 2**62


class Outbox:
    """Collects changes from the reducer until the window takes them, the latest version of each
    alone, so that its size is bounded by what is held, however long nobody takes.

    The lock is held for dictionary updates and swaps, never for work on rows.
    """

    def __init__(self, *, reset: bool) -> None:
        self._lock = threading.Lock()
        self._tasks: dict[int, TaskRow] = {}
        self._evicted: list[int] = []
        self._rest: dict[str, Any] = {}
        self._latest: dict[str, Any] = {}
        self._gaps: list[Gap] = []
        self._counters = Counters()
        self._dirty = reset
        self._reset = reset
        self._handed_out = -1
        self._connection: Connection | None = None

    def publish(
        self,
        changes: Changes,
        counters: Counters,
        *,
        workers: list[WorkerRow] | None = None,
        queues: list[QueueRow] | None = None,
        gaps: list[Gap] | None = None,
        series: Series | None = None,
        history: HistoryStatus | None = None,
        loss: Loss | None = None,
    ) -> None:
        tasks = {row.seq: row for row in changes.tasks.values()}
        lists = {
            "workers": workers,
            "queues": queues,
            "series": series,
            "history": history,
            "loss": loss,
        }
        rest = {name: value for name, value in lists.items() if value is not None}
        with self._lock:
            self._tasks |= tasks
            for row in changes.evicted:
                self._tasks.pop(row.seq, None)
                if row.seq <= self._handed_out:
                    self._evicted.append(row.seq)
            self._rest |= rest
            self._latest |= rest
            self._gaps += gaps or []
            if tasks or self._rest or self._gaps or counters != self._counters:
                self._dirty = True
            self._counters = counters

    def take(self, connection: Connection) -> Batch | None:
        """Everything since the last call, None if there is nothing new."""
        with self._lock:
            if not self._dirty and connection == self._connection:
                return None
            tasks, self._tasks = self._tasks, {}
            evicted, self._evicted = self._evicted, []
            rest, self._rest = self._rest, {}
            gaps, self._gaps = self._gaps, []
            counters = self._counters
            reset, self._reset = self._reset, False
            self._dirty = False
            self._connection = connection
            if tasks:
                latest = max(tasks)
                self._handed_out = max(self._handed_out, latest)
        rows = sorted(tasks.values(), key=attrgetter("seq"))
        evicted.sort()
        return Batch(
            connection, counters, tasks=rows, evicted=evicted, gaps=gaps, reset=reset, **rest
        )

    def snapshot(
        self, connection: Connection, rows: Callable[[], list[TaskRow]], gaps: list[Gap]
    ) -> Batch:
        """A batch of all ``rows``, by ``seq``, for someone who starts to listen."""
        with self._lock:
            # What leaves memory while the rows are picked out may be among them.
            handed_out, self._handed_out = self._handed_out, _ANY_SEQ
        picked = rows()
        with self._lock:
            self._handed_out = max(handed_out, picked[-1].seq if picked else -1)
            counters, latest = self._counters, dict(self._latest)
        return Batch(connection, counters, tasks=picked, gaps=gaps, reset=True, **latest)
