"""What the history answers with."""

from typing import Literal

import msgspec

from desktop_app.monitor.rows import TaskRow


class HistoryStatus(msgspec.Struct, frozen=True):
    """How the keeping goes. ``message`` is empty while all is well, else says what happened, what
    it means and what to do. ``written`` and ``lost`` count versions of tasks since the start:
    ``lost`` ones had to leave memory before they could be written. ``megabytes`` is the file."""

    state: Literal["opening", "keeping", "failing", "elsewhere"]
    message: str = ""
    written: int = 0
    lost: int = 0
    megabytes: float = 0.0


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


class Vocabulary(msgspec.Struct, frozen=True):
    """Values that tasks have had, by name."""

    names: list[str]
    queues: list[str]
    workers: list[str]


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
