"""How the version in use changes: the pointer, the statuses that follow it, and the record."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from worker_core.storage import schema
from worker_core.storage.cleaning import short
from worker_core.storage.engine import insert
from worker_core.storage.model_records import ModelAction, ModelPointer

_registry = schema.model_registry
_pointers = schema.model_pointers
_changes = schema.model_changes

MOST_EARLIER = 20
"""Versions behind the previous one that rollbacks can lead to."""
_LONGEST_REASON = 2000


def pointed(connection: Connection, kind: str, subject: str, *, lock: bool = False) -> ModelPointer:
    """The pointer; with ``lock`` it is made if need be, and nobody else changes it until this
    transaction ends."""
    if lock:
        connection.execute(
            insert(connection, _pointers)
            .values(kind=kind, subject=subject, earlier=[], changed_at=datetime.now(UTC))
            .on_conflict_do_nothing()
        )
    query = select(_pointers).where(_pointers.c.kind == kind, _pointers.c.subject == subject)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        return ModelPointer(kind, subject, None, None, (), datetime.fromtimestamp(0, UTC))
    return ModelPointer(
        kind, subject, row.version, row.previous, tuple(row.earlier), row.changed_at
    )


def statuses(connection: Connection, pointer: ModelPointer, values: Mapping[str, Any]) -> None:
    """Point to what ``values`` say, and give every version the status that follows from it."""
    now = datetime.now(UTC)
    ours = (_registry.c.kind == pointer.kind, _registry.c.subject == pointer.subject)
    standing = ("champion", "previous")
    steps = (
        # Down before up: there is no moment with two champions, nor may there be one.
        (_registry.c.status.in_(standing), "retired"),
        (_registry.c.version == values["previous"], "previous"),
        (_registry.c.version == values["version"], "champion"),
    )
    for condition, status in steps:
        connection.execute(
            update(_registry).where(*ours, condition).values(status=status, changed_at=now)
        )
    connection.execute(
        update(_pointers)
        .where(_pointers.c.kind == pointer.kind, _pointers.c.subject == pointer.subject)
        .values(**values, changed_at=now)
    )


def note(
    connection: Connection,
    pointer: ModelPointer,
    action: ModelAction,
    to_version: str | None,
    reasons: Iterable[str],
    by: str,
) -> None:
    """Record what was done; ``pointer`` is as it was before."""
    connection.execute(
        insert(connection, _changes).values(
            kind=pointer.kind,
            subject=pointer.subject,
            action=action,
            from_version=pointer.version,
            to_version=to_version,
            reasons=[short(reason, _LONGEST_REASON) for reason in reasons],
            by=short(by, 155),
            at=datetime.now(UTC),
        )
    )


def prune(
    connection: Connection, older_than: datetime, keep: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Remove rows that nothing refers to: their versions, and the files nothing refers to now."""
    going = prunable(connection, older_than, keep)
    for row in going:
        connection.execute(delete(_registry).where(_registry.c.id == row.id))
    files = {row.artifact_sha256 for row in going if row.artifact_sha256 is not None}
    return tuple(row.version for row in going), tuple(
        sorted(sha256 for sha256 in files if not _referred(connection, sha256))
    )


def prunable(connection: Connection, older_than: datetime, keep: int) -> list[Any]:
    """The rows that ``prune`` removes."""
    leads: dict[tuple[str, str], set[str | None]] = {
        (row.kind, row.subject): {row.version, row.previous, *row.earlier}
        for row in connection.execute(select(_pointers))
    }
    seen: dict[tuple[str, str], int] = {}
    going: list[Any] = []
    names = ("id", "kind", "subject", "version", "changed_at", "artifact_sha256", "artifact_bytes")
    columns = [_registry.c[name] for name in names]
    for row in connection.execute(select(*columns).order_by(_registry.c.id.desc())).all():
        key = (row.kind, row.subject)
        seen[key] = seen.get(key, 0) + 1
        referred = row.version in leads.get(key, ())
        if seen[key] > keep and not referred and row.changed_at < older_than:
            going.append(row)
    return going


def _referred(connection: Connection, sha256: str) -> bool:
    """Whether a model or a document still has this file."""
    queries = (
        select(_registry.c.id).where(_registry.c.artifact_sha256 == sha256),
        select(schema.documents.c.id).where(schema.documents.c.content_sha256 == sha256),
    )
    return any(connection.execute(query.limit(1)).first() is not None for query in queries)
