"""How the database is, and what the ledger and the schedule in it say."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from worker_core.health.readings import (
    ClockReading,
    DatabaseReading,
    EntryReading,
    FailureReading,
)
from worker_core.operations.ledger import opened
from worker_core.operations.schedule_entry import readiness
from worker_core.settings import Settings
from worker_core.storage import ScheduleRecord, Storage
from worker_core.storage.vitals import vitals

ANSWER_S = 3.0
WINDOWS_S = (600, 3600, 86_400)
MOST_NAMES = 100


@dataclass(frozen=True, slots=True)
class LedgerLook:
    """``known`` says of workers when the last check that was stored saw them, in unix seconds."""

    failures: tuple[FailureReading, ...]
    quarantined: int
    schedule: tuple[EntryReading, ...]
    known: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class DatabaseLook:
    """``clock`` is the server's against this computer's. ``ledger`` is None unless the tables are
    those of this program's version: to look must not change them."""

    reading: DatabaseReading
    clock: ClockReading | None
    ledger: LedgerLook | None


def database(settings: Settings) -> DatabaseLook:
    """
    Raises:
        StorageError: it cannot be reached, opened or read.
    """
    began = time.time()
    found = vitals(settings.database_url, ANSWER_S)
    took = time.time() - began
    clock = None
    if found.now is not None:
        ahead = found.now.timestamp() - began - took / 2
        clock = ClockReading("the database", ahead, took / 2)
    reading = DatabaseReading(
        kind=found.kind,
        latency_s=found.latency_s,
        revision=found.revision,
        head=found.head,
        size_bytes=found.size_bytes,
        writable=found.writable,
        connections=found.connections,
        max_connections=found.max_connections,
        problem=found.problem,
    )
    is_current = found.revision == found.head
    return DatabaseLook(reading, clock, _ledger(settings) if is_current else None)


def _ledger(settings: Settings) -> LedgerLook:
    storage = opened(settings)
    rates = storage.performance.endings(WINDOWS_S)
    records, now = storage.schedule.read()
    return LedgerLook(
        tuple(FailureReading(*row) for row in rates[: MOST_NAMES * len(WINDOWS_S)]),
        storage.tasks.counts().get("quarantined", 0),
        tuple(_entry(record, now, settings) for record in records if record.enabled),
        _known(storage),
    )


def _known(storage: Storage) -> dict[str, float]:
    latest = storage.health.latest()
    workers = latest.readings.get("workers") if latest else None
    return {
        str(row.get("node")): float(row["seen_at"])
        for row in workers or ()
        if isinstance(row, dict) and isinstance(row.get("seen_at"), int | float)
    }


def _entry(record: ScheduleRecord, now: datetime, settings: Settings) -> EntryReading:
    problem = readiness(record, settings)[2]
    late = 0.0
    if problem is None and record.next_run is not None:
        late = max(0.0, (now - record.next_run).total_seconds())
    missed = record.last_missed_at
    return EntryReading(
        record.name,
        late,
        record.missed,
        None if missed is None else (now - missed).total_seconds(),
        problem,
    )
