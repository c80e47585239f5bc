"""What the history answers with."""

import msgspec

from desktop_app.monitor.rows import TaskRow


class Page(msgspec.Struct, frozen=True):
    """Tasks found, newest first. ``before`` is what to go on from, None at the end.
    Not ``complete``, the time was up before there were as many as asked for; going on from
    ``before`` finds the rest."""

    rows: list[TaskRow]
    before: int | None
    complete: bool = True


class Count(msgspec.Struct, frozen=True):
    """How many. Not ``exact``, there are at least so many: the time was up."""

    value: int
    exact: bool = True


class Course(msgspec.Struct, frozen=True):
    """How many tasks ended, and how many of them failed, in each span of ``unit`` seconds that had
    any: by the span's beginning, oldest first."""

    unit: int
    starts: list[int]
    ended: list[int]
    failed: list[int]


class Performance(msgspec.Struct, frozen=True):
    """Figures of the tasks that ended in a span, of one name, queue or worker (``key``).

    Durations are in seconds; ``cost`` is the sum of run times. Percentiles come from buckets
    that grow by a twelfth and are within 5 %. None stands where nothing was measured.
    """

    key: str
    ended: int
    failed: int
    cost: float
    wait_p50: float | None
    wait_p95: float | None
    wait_p99: float | None
    run_p50: float | None
    run_p95: float | None
    run_p99: float | None

    @property
    def failure_share(self) -> float:
        return self.failed / self.ended if self.ended else 0.0
