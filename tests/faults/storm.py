"""Many tasks, faults while they run, and what came of it in figures."""

import random
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from tests.faults.system import System, until

# A body that was killed this soon after its last line had no time to say that it had ended.
LAST_MOMENT_S = 0.1

Send = Callable[[], str]
"""Submits one task; its id."""

Fault = Callable[[], "tuple[float, set[int]]"]
"""Does its damage and repairs it; when it struck, and the processes it killed."""


def killed_worker(system: System) -> Fault:
    """The newest worker and its children are killed, and another is started."""

    def strike() -> tuple[float, set[int]]:
        worker = system.workers[-1]
        gone = {child.pid for child in worker.children()}
        at = time.time()
        worker.kill()
        system.worker(wait=False)
        return at, gone

    return strike


def work(system: System, seconds: float) -> Send:
    return lambda: system.send("work", seconds=seconds)


def weather(
    system: System,
    faults: Sequence[Fault],
    send: Send,
    *,
    tasks: int,
    pause: tuple[float, float] = (1.0, 2.0),
    patience_s: float = 300.0,
    sweep_every_s: float = 0.5,
) -> dict[str, Any]:
    """Submit tasks, let the faults strike one after the other while work is being done, and wait
    for the end of all tasks.

    ``lost`` never came to an end. ``twice`` came to it more than once; those whose process was
    killed in the very moment of their end are counted apart, as ``cut_short``: nothing but an
    upsert helps there. ``recovery_s`` is the longest time from a fault to the next start of a
    task, ``redone_s`` that from a kill to the end of a task which the killed process had begun.
    """
    submitted = [send() for _ in range(tasks)]

    def going_on(before: int) -> bool | None:
        done = len(system.ends())
        if done >= len(submitted):
            # The faults are to strike while there is work.
            submitted.extend(send() for _ in range(tasks // 4 + 1))
        return done > before or None

    struck: list[tuple[float, set[int]]] = []
    with system.sweeping(sweep_every_s):
        for fault in faults:
            before = len(system.ends())
            until(partial(going_on, before), "work", patience_s)
            time.sleep(random.uniform(*pause))
            struck.append(fault())
        _wait(system, submitted, patience_s)
    return _figures(system, submitted, struck)


def storm(system: System, *, tasks: int, seconds: float, kills: int) -> dict[str, Any]:
    """A worker is killed with its children again and again."""
    system.worker()
    faults = [killed_worker(system)] * kills
    return weather(system, faults, work(system, seconds), tasks=tasks, pause=(0.1, 0.4))


def _wait(system: System, submitted: Sequence[str], patience_s: float) -> None:
    """Until all have ended, or nothing has for a long time."""
    wanted, last, then = set(submitted), -1, time.monotonic()
    while time.monotonic() - then < patience_s:
        ended = len(wanted & set(system.lines("ended")))
        if ended == len(wanted):
            return
        if ended != last:
            last, then = ended, time.monotonic()
        time.sleep(0.2)


def _figures(
    system: System, submitted: Sequence[str], struck: Sequence[tuple[float, set[int]]]
) -> dict[str, Any]:
    ends = system.ends()
    by_task: dict[str, list[tuple[float, int]]] = {task_id: [] for task_id in submitted}
    for task_id, at, pid in ends:
        if task_id in by_task:
            by_task[task_id].append((at, pid))
    cut_short = twice = 0
    for rows in by_task.values():
        for at, pid in rows[:-1]:
            if any(pid in gone and 0 <= when - at < LAST_MOMENT_S for when, gone in struck):
                cut_short += 1
            else:
                twice += 1
    starts = system.moments("started")
    times = sorted(at for _, at, _ in starts)
    # A body that was about to start in the moment of the fault is no recovery.
    waits = [
        next((at - when for at in times if at > when + LAST_MOMENT_S), None) for when, _ in struck
    ]
    recovered = [wait for wait in waits if wait is not None]
    redone = [
        by_task[task_id][-1][0] - when
        for when, gone in struck
        for task_id, at, pid in starts
        if pid in gone and at <= when and by_task.get(task_id) and by_task[task_id][-1][0] > when
    ]
    completed = sum(1 for rows in by_task.values() if rows)
    return {
        "submitted": len(submitted),
        "completed": completed,
        "lost": len(submitted) - completed,
        "twice": twice,
        "cut_short": cut_short,
        "recovery_s": round(max(recovered, default=0.0), 2),
        "redone_s": round(max(redone, default=0.0), 2),
    }
