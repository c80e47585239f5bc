"""What becomes of a model that was trained and judged."""

from typing import Any

from worker_core.storage import ModelRecord, NewModel
from worker_core.storage.model_records import VerdictLike
from worker_core.tasks.base import Run


def settle(
    run: Run,
    new: NewModel,
    verdict: VerdictLike,
    *,
    against: str | None,
    artifact: bytes | None = None,
) -> dict[str, Any]:
    """Register a version, and promote or reject it with the verdict's reasons; what to answer.

    Done again, as by a second delivery, it leaves all as it is.

    Args:
        against: the version in use that it was judged against; None for none.

    Raises:
        StorageError: ``champion_changed`` if another one has come into use since.
    """
    registry = run.storage.models
    record = registry.register(new, artifact)
    # One that was rejected may be judged anew, on more or against another one. One that has been
    # in use is not put back by itself: somebody took it out.
    if record.status == "candidate" or (verdict.promoted and record.status == "rejected"):
        record = judged(run, record, verdict, against=against)
    return {
        "kind": record.kind,
        "subject": record.subject,
        "version": record.version,
        "status": record.status,
        "promoted": record.status == "champion",
        "reasons": list(verdict.reasons),
        "against": against,
    }


def judged(
    run: Run, record: ModelRecord, verdict: VerdictLike, *, against: str | None
) -> ModelRecord:
    """Promote or reject a version that waits to be judged; as it is then.

    Raises:
        StorageError: ``champion_changed`` if another one has come into use than ``against``.
    """
    registry = run.storage.models
    if verdict.promoted:
        return registry.promote(*_named(record), verdict=verdict, against=against, by=run.task_id)
    return registry.reject(*_named(record), verdict=verdict, by=run.task_id)


def _named(record: ModelRecord) -> tuple[str, str, str]:
    return record.kind, record.version, record.subject
