"""The registry of trained models: versions, which of them is in use, and the way back.

What is in use is one row, a pointer that is locked while it changes: of several promotions at the
same time each sees the one before it, and there is one champion at every moment.
"""

from datetime import UTC, datetime
from types import EllipsisType
from typing import Any

from sqlalchemy import Connection, Row, select, update

from worker_core.storage import schema
from worker_core.storage.cleaning import short, storable_json
from worker_core.storage.engine import insert, writing
from worker_core.storage.errors import StorageError
from worker_core.storage.model_artifacts import kept
from worker_core.storage.model_history import MOST_EARLIER, note, pointed, prune, statuses
from worker_core.storage.model_reading import ModelReading, model_record, of
from worker_core.storage.model_records import (
    ModelPointer,
    ModelRecord,
    NewModel,
    VerdictLike,
)

_registry = schema.model_registry

LONGEST_NAME = 64


class ModelRepository(ModelReading):
    """The models of one database, and their files. Any number of threads may share it.

    Every method raises `StorageError` when the database or the store of files cannot do its part.
    """

    def register(self, new: NewModel, artifact: bytes | None = None) -> ModelRecord:
        """Keep a version as a candidate, with its file if it has one.

        A version that is there with the same content stays as it is, and is given back: a task
        that is delivered twice registers once.

        Raises:
            StorageError: ``version_taken`` if the version is there with another content;
                ``bad_name`` for a name that is empty or too long.
        """
        for name in (new.kind, new.version, new.subject or "-"):
            if not name.isprintable() or not 0 < len(name) <= LONGEST_NAME:
                raise StorageError(
                    "bad_name",
                    f"{name[:80]!r} cannot name a model, its subject or its version.",
                    f"Use 1 to {LONGEST_NAME} characters that can be shown.",
                )
        stored = None if artifact is None else kept(self._artifacts, artifact)
        content: dict[str, Any] = {
            "artifact_sha256": stored.sha256 if stored else None,
            "parameters": storable_json(new.parameters),
            "training_set": new.training_set,
            "seed": new.seed,
        }
        now = datetime.now(UTC)
        with writing(self._engine) as connection:
            connection.execute(
                insert(connection, _registry)
                .values(
                    kind=new.kind,
                    subject=new.subject,
                    version=new.version,
                    status="candidate",
                    artifact_bytes=stored.bytes if stored else None,
                    metrics=storable_json(new.metrics),
                    libraries=storable_json(new.libraries),
                    parent_version=new.parent_version,
                    task_id=new.task_id,
                    created_at=now,
                    changed_at=now,
                    **content,
                )
                .on_conflict_do_nothing()
            )
            row = _row(connection, new.kind, new.subject, new.version)
            if any(getattr(row, name) != value for name, value in content.items()):
                raise StorageError(
                    "version_taken",
                    f"There is another {new.kind} model with the version {new.version}.",
                    "Give the new one a version of its own.",
                )
        if artifact is not None:
            # What nobody referred to until now may have been cleaned up a moment ago.
            kept(self._artifacts, artifact)
        return model_record(row)

    def promote(
        self,
        kind: str,
        version: str,
        subject: str = "",
        *,
        verdict: VerdictLike | None = None,
        against: str | EllipsisType | None = ...,
        reasons: tuple[str, ...] = (),
        by: str = "",
    ) -> ModelRecord:
        """Put a version in use; that which was is kept for a rollback.

        A version that is in use already stays so.

        Args:
            against: the version (or None) in use that it was judged against, if it was.
            reasons: instead of those of a verdict.
            by: the task's id, or who does it.

        Raises:
            StorageError: ``unknown_model``; ``not_better`` if the verdict does not promote it;
                ``champion_changed`` if another one is in use than it was judged against.
        """
        if verdict is not None and not verdict.promoted:
            raise StorageError(
                "not_better",
                f"{version} was not found to be better: {' '.join(verdict.reasons)}",
                "Reject it instead.",
            )
        with writing(self._engine) as connection:
            pointer = pointed(connection, kind, subject, lock=True)
            row = _row(connection, kind, subject, version)
            if pointer.version == version:
                return model_record(row)
            if not isinstance(against, EllipsisType) and against != pointer.version:
                raise StorageError(
                    "champion_changed",
                    f"{pointer.version or 'The model that comes with the program'} has come into "
                    f"use since {version} was judged.",
                    "Judge it against that one.",
                )
            earlier = [*pointer.earlier, pointer.previous] if pointer.version else []
            values: dict[str, Any] = {
                "version": version,
                "previous": pointer.version,
                "earlier": earlier[-MOST_EARLIER:],
            }
            statuses(connection, pointer, values)
            if verdict is not None:
                _judged(connection, row.id, verdict)
            told = reasons or (verdict.reasons if verdict else ())
            note(connection, pointer, "promoted", version, told, by)
            return model_record(_row(connection, kind, subject, version))

    def reject(
        self, kind: str, version: str, subject: str = "", *, verdict: VerdictLike, by: str = ""
    ) -> ModelRecord:
        """Mark a version as not good enough, and why.

        Raises:
            StorageError: ``unknown_model``; ``in_use`` if it is, or if a rollback leads to it.
        """
        with writing(self._engine) as connection:
            pointer = pointed(connection, kind, subject, lock=True)
            row = _row(connection, kind, subject, version)
            if version in (pointer.version, pointer.previous):
                raise StorageError(
                    "in_use",
                    f"{version} is in use, or is what a rollback leads to.",
                    "Promote another one first, or roll back.",
                )
            again = row.status == "rejected"
            _judged(connection, row.id, verdict, status="rejected")
            if not again:
                note(connection, pointer, "rejected", version, verdict.reasons, by)
            return model_record(_row(connection, kind, subject, version))

    def roll_back(
        self,
        kind: str,
        subject: str = "",
        *,
        from_version: str | None = None,
        reason: str = "",
        by: str = "",
    ) -> ModelPointer:
        """Put the version in use that was before the present one; again, the one before that.

        Behind the first lies what comes with the program.

        Args:
            from_version: the version in use as the caller knows it, so that a command that is
                given twice goes back once.

        Raises:
            StorageError: ``nothing_before`` if none is in use; ``champion_changed`` if it is
                another one than ``from_version``.
        """
        with writing(self._engine) as connection:
            pointer = pointed(connection, kind, subject, lock=True)
            if pointer.version is None:
                raise StorageError(
                    "nothing_before",
                    f"No trained {kind} model{f' of {subject}' if subject else ''} is in use, so "
                    "there is none to go back from.",
                    "“afi models list” shows what there is.",
                )
            if from_version not in (None, pointer.version):
                raise StorageError(
                    "champion_changed",
                    f"{pointer.version} is in use by now, not {from_version}.",
                    "Look again, and decide on that one.",
                )
            earlier = list(pointer.earlier)
            values: dict[str, Any] = {
                "version": pointer.previous,
                "previous": earlier.pop() if earlier else None,
                "earlier": earlier,
            }
            statuses(connection, pointer, values)
            told = (reason,) if reason else ()
            note(connection, pointer, "rolled_back", pointer.previous, told, by)
            return pointed(connection, kind, subject)

    def prune(self, older_than: datetime, *, keep: int = 5) -> tuple[str, ...]:
        """Remove versions that nothing refers to, and their files; which versions those were.

        Those in use, those to which rollbacks lead and the newest ``keep`` of each kind and
        subject stay, and so do those that were changed since ``older_than``.
        """
        with writing(self._engine) as connection:
            gone, files = prune(connection, older_than, keep)
        for sha256 in files:
            self._artifacts.delete(sha256)
        return gone


def _row(connection: Connection, kind: str, subject: str, version: str) -> Row[Any]:
    row = connection.execute(
        select(_registry).where(*of(kind, subject), _registry.c.version == version)
    ).one_or_none()
    if row is None:
        raise StorageError(
            "unknown_model",
            f"There is no {kind} model {short(version, 80)!r}"
            f"{f' of {short(subject, 80)}' if subject else ''}.",
            "“afi models list” shows what there is.",
        )
    return row


def _judged(connection: Connection, model_id: int, verdict: VerdictLike, **values: Any) -> None:
    told = {
        "promoted": verdict.promoted,
        "reasons": list(verdict.reasons),
        "figures": storable_json(verdict.figures),
    }
    connection.execute(
        update(_registry)
        .where(_registry.c.id == model_id)
        .values(verdict=told, changed_at=datetime.now(UTC), **values)
    )
