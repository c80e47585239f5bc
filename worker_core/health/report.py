"""The whole: readings, findings, and what comes of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from worker_core.health import stores, times, work
from worker_core.health.findings import Finding, Severity, Unread, ordered, worst
from worker_core.health.limits import Limits
from worker_core.health.readings import Readings

# What the system cannot do without.
VITAL = frozenset({"broker", "database"})


@dataclass(frozen=True, slots=True)
class HealthReport:
    """``status`` is ok, warning or critical. ``probes`` says of each part how many seconds it took
    to read it."""

    at: datetime
    status: Severity
    findings: tuple[Finding, ...]
    readings: Readings
    took_s: float = 0.0
    probes: Mapping[str, float] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """0, 1 for a warning, 2 for what is critical."""
        return {"ok": 0, "note": 0, "warning": 1, "critical": 2}[self.status]

    def as_json(self) -> dict[str, Any]:
        """Of JSON's own types alone."""
        return {
            "status": self.status,
            "at": self.at.isoformat(),
            "took_s": round(self.took_s, 4),
            "findings": [asdict(one) for one in self.findings],
            "readings": {name: _plain(value) for name, value in asdict(self.readings).items()},
            "probes": {name: round(took, 4) for name, took in self.probes.items()},
        }


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return round(value, 6) if isinstance(value, float) else value


def assess(
    at: datetime,
    readings: Readings,
    unread: Sequence[Unread] = (),
    *,
    limits: Limits | None = None,
    took_s: float = 0.0,
    probes: Mapping[str, float] | None = None,
) -> HealthReport:
    """What the readings of the moment ``at`` say about the system."""
    found = ordered(_findings(at, readings, unread, limits or Limits()))
    return HealthReport(at, worst(found), found, readings, took_s, dict(probes or {}))


def _findings(
    at: datetime, read: Readings, unread: Sequence[Unread], limits: Limits
) -> Iterator[Finding]:
    for part in unread:
        yield Finding(
            "critical" if part.part in VITAL else "warning",
            part.part,
            "",
            part.what,
            f"How it is with the {part.part} is not known.",
            part.next,
        )
    if read.broker is not None:
        yield from stores.broker(read.broker, limits)
    if read.database is not None:
        yield from stores.database(read.database, limits)
    if read.workers is not None:
        yield from work.workers(read.workers, at.timestamp())
    if read.queues is not None:
        yield from work.queues(read.queues, read.workers, limits)
    if read.failures is not None:
        yield from work.failures(read.failures, limits)
    if read.quarantined is not None:
        yield from work.quarantine(read.quarantined)
    for disk in read.disks or ():
        yield from stores.disk(disk, limits)
    if read.clocks is not None:
        yield from times.clocks(read.clocks, limits)
    if read.schedule is not None:
        yield from times.schedule(read.schedule, limits)
    for part_name, notes in read.notes.items():
        for note in notes:
            yield Finding("note", part_name, "", note, "", "")
