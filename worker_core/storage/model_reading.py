"""Reading the registry of trained models."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Engine, Row, case, func, select

from worker_core.storage import schema
from worker_core.storage.artifacts import Artifacts
from worker_core.storage.engine import reading
from worker_core.storage.model_artifacts import read_back
from worker_core.storage.model_history import pointed
from worker_core.storage.model_records import (
    ModelChange,
    ModelGroup,
    ModelPointer,
    ModelRecord,
)

_registry = schema.model_registry
_changes = schema.model_changes
_pointers = schema.model_pointers

MOST = 500


class ModelReading:
    """Versions, which of them is in use, and what was done about that."""

    def __init__(self, engine: Engine, artifacts: Artifacts) -> None:
        self._engine = engine
        self._artifacts = artifacts

    def champion(self, kind: str, subject: str = "") -> ModelRecord | None:
        """The version in use; None where it is what comes with the program, if anything does."""
        query = select(_registry).where(*of(kind, subject), _registry.c.status == "champion")
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else model_record(row)

    def champions(self, kind: str, subjects: Sequence[str] = ()) -> dict[str, ModelRecord]:
        """The versions in use, by subject: of these, or of all."""
        query = select(_registry).where(_registry.c.kind == kind, _registry.c.status == "champion")
        if subjects:
            query = query.where(_registry.c.subject.in_(subjects))
        with reading(self._engine) as connection:
            return {row.subject: model_record(row) for row in connection.execute(query)}

    def pointer(self, kind: str, subject: str = "") -> ModelPointer:
        """What is in use, and what a rollback leads to."""
        with reading(self._engine) as connection:
            return pointed(connection, kind, subject)

    def get(self, kind: str, version: str, subject: str = "") -> ModelRecord | None:
        """The version, if it is registered."""
        query = select(_registry).where(*of(kind, subject), _registry.c.version == version)
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else model_record(row)

    def versions(
        self, kind: str | None = None, subject: str | None = None, *, limit: int = MOST
    ) -> tuple[ModelRecord, ...]:
        """Registered versions, the newest first."""
        query = select(_registry).order_by(_registry.c.id.desc()).limit(limit)
        if kind is not None:
            query = query.where(_registry.c.kind == kind)
        if subject is not None:
            query = query.where(_registry.c.subject == subject)
        with reading(self._engine) as connection:
            return tuple(map(model_record, connection.execute(query)))

    def groups(self) -> tuple[ModelGroup, ...]:
        """All kinds and subjects of which a version is registered, by name."""
        known = _registry.c
        waiting = func.sum(case((known.status == "candidate", 1), else_=0))
        summed = (
            select(
                known.kind,
                known.subject,
                func.count().label("versions"),
                waiting.label("waiting"),
                func.max(known.id).label("newest"),
                func.max(known.changed_at).label("changed_at"),
            )
            .group_by(known.kind, known.subject)
            .subquery()
        )
        query = (
            select(summed, known.version, _pointers.c.version)
            .join(_registry, known.id == summed.c.newest)
            .outerjoin(
                _pointers,
                (_pointers.c.kind == summed.c.kind) & (_pointers.c.subject == summed.c.subject),
            )
            .order_by(summed.c.kind, summed.c.subject)
        )
        with reading(self._engine) as connection:
            return tuple(
                ModelGroup(kind, subject, count, int(waiting), in_use, newest, changed)
                for kind, subject, count, waiting, _, changed, newest, in_use in (
                    connection.execute(query)
                )
            )

    def changes(
        self, kind: str | None = None, subject: str | None = None, *, limit: int = MOST
    ) -> tuple[ModelChange, ...]:
        """What was promoted, rejected and rolled back, the latest first."""
        query = select(_changes).order_by(_changes.c.id.desc()).limit(limit)
        if kind is not None:
            query = query.where(_changes.c.kind == kind)
        if subject is not None:
            query = query.where(_changes.c.subject == subject)
        with reading(self._engine) as connection:
            return tuple(map(_change, connection.execute(query)))

    def artifact(self, record: ModelRecord, largest: int) -> bytes:
        """A version's file, once its hash is seen to be right.

        Raises:
            ArtifactError: ``missing``, ``damaged`` or ``too_large``.
        """
        return read_back(self._artifacts, record, largest)


def of(kind: str, subject: str) -> tuple[Any, Any]:
    """The conditions for versions of one kind and subject."""
    return _registry.c.kind == kind, _registry.c.subject == subject


def model_record(row: Row[Any]) -> ModelRecord:
    """The record of a row of the registry."""
    return ModelRecord(**row._mapping)


def _change(row: Row[Any]) -> ModelChange:
    values: Mapping[str, Any] = {**row._mapping, "reasons": tuple(row.reasons)}
    return ModelChange(**{name: value for name, value in values.items() if name != "id"})
