"""Alerts, as users see and settle them."""

from collections.abc import Collection
from datetime import UTC, datetime

from worker_core.operations.alerting import alert_store
from worker_core.operations.errors import InvalidArguments
from worker_core.operations.who import user
from worker_core.settings import Settings
from worker_core.storage import AlertChanges, AlertRecord


def changes(after: int = 0, settings: Settings | None = None) -> AlertChanges:
    """What has changed since revision ``after``.

    Raises:
        LedgerUnavailable: the database cannot be used. So does every function here.
    """
    with alert_store(settings) as storage:
        return storage.alerts.changes(after)


def listed(
    *, settled: bool = False, limit: int = 500, settings: Settings | None = None
) -> tuple[AlertRecord, ...]:
    """Alerts that are open, or with ``settled`` those that are over, the newest first."""
    with alert_store(settings) as storage:
        return storage.alerts.settled(limit) if settled else storage.alerts.open(limit)


def acknowledge(
    ids: Collection[int], *, who: str | None = None, settings: Settings | None = None
) -> int:
    """Say that somebody looks after these alerts; how many were open."""
    with alert_store(settings) as storage:
        return storage.alerts.acknowledge(ids, who=who or user("unknown"))


def snooze(
    ids: Collection[int],
    until: datetime,
    *,
    who: str | None = None,
    settings: Settings | None = None,
) -> int:
    """Leave these alerts alone until then; how many were open.

    Raises:
        InvalidArguments: that time is over.
    """
    if until <= datetime.now(UTC):
        raise InvalidArguments(
            "That time is over already.", "Give one that is to come.", {"until": "is over"}
        )
    with alert_store(settings) as storage:
        return storage.alerts.snooze(ids, until, who=who or user("unknown"))


def reopen(
    ids: Collection[int], *, who: str | None = None, settings: Settings | None = None
) -> int:
    """Take back what was done with these alerts; how many were open."""
    with alert_store(settings) as storage:
        return storage.alerts.reopen(ids, who=who or user("unknown"))
