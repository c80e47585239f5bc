"""What the server tells of tasks, as the rows that the window knows."""

import threading
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from desktop_app.monitor.rows import FINISHED, STATES, Counters, TaskRow
from desktop_app.monitor.state import Changes
from worker_core.operations.remote.answers import Task

STATE: Final = {
    "waiting": "PENDING",
    "published": "PENDING",
    "blocked": "PENDING",
    "running": "STARTED",
    "retrying": "RETRY",
    "succeeded": "SUCCESS",
    "failed": "FAILURE",
    "quarantined": "FAILURE",
    "cancelled": "REVOKED",
    "skipped": "REVOKED",
}
REASON: Final = {
    "blocked": "It begins when the task before it has succeeded.",
    "cancelled": "It was cancelled.",
    "skipped": "The task before it did not succeed, so it was left out.",
    "quarantined": "It kept ending its worker, and waits for an operator to release it.",
}


class ServedRows:
    """The tasks by id. Any number of threads may put in what they heard.

    Of the tasks beyond ``capacity`` the oldest that have ended leave first.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._turn = threading.RLock()
        self._tasks: dict[str, Task] = {}
        self._rows: dict[str, TaskRow] = {}
        self._next_seq = 0
        self._changes = Changes({}, [])

    def take(self, task: Task, now: float, *, listed: bool = False) -> bool:
        """Take in what was heard of a task at ``now``; whether it is a new one. What a list says is
        a moment older than what a stream says: it undoes no end."""
        # A result may be large, and no row shows it.
        task = msgspec.structs.replace(task, result=None)
        with self._turn:
            known = self._tasks.get(task.task_id)
            if known is not None and _is_over(known) and not task.ended:
                return False
            if known is not None and listed:
                task = _filled(task, known)
            if known != task:
                self._tasks[task.task_id] = task
                self._show(task, now)
            return known is None

    def open(self) -> list[str]:
        """The ids of those that have not ended, newest first."""
        with self._turn:
            return [one for one in reversed(self._tasks) if not self._tasks[one].ended]

    def task(self, uuid: str) -> TaskRow | None:
        return self._rows.get(uuid)

    def rows(self) -> list[TaskRow]:
        """All tasks, by ``seq``."""
        with self._turn:
            return list(self._rows.values())

    def stats(self) -> Sequence[object]:
        """None: durations belong to the whole system, of which one sees but one's own part."""
        return ()

    def take_changes(self) -> Changes:
        """What changed since the last call."""
        with self._turn:
            changes, self._changes = self._changes, Changes({}, [])
        return changes

    def counters(self, waiting: int | None, held: int | None) -> Counters:
        """Of one's own tasks; ``waiting`` and ``held`` are those of everybody."""
        states = dict.fromkeys(STATES, 0) | Counter(row.state for row in self.rows())
        return Counters(
            waiting=waiting,
            running=states["STARTED"] + states["PROGRESS"],
            succeeded=states["SUCCESS"],
            failed=states["FAILURE"],
            retrying=states["RETRY"],
            workers_online=None,
            unacknowledged=held,
            states=states,
            held=sum(states.values()),
        )

    def _show(self, task: Task, now: float) -> None:
        before = self._rows.get(task.task_id)
        seq = self._next_seq if before is None else before.seq
        self._next_seq += before is None
        row = row_of(task, seq, now if before is None else before.first_seen, now)
        self._rows[row.uuid] = self._changes.tasks[row.uuid] = row
        if len(self._rows) > self._capacity:
            self._evict()

    def _evict(self) -> None:
        for uuid, row in self._rows.items():
            if row.state in FINISHED:
                del self._rows[uuid], self._tasks[uuid]
                self._changes.tasks.pop(uuid, None)
                self._changes.evicted.append(row)
                return


def row_of(task: Task, seq: int, first_seen: float, now: float) -> TaskRow:
    """A task as a row of the window."""
    progress = task.progress if task.status == "running" else None
    started, finished = _unix(task.started_at), _unix(task.finished_at)
    runtime = None if started is None or finished is None else max(finished - started, 0.0)
    return TaskRow(
        seq=seq,
        uuid=task.task_id,
        first_seen=first_seen,
        last_seen=now,
        name=task.task,
        queue=task.queue,
        state="PROGRESS" if progress else STATE[task.status],
        sent=_unix(task.created_at),
        started=started,
        finished=finished,
        runtime=runtime,
        retries=task.retries,
        exception=task.error.words if task.error else None,
        parent_id=task.parent_id,
        root_id=task.parent_id or task.task_id,
        progress=min(max(progress.fraction, 0.0), 1.0) if progress else None,
        stage=progress.stage[:512] if progress else None,
        eta=task.next_at.isoformat() if task.next_at else None,
        reason=REASON.get(task.status),
    )


def _filled(listed: Task, known: Task) -> Task:
    """A list leaves out what it would have to look up."""
    same = listed.status == known.status
    return msgspec.structs.replace(
        listed,
        started_at=listed.started_at or known.started_at,
        parent_id=listed.parent_id or known.parent_id,
        next_at=known.next_at if same else None,
        progress=known.progress if same else None,
    )


def _is_over(task: Task) -> bool:
    """For good: what is quarantined may be released."""
    return task.ended and task.status != "quarantined"


def _unix(at: datetime | None) -> float | None:
    return None if at is None else at.timestamp()
