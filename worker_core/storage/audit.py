"""The audit log: who did what, from where, and what came of it.

Rows are only ever added: the database itself refuses to change or remove one, so that a program
that was taken over cannot hide what it did without the rights of the tables' owner.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Engine, select

from worker_core.storage import schema
from worker_core.storage.access_records import AuditEntry, KeptEntry
from worker_core.storage.cleaning import short
from worker_core.storage.engine import insert, reading, writing
from worker_core.storage.rows import LARGEST_ID

_audit = schema.audit

LONGEST_DETAIL = 1000


class AuditRepository:
    """The audit log of one database. Any number of threads may share it.

    Every method raises `StorageError` when the database cannot do its part.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, entries: Iterable[AuditEntry]) -> None:
        """Add entries, all or none."""
        if rows := [values_of(entry) for entry in entries]:
            with writing(self._engine) as connection:
                append(connection, rows)

    def page(
        self, limit: int = 100, *, before: int | None = None, actor: str | None = None
    ) -> tuple[KeptEntry, ...]:
        """Entries from the newest on; ``before`` is the last number of the page before."""
        query = select(_audit).order_by(_audit.c.id.desc()).limit(max(limit, 0))
        if before is not None:
            query = query.where(_audit.c.id < min(before, LARGEST_ID))
        if actor is not None:
            query = query.where(_audit.c.actor == actor)
        with reading(self._engine) as connection:
            rows = [dict(row._mapping) for row in connection.execute(query)]
        return tuple(KeptEntry(row.pop("id"), AuditEntry(**row)) for row in rows)


def append(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Add rows from `values_of` within a transaction."""
    connection.execute(insert(connection, _audit), rows)


def values_of(entry: AuditEntry) -> dict[str, Any]:
    return {
        "at": entry.at,
        "actor": short(entry.actor, 155),
        "token": short(entry.token, 16),
        "action": short(entry.action, 32),
        "subject": short(entry.subject, 255),
        "outcome": short(entry.outcome, 32),
        "address": short(entry.address, 64),
        "request_id": short(entry.request_id, 64),
        "detail": short(entry.detail, LONGEST_DETAIL),
    }
