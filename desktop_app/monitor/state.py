"""The state of the system as the events tell it, kept by one thread."""

from collections import deque
from collections.abc import Iterable
from itertools import islice
from typing import Final

import msgspec
from msgspec.structs import replace

from desktop_app.monitor import events as e
from desktop_app.monitor.attempts import Task, remembered
from desktop_app.monitor.lifecycle import merge
from desktop_app.monitor.rows import FINISHED, RUNNING, STATES, Counters, TaskRow
from desktop_app.monitor.series import RollingSeries
from desktop_app.monitor.stats import StatsCollector
from desktop_app.monitor.workers import Workers

OUTCOME_UNKNOWN: Final = (
    "How it ended is unknown: its worker no longer runs it, and no readable result is stored."
)
# Names come from outside; a flood of made-up ones must not fill the memory.
_NAMES_KEPT: Final = 10_000
_FROM_WORKERS: Final = frozenset(
    {e.TaskReceived, e.TaskStarted, e.TaskSucceeded, e.TaskFailed, e.TaskRetried}
)


class Changes(msgspec.Struct):
    """Rows to hand on: by uuid, so that only the latest version of each counts; ``evicted`` rows
    have left memory, those of them that had changed since are in ``unseen`` as well."""

    tasks: dict[str, TaskRow]
    evicted: list[TaskRow]
    unseen: list[TaskRow] = []


class State:
    """Tasks, workers and figures.

    At most ``capacity`` tasks are held. The ones that finished first leave first, then, if none
    has finished, the oldest; both are counted.
    """

    def __init__(self, capacity: int, now: float) -> None:
        self.workers = Workers()
        self.series = RollingSeries(now)
        self._capacity = capacity
        self._tasks: dict[str, Task] = {}
        self._finished: deque[str] = deque()
        self._next_seq = 0
        self._changes = Changes({}, [])
        self._stats: dict[str, StatsCollector] = {}
        self._states = dict.fromkeys(STATES, 0)
        self._retrying = 0
        self._unknown = 0
        self._events = self._succeeded = self._failed = 0
        self._evicted = self._evicted_unfinished = 0

    def begin_at(self, seq: int, *, succeeded: int, failed: int) -> None:
        """Go on where an earlier session ended: with this number for the next task, and these
        counted."""
        self._next_seq = seq
        self._succeeded, self._failed = succeeded, failed

    def restore(self, rows: Iterable[TaskRow]) -> None:
        """Take in tasks of an earlier session, by rising ``seq``, before the first event."""
        for row in rows:
            self._tasks[row.uuid] = remembered(row)
            self._changes.tasks[row.uuid] = row
            self._states[row.state] = self._states.get(row.state, 0) + 1
            self._retrying += _is_retrying(row)
            self._unknown += _is_unknown(row)
            if _is_over(row):
                self._finished.append(row.uuid)

    def apply(self, event: e.Event | e.TaskFound, received_at: float) -> None:
        """Take in one event that reached this computer at ``received_at``."""
        self._events += 1
        if isinstance(event, e.WorkerEvent):
            self.workers.apply(event, received_at)
            return
        if type(event) in _FROM_WORKERS:
            self.workers.working(event.hostname, event.timestamp, received_at)
        task = self._tasks.get(event.uuid) or self._enter(event.uuid, received_at)
        before = task.row
        merge(task, event, received_at)
        self._moved(task, before, received_at)

    def mark_outcome_unknown(self, uuid: str) -> None:
        """Nobody runs this task and nothing says how it ended. It no longer counts as running;
        any later event about it takes the mark away."""
        task = self._tasks.get(uuid)
        if task is not None and task.row.state in RUNNING and task.row.reason is None:
            before = task.row
            task.row = replace(before, reason=OUTCOME_UNKNOWN)
            self._moved(task, before, before.last_seen)

    def task(self, uuid: str) -> TaskRow | None:
        """May be called from any thread."""
        task = self._tasks.get(uuid)
        return None if task is None else task.row

    def rows(self) -> list[TaskRow]:
        """All tasks held, by ``seq``. May be called from any thread."""
        # One copy in C, so that the reducer may go on while the rows are picked out.
        return [task.row for task in list(self._tasks.values())]

    def stats(self) -> list[StatsCollector]:
        """May be called from any thread."""
        return list(self._stats.values())

    def take_changes(self) -> Changes:
        """What changed since the last call."""
        changes, self._changes = self._changes, Changes({}, [])
        return changes

    def counters(self) -> Counters:
        """Totals as far as this class knows them."""
        states = self._states
        return Counters(
            running=states["STARTED"] + states["PROGRESS"] - self._unknown,
            succeeded=self._succeeded,
            failed=self._failed,
            retrying=self._retrying,
            workers_online=self.workers.online(),
            states=dict(states),
            held=len(self._tasks),
            evicted=self._evicted,
            evicted_unfinished=self._evicted_unfinished,
            events=self._events,
        )

    def _enter(self, uuid: str, received_at: float) -> Task:
        if len(self._tasks) >= self._capacity:
            self._evict()
        row = TaskRow(self._next_seq, uuid, received_at, received_at)
        self._next_seq += 1
        self._states[row.state] += 1
        task = self._tasks[uuid] = Task(row)
        return task

    def _evict(self) -> None:
        while self._finished:
            uuid = self._finished.popleft()
            task = self._tasks.get(uuid)
            if task is not None and _is_over(task.row):
                self._leave(uuid)
                return
        # Nothing has finished. Some at once, because finding the first entry of a dictionary
        # whose first entries keep being deleted takes longer each time.
        for uuid in list(islice(self._tasks, max(1, self._capacity // 100))):
            self._evicted_unfinished += 1
            self._leave(uuid)

    def _leave(self, uuid: str) -> None:
        row = self._tasks.pop(uuid).row
        if self._changes.tasks.pop(uuid, None) is not None:
            self._changes.unseen.append(row)
        self._changes.evicted.append(row)
        self._evicted += 1
        self._states[row.state] -= 1
        self._retrying -= _is_retrying(row)
        self._unknown -= _is_unknown(row)

    def _moved(self, task: Task, before: TaskRow, received_at: float) -> None:
        """Carry a row's change into everything that counts rows."""
        row = task.row
        self._changes.tasks[row.uuid] = row
        anew = before.received is None or row.retries > before.retries
        if row.received is not None and row.received != before.received and anew:
            self.series.count("received", received_at)
            self._stats_of(row.name).received += 1
        if _is_over(row) and not _is_over(before):
            self._finished.append(row.uuid)
        self._retrying += _is_retrying(row) - _is_retrying(before)
        self._unknown += _is_unknown(row) - _is_unknown(before)
        if row.state != before.state:
            self._states[before.state] -= 1
            self._states[row.state] += 1
            self._transition(row, received_at)

    def _transition(self, row: TaskRow, received_at: float) -> None:
        stats = self._stats_of(row.name)
        if row.state == "SUCCESS":
            self._succeeded += 1
            stats.succeeded += 1
            self.series.count("succeeded", received_at)
            if row.runtime is not None:
                stats.ran(row.runtime)
        elif row.state == "FAILURE":
            self._failed += 1
            stats.failed += 1
            self.series.count("failed", received_at)
        elif row.state == "RETRY":
            stats.retried += 1
        elif row.state == "REVOKED":
            stats.revoked += 1

    def _stats_of(self, name: str) -> StatsCollector:
        known = self._stats.get(name)
        if known is None:
            if len(self._stats) >= _NAMES_KEPT:
                name = ""
            known = self._stats.setdefault(name, StatsCollector(name))
        return known


def _is_over(row: TaskRow) -> bool:
    return row.state in FINISHED or _is_unknown(row)


def _is_unknown(row: TaskRow) -> bool:
    return row.reason == OUTCOME_UNKNOWN and row.state in RUNNING


def _is_retrying(row: TaskRow) -> bool:
    """Waits for another attempt, whether or not a worker holds it already."""
    return row.state == "RETRY" or (row.state == "RECEIVED" and row.retries > 0)
