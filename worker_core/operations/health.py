"""Whether the whole system is well, found out within a few seconds, whatever is dead.

``check`` is what the command line, the HTTP API, the window and the scheduled task call.
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from worker_core.health import HealthReport, Limits, assess
from worker_core.health.readings import ClockReading, Readings, WorkerReading
from worker_core.operations.connection import broker_url
from worker_core.operations.ledger import stored
from worker_core.operations.probes import Probe, Taken, take
from worker_core.operations.probes.broker import BrokerLook, broker
from worker_core.operations.probes.database import DatabaseLook, database
from worker_core.operations.probes.disks import disks
from worker_core.operations.probes.queues import QueuesLook, queues
from worker_core.operations.probes.workers import REMEMBERED_S, WorkersLook, workers
from worker_core.settings import Settings, current
from worker_core.storage import HealthRecord

__all__ = ["HealthReport", "check", "history", "keep", "latest"]

BROKER_S = 4.0
WORKERS_S = 6.0
DATABASE_S = 8.0
DISKS_S = 3.0
_SEE_BROKER = "See that the broker runs and is not stopped, and that no firewall swallows answers."
_SEE_DATABASE = "See that the database's server runs, and that nobody holds it locked."
_SEE_DISKS = "See whether a disk of the network does not answer."


def check(settings: Settings | None = None, *, limits: Limits | None = None) -> HealthReport:
    """Look at every part of the system, at all of them at once.

    What cannot be read is a finding, never an error, and takes no longer than its part of 8
    seconds. Nothing is changed: no table is made, no queue declared.
    """
    settings = settings or current()
    began = time.monotonic()
    url, base = broker_url(settings), settings.database_url
    where = dict.fromkeys(("broker", "workers", "queues"), url) | {"database": base}
    taken = take(
        [
            Probe("broker", partial(broker, settings), BROKER_S, _SEE_BROKER),
            Probe("workers", partial(workers, settings), WORKERS_S, _SEE_BROKER),
            Probe("queues", partial(queues, settings), BROKER_S, _SEE_BROKER),
            Probe("database", partial(database, settings), DATABASE_S, _SEE_DATABASE),
            Probe("disk", partial(disks, settings), DISKS_S, _SEE_DISKS),
        ],
        where,
    )
    found, at = _readings(taken)
    # One dead broker is one thing to mend, not three.
    unread = [
        one
        for one in taken.unread
        if one.part not in {"workers", "queues"} or "broker" in taken.readings
    ]
    return assess(
        datetime.fromtimestamp(at, UTC),
        found,
        unread,
        limits=limits or Limits(oldest_s=(settings.health_oldest_s, 6 * settings.health_oldest_s)),
        took_s=time.monotonic() - began,
        probes=taken.seconds,
    )


def _readings(taken: Taken) -> tuple[Readings, float]:
    """What was read, and when by the broker's clock (by this one's where it says none)."""
    at: BrokerLook | None = taken.readings.get("broker")
    who: WorkersLook | None = taken.readings.get("workers")
    waits: QueuesLook | None = taken.readings.get("queues")
    base: DatabaseLook | None = taken.readings.get("database")
    ledger = base.ledger if base else None
    now = at.now if at and at.now is not None else time.time()
    notes: dict[str, tuple[str, ...]] = {}
    if at and at.reading.refused:
        notes["broker"] = (f"This user may not ask for {', '.join(at.reading.refused)}.",)
    if who and who.refused:
        notes["workers"] = (f"This user may not {', '.join(who.refused)}.",)
    if waits and waits.notes:
        notes["queues"] = waits.notes
    found = Readings(
        broker=at.reading if at else None,
        database=base.reading if base else None,
        workers=_with_known(who, ledger.known if ledger else {}) if who else None,
        queues=waits.queues if waits else None,
        held=waits.held if waits else None,
        failures=ledger.failures if ledger else None,
        quarantined=ledger.quarantined if ledger else None,
        disks=taken.readings.get("disk"),
        clocks=tuple(_clocks(at, who, base)),
        schedule=ledger.schedule if ledger else None,
        notes=notes,
    )
    return found, now


def _with_known(who: WorkersLook, known: Mapping[str, float]) -> tuple[WorkerReading, ...]:
    """Beside those that were read, the ones that answered an earlier check, unless they said
    goodbye since."""
    seen = {one.node for one in who.workers}
    missing = [
        WorkerReading(node, answered=False, seen_at=at)
        for node, at in known.items()
        if node not in seen and node not in who.gone and who.now - at < REMEMBERED_S
    ]
    return tuple(sorted([*who.workers, *missing], key=lambda one: one.node))


def _clocks(
    at: BrokerLook | None, who: WorkersLook | None, base: DatabaseLook | None
) -> list[ClockReading]:
    found: list[ClockReading] = []
    if at and at.clock:
        found.append(at.clock)
        if base and base.clock:
            both = base.clock.doubt_s + at.clock.doubt_s
            found.append(
                replace(base.clock, ahead_s=base.clock.ahead_s + at.clock.ahead_s, doubt_s=both)
            )
    return [*found, *(who.clocks if who else ())]


def keep(report: HealthReport, task_id: str, *, settings: Settings | None = None) -> None:
    """Store a report under the id of the task that made it; a second time changes nothing.

    Raises:
        LedgerUnavailable: the database cannot be written.
    """
    with stored(settings) as storage:
        storage.health.save(task_id, report.at, report.as_json())


def latest(settings: Settings | None = None) -> HealthRecord | None:
    """The report that was stored last.

    Raises:
        LedgerUnavailable: the database cannot be read. So does ``history``.
    """
    with stored(settings) as storage:
        return storage.health.latest()


def history(
    since: datetime, *, limit: int = 1000, settings: Settings | None = None
) -> tuple[HealthRecord, ...]:
    """Stored reports from then on, the latest first."""
    with stored(settings) as storage:
        return storage.health.since(since, limit)
