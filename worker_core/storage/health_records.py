"""What repositories of health and performance hand out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class HealthRecord:
    """A check that was stored. ``findings`` and ``readings`` are the JSON of
    `worker_core.health.HealthReport`."""

    task_id: str
    at: datetime
    status: str
    took_s: float
    findings: list[dict[str, Any]]
    readings: dict[str, Any]
    probes: dict[str, float]

    def as_json(self) -> dict[str, Any]:
        """As `worker_core.health.HealthReport.as_json`."""
        return {
            "status": self.status,
            "at": self.at.isoformat(),
            "took_s": self.took_s,
            "findings": self.findings,
            "readings": self.readings,
            "probes": self.probes,
        }


@dataclass(frozen=True, slots=True)
class Ended:
    """A task that ended, as the ledger has it: how long it waited for its first start and ran
    from there, in seconds. ``waited_s`` is None for one that never started, ``ran_s`` for one that
    was started more than once too: between its starts it waited, which nobody wrote down."""

    name: str
    queue: str
    state: str
    attempts: int
    finished_at: datetime
    waited_s: float | None
    ran_s: float | None


@dataclass(frozen=True, slots=True)
class PerformanceRecord:
    """The tasks of one name that ended within a window. ``wait`` and ``run`` are percentiles by
    name (p50, p95, p99; empty where there are none), ``*_sketch`` what they are put together from
    over several windows, and ``*_count`` of how many tasks they are."""

    task: str
    queue: str
    start: datetime
    window_s: int
    succeeded: int
    failed: int
    cancelled: int
    retried: int
    wait_count: int
    run_count: int
    wait: Mapping[str, float] = field(default_factory=dict)
    run: Mapping[str, float] = field(default_factory=dict)
    wait_sketch: Mapping[str, int] = field(default_factory=dict)
    run_sketch: Mapping[str, int] = field(default_factory=dict)

    @property
    def end(self) -> datetime:
        return self.start + timedelta(seconds=self.window_s)

    @property
    def ended(self) -> int:
        return self.succeeded + self.failed + self.cancelled

    @property
    def rate(self) -> float:
        """Tasks a second that ended."""
        return self.ended / self.window_s

    @property
    def failure_share(self) -> float | None:
        """Of those that were not cancelled; None without any."""
        judged = self.succeeded + self.failed
        return self.failed / judged if judged else None
