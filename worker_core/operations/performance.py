"""How long tasks wait and run, how many end and how many fail, by windows of time.

All of it comes from the ledger, so that it is there although no window was open. What was not
submitted through this program has no row there and is not counted.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Final, Protocol

from worker_core.health.durations import of_sketch, percentiles, sketch, together
from worker_core.operations.ledger import stored
from worker_core.settings import Settings
from worker_core.storage import Ended, PerformanceRecord

WINDOW_S = 300
# How a task ends is noted by its worker within seconds; a window is closed only then.
SETTLED_S = 10

FAILED = frozenset({"failed", "quarantined"})
_READ_AT_ONCE: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Measured:
    """What a measurement stored: windows from ``start`` to ``end``, of how many tasks that
    ended."""

    start: datetime
    end: datetime
    windows: int
    tasks: int


@dataclass(frozen=True, slots=True)
class Performance:
    """The tasks of one name (or of one queue, or all: then the others are "") over a stretch of
    time. ``wait`` and ``run`` are percentiles by name in seconds, within 1 % of the true ones, and
    empty where nothing was counted. ``rate`` is tasks a second; ``failure_share`` is None without
    a task that was not cancelled."""

    task: str
    queue: str
    succeeded: int
    failed: int
    cancelled: int
    retried: int
    rate: float
    failure_share: float | None
    wait_count: int
    run_count: int
    wait: dict[str, float]
    run: dict[str, float]

    @property
    def ended(self) -> int:
        return self.succeeded + self.failed + self.cancelled


def measure(
    minutes: int, *, now: datetime | None = None, settings: Settings | None = None
) -> Measured:
    """Store the windows of the last so many minutes that are over. Done again it gives the same
    rows, with what was noted late.

    Raises:
        LedgerUnavailable: the database does not answer. So does every function here.
    """
    now = now or datetime.now(UTC)
    end = _window_of(now - timedelta(seconds=SETTLED_S))
    start = _window_of(now - timedelta(minutes=minutes))
    count = tasks = 0
    if start >= end:
        start = end - timedelta(seconds=WINDOW_S)
    with stored(settings) as storage:
        for window, rows in groupby(storage.performance.ended(start, end), _start_of):
            records = list(_records(window, rows))
            storage.performance.save(records)
            count += 1
            tasks += sum(record.ended for record in records)
    return Measured(start, end, count, tasks)


def _window_of(at: datetime) -> datetime:
    seconds = int(at.timestamp()) // WINDOW_S * WINDOW_S
    return datetime.fromtimestamp(seconds, UTC)


def _start_of(row: Ended) -> datetime:
    return _window_of(row.finished_at)


def _records(window: datetime, rows: Iterable[Ended]) -> Iterator[PerformanceRecord]:
    by_task: dict[tuple[str, str], list[Ended]] = {}
    for row in rows:
        by_task.setdefault((row.name, row.queue), []).append(row)
    for (name, queue), ended in by_task.items():
        waits = [row.waited_s for row in ended if row.waited_s is not None]
        runs = [row.ran_s for row in ended if row.ran_s is not None]
        states = [row.state for row in ended]
        yield PerformanceRecord(
            task=name,
            queue=queue,
            start=window,
            window_s=WINDOW_S,
            succeeded=states.count("succeeded"),
            failed=sum(state in FAILED for state in states),
            cancelled=states.count("cancelled"),
            retried=sum(row.attempts > 1 for row in ended),
            wait_count=len(waits),
            run_count=len(runs),
            wait=percentiles(waits),
            run=percentiles(runs),
            wait_sketch=sketch(waits),
            run_sketch=sketch(runs),
        )


def windows(
    start: datetime,
    end: datetime | None = None,
    *,
    task: str | None = None,
    queue: str | None = None,
    settings: Settings | None = None,
) -> tuple[PerformanceRecord, ...]:
    """The stored windows from ``start`` on and before ``end``, oldest first. One without a row is
    one in which nothing ended."""
    with stored(settings) as storage:
        return storage.performance.windows(start, end, task=task, queue=queue)


def by_task(
    start: datetime, end: datetime | None = None, *, settings: Settings | None = None
) -> tuple[Performance, ...]:
    """Each task over the whole stretch, the one with most that ended first."""
    rows = _whole(start, end, settings)
    return summed(rows, start, end, lambda row: (row.task, row.queue))


def by_queue(
    start: datetime, end: datetime | None = None, *, settings: Settings | None = None
) -> tuple[Performance, ...]:
    """The same of each queue; ``task`` is "" in these."""
    rows = _whole(start, end, settings)
    return summed(rows, start, end, lambda row: ("", row.queue))


def _whole(
    start: datetime, end: datetime | None, settings: Settings | None
) -> list[PerformanceRecord]:
    end = end or datetime.now(UTC)
    with stored(settings) as storage:
        return merged(storage.performance, start, end, end - start)


class Windows(Protocol):
    """What has the stored windows: `worker_core.storage.Storage.performance`."""

    def windows(
        self, start: datetime, end: datetime | None = None
    ) -> tuple[PerformanceRecord, ...]: ...


def merged(
    performance: Windows, start: datetime, end: datetime, length: timedelta
) -> list[PerformanceRecord]:
    """The windows from ``start`` on and before ``end``, those of one task in each stretch of
    ``length`` as one, which has counts and sketches but no percentiles of its own. They are read a
    day at a time: a year of a busy system has millions of them."""
    found: list[PerformanceRecord] = []
    while start < end:
        until = min(start + length, end)
        kept: dict[tuple[str, str], PerformanceRecord] = {}
        while start < until:
            next_read = min(start + _READ_AT_ONCE, until)
            for row in performance.windows(start, next_read):
                key = row.task, row.queue
                kept[key] = _both(kept[key], row) if key in kept else row
            start = next_read
        found += kept.values()
    return found


def _both(one: PerformanceRecord, other: PerformanceRecord) -> PerformanceRecord:
    return replace(
        one,
        window_s=one.window_s + other.window_s,
        succeeded=one.succeeded + other.succeeded,
        failed=one.failed + other.failed,
        cancelled=one.cancelled + other.cancelled,
        retried=one.retried + other.retried,
        wait_count=one.wait_count + other.wait_count,
        run_count=one.run_count + other.run_count,
        wait={},
        run={},
        wait_sketch=together((one.wait_sketch, other.wait_sketch)),
        run_sketch=together((one.run_sketch, other.run_sketch)),
    )


def summed(
    rows: Sequence[PerformanceRecord],
    start: datetime,
    end: datetime | None,
    key: Callable[[PerformanceRecord], tuple[str, str]],
) -> tuple[Performance, ...]:
    """Windows put together that have one ``key`` (task, queue), those with most tasks first."""
    seconds = max(1.0, ((end or datetime.now(UTC)) - start).total_seconds())
    grouped: dict[tuple[str, str], list[PerformanceRecord]] = {}
    for row in rows:
        grouped.setdefault(key(row), []).append(row)
    found = [_sum(name, queue, of, seconds) for (name, queue), of in grouped.items()]
    return tuple(sorted(found, key=lambda one: (-one.ended, one.task, one.queue)))


def _sum(task: str, queue: str, rows: Sequence[PerformanceRecord], seconds: float) -> Performance:
    succeeded = sum(row.succeeded for row in rows)
    failed = sum(row.failed for row in rows)
    ended = sum(row.ended for row in rows)
    judged = succeeded + failed
    return Performance(
        task=task,
        queue=queue,
        succeeded=succeeded,
        failed=failed,
        cancelled=sum(row.cancelled for row in rows),
        retried=sum(row.retried for row in rows),
        rate=ended / seconds,
        failure_share=failed / judged if judged else None,
        wait_count=sum(row.wait_count for row in rows),
        run_count=sum(row.run_count for row in rows),
        wait=of_sketch(together(row.wait_sketch for row in rows)),
        run=of_sketch(together(row.run_sketch for row in rows)),
    )
