"""The figures of the page: spans of time, a row's numbers, and the course as lines. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.monitor.history import Course
from desktop_app.monitor.history.figures import By
from desktop_app.services.history import Report

Floats = NDArray[np.float64]

RANGES: Final = (
    ("1 min", 60.0),
    ("15 min", 900.0),
    ("1 h", 3_600.0),
    ("6 h", 21_600.0),
    ("24 h", 86_400.0),
    ("7 days", 604_800.0),
)
"""What is said, and seconds."""

KINDS: Final[tuple[tuple[str, By, str], ...]] = (
    ("By task", "name", "Task"),
    ("By queue", "queue", "Queue"),
    ("By worker", "worker", "Worker"),
)
"""What is said, what it is called in the history, and the title of its column."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row. ``rate`` is tasks a second, ``share`` its part of the run time of all; durations
    are in seconds, None where nothing was measured."""

    key: str
    ended: int
    failed: int
    rate: float
    cost: float
    share: float
    waits: tuple[float | None, float | None, float | None]
    runs: tuple[float | None, float | None, float | None]

    @property
    def failure_share(self) -> float:
        return self.failed / self.ended if self.ended else 0.0


def lines(report: Report) -> list[Line]:
    """The rows of a report, the costliest first."""
    cost = sum(row.cost for row in report.rows)
    return [
        Line(
            key=row.key,
            ended=row.ended,
            failed=row.failed,
            rate=row.ended / report.seconds,
            cost=row.cost,
            share=row.cost / cost if cost else 0.0,
            waits=(row.wait_p50, row.wait_p95, row.wait_p99),
            runs=(row.run_p50, row.run_p95, row.run_p99),
        )
        for row in report.rows
    ]


@dataclass(frozen=True, slots=True)
class Curves:
    """Times in seconds since 1970, and what happened around them: tasks a second that ended, and
    the share of failures where any ended; each of shape ``(n,)``."""

    times: Floats
    ended: Floats
    failed: Floats
    share_times: Floats
    share: Floats


def curves(course: Course, since: float, until: float) -> Curves:
    """A course as lines from its first task on. A span that is not over would seem quieter than
    it is, so it is left out."""
    unit = course.unit
    last = int(until) // unit * unit
    counted = {
        start: (ended, failed)
        for start, ended, failed in zip(course.starts, course.ended, course.failed, strict=True)
        if since - unit < start < last
    }
    first = min(counted, default=last)
    starts = np.arange(first, last, unit, dtype=np.float64)
    numbers = np.array([counted.get(int(start), (0, 0)) for start in starts], dtype=np.float64)
    ended, failed = numbers.reshape(-1, 2).T
    times = starts + unit / 2
    some = ended > 0
    return Curves(times, ended / unit, failed / unit, times[some], failed[some] / ended[some])


def costliest(rows: Sequence[Line]) -> Line | None:
    return max((row for row in rows if row.cost), key=lambda row: row.cost, default=None)


def most_failing(rows: Sequence[Line]) -> Line | None:
    """The one with the most failures, of several the one with the greater share of them."""
    failing = [row for row in rows if row.failed]
    return max(failing, key=lambda row: (row.failed, row.failure_share), default=None)
