"""Trained models as their users see them: versions, which is in use, putting one there, back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from worker_core.operations.errors import ModelRefused
from worker_core.operations.ledger import stored
from worker_core.settings import Settings
from worker_core.storage import (
    ModelChange,
    ModelGroup,
    ModelPointer,
    ModelRecord,
    Storage,
    StorageError,
    StudyRecord,
    TrialRecord,
)

_REFUSALS = {
    "unknown_model",
    "champion_changed",
    "nothing_before",
    "not_better",
    "in_use",
    "missing",
    "damaged",
}
BY_HAND = "by hand"
LOOKED_AFTER = 20
"""Versions whose files are looked for, each of which may be a question to a store far away."""


@dataclass(frozen=True, slots=True)
class ModelHistory:
    """All that is known of the models of one kind and subject, newest first.

    ``gone`` are versions whose file is missing, among those in use, those to which a rollback leads
    and the newest `LOOKED_AFTER`.
    """

    pointer: ModelPointer
    versions: tuple[ModelRecord, ...]
    changes: tuple[ModelChange, ...]
    gone: frozenset[str] = frozenset()


def listed(
    kind: str | None = None,
    subject: str | None = None,
    *,
    limit: int = 500,
    settings: Settings | None = None,
) -> tuple[ModelRecord, ...]:
    """Registered versions, the newest first.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    with stored(settings) as storage:
        return storage.models.versions(kind, subject, limit=limit)


def history(kind: str, subject: str = "", *, settings: Settings | None = None) -> ModelHistory:
    """What is in use of a kind and subject, all versions, and what was done about them.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    with stored(settings) as storage:
        pointer = storage.models.pointer(kind, subject)
        versions = storage.models.versions(kind, subject)
        leads = {pointer.version, pointer.previous}
        looked = [
            one
            for place, one in enumerate(versions)
            if place < LOOKED_AFTER or one.version in leads
        ]
        return ModelHistory(
            pointer,
            versions,
            storage.models.changes(kind, subject),
            frozenset(one.version for one in looked if _is_gone(storage, one)),
        )


def groups(*, settings: Settings | None = None) -> tuple[ModelGroup, ...]:
    """All kinds and subjects of which a version is registered, by name.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    with stored(settings) as storage:
        return storage.models.groups()


def studies(kind: str, *, settings: Settings | None = None) -> tuple[StudyRecord, ...]:
    """Searches for settings of a kind of model, the newest first.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    with stored(settings) as storage:
        return storage.trials.studies(kind)


def trials(study: str, *, settings: Settings | None = None) -> tuple[TrialRecord, ...]:
    """What a search has tried so far.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    with stored(settings) as storage:
        return storage.trials.trials(study)


def found(
    kind: str, version: str, subject: str = "", *, settings: Settings | None = None
) -> ModelRecord:
    """One version.

    Raises:
        ModelRefused: there is none of that name.
        LedgerUnavailable: the database does not answer.
    """
    with stored(settings) as storage:
        record = storage.models.get(kind, version, subject)
    if record is None:
        of = f" of {subject}" if subject else ""
        raise ModelRefused(
            f"There is no {kind} model {version}{of}.", "“afi models list” shows what there is."
        )
    return record


def promote(
    kind: str,
    version: str,
    subject: str = "",
    *,
    reason: str = "",
    by: str = BY_HAND,
    settings: Settings | None = None,
) -> ModelRecord:
    """Put a version in use, whatever was found about it; workers take it with their next task.

    Raises:
        ModelRefused: there is none of that name, or its file is missing.
        LedgerUnavailable: the database does not answer.
    """
    with _registry(settings) as storage:
        record = storage.models.get(kind, version, subject)
        if record is not None and record.artifact_sha256 is not None:
            # Reading it all is the one way to know that workers will be able to.
            storage.models.artifact(record, record.artifact_bytes or 0)
        reasons = (reason,) if reason else ()
        return storage.models.promote(kind, version, subject, reasons=reasons, by=by)


def roll_back(
    kind: str,
    subject: str = "",
    *,
    from_version: str | None = None,
    reason: str = "",
    by: str = BY_HAND,
    settings: Settings | None = None,
) -> ModelPointer:
    """Put the version in use that was before; again, the one before that.

    ``from_version`` is the one that the user sees in use: a second click does nothing then.

    Raises:
        ModelRefused: none is in use, or another one than ``from_version``.
        LedgerUnavailable: the database does not answer.
    """
    with _registry(settings) as storage:
        return storage.models.roll_back(
            kind, subject, from_version=from_version, reason=reason, by=by
        )


def prune(
    older_than_days: float, *, keep: int = 5, settings: Settings | None = None
) -> tuple[str, ...]:
    """Remove versions that nothing refers to, with their files; which those were.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    with stored(settings) as storage:
        return storage.models.prune(datetime.now(UTC) - timedelta(days=older_than_days), keep=keep)


def _is_gone(storage: Storage, record: ModelRecord) -> bool:
    try:
        return bool(record.artifact_sha256) and not storage.artifacts.exists(
            record.artifact_sha256 or ""
        )
    except StorageError:
        # A store that does not answer has lost nothing.
        return False


@contextmanager
def _registry(settings: Settings | None) -> Iterator[Storage]:
    with stored(settings) as storage:
        try:
            yield storage
        except StorageError as error:
            if error.code not in _REFUSALS:
                raise
            raise ModelRefused(error.message, error.remedy) from error
