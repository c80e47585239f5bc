"""What is read of a running system. Times are seconds; moments are unix seconds."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class BrokerReading:
    """``latency_s`` is the median of a few answers. ``max_bytes`` is 0 where there is no limit,
    ``journalled`` (an append-only file) and ``snapshots`` are how it survives a restart; None is
    what it does not tell. ``refused`` names what this user may not ask."""

    server: str
    version: tuple[int, ...]
    latency_s: float
    used_bytes: int | None = None
    max_bytes: int | None = None
    policy: str | None = None
    journalled: bool | None = None
    snapshots: bool | None = None
    writes_fail: bool | None = None
    clients: int | None = None
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DatabaseReading:
    """``revision`` is that of its tables, None where it has none of ours; ``head`` the one that
    this program knows. ``writable`` is None where that was not tried."""

    kind: str
    latency_s: float
    revision: str | None
    head: str
    size_bytes: int | None = None
    writable: bool | None = None
    connections: int | None = None
    max_connections: int | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class WorkerReading:
    """``answered`` to one question that all were asked; ``seen_at`` is its last sign by the
    broker's clock. ``queues`` is None where it did not say."""

    node: str
    answered: bool
    seen_at: float | None = None
    slots: int | None = None
    pool: str = ""
    version: str = ""
    queues: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class QueueReading:
    """``oldest_s`` is the age of the oldest message, None where none says when it was sent.
    ``needed`` says that tasks of the catalog go there."""

    name: str
    waiting: int
    oldest_s: float | None = None
    needed: bool = False
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class FailureReading:
    """How the tasks of a name ended within the last ``window_s``; "" stands for all names.
    ``failed`` counts those in quarantine as well; cancelled ones are in neither number."""

    name: str
    window_s: float
    ended: int
    failed: int


@dataclass(frozen=True, slots=True)
class DiskReading:
    what: str
    path: str
    free_bytes: int
    total_bytes: int


@dataclass(frozen=True, slots=True)
class ClockReading:
    """How far a clock is ahead of the broker's; the truth is within ``doubt_s`` of it."""

    what: str
    ahead_s: float
    doubt_s: float


@dataclass(frozen=True, slots=True)
class EntryReading:
    """An entry of the schedule. ``late_s`` is how long ago it was due, 0 where it is not."""

    name: str
    late_s: float = 0.0
    missed: int = 0
    missed_ago_s: float | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Readings:
    """All of it; None for what could not be read, or was not asked.

    ``quarantined`` counts tasks, ``held`` messages that workers have taken. ``notes`` say what was
    left out of a part, and why.
    """

    broker: BrokerReading | None = None
    database: DatabaseReading | None = None
    workers: tuple[WorkerReading, ...] | None = None
    queues: tuple[QueueReading, ...] | None = None
    held: int | None = None
    failures: tuple[FailureReading, ...] | None = None
    quarantined: int | None = None
    disks: tuple[DiskReading, ...] | None = None
    clocks: tuple[ClockReading, ...] | None = None
    schedule: tuple[EntryReading, ...] | None = None
    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
