"""Labels that people give to sentences, as the window and the command line work with them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from worker_core.operations.errors import LabelRefused
from worker_core.operations.ledger import stored
from worker_core.operations.who import user
from worker_core.settings import Settings, current
from worker_core.storage import LabelRecord, NewLabel, Storage, StorageError, ToneLabel

SENTIMENT = "sentiment"
_REFUSALS = {"unknown_document", "no_text", "not_standing", "busy", "bad_hash"}


@dataclass(frozen=True, slots=True)
class LabelStatus:
    """Where labelling stands.

    Attributes:
        by_class: how many sentences have each label.
        new: sentences that were labelled, or whose label was taken back, since the last training.
        needed: how many must be new before the schedule retrains; ``remaining`` are still missing.
        trained_at: of the last training; None for none.
    """

    by_class: dict[str, int]
    new: int
    needed: int
    trained_at: datetime | None

    @property
    def total(self) -> int:
        """How many sentences have a label."""
        return sum(self.by_class.values())

    @property
    def remaining(self) -> int:
        """How many more new ones are awaited."""
        return max(0, self.needed - self.new)


def give(
    document: str,
    start: int,
    end: int,
    label: ToneLabel,
    *,
    by: str | None = None,
    settings: Settings | None = None,
) -> LabelRecord:
    """Label the sentence at ``start`` to ``end`` (characters of its text) of a stored document.

    A label that it had gives way, and can be had back by ``undo``.

    Args:
        document: its SHA-256.
        by: who says so; by default the user of this computer.

    Raises:
        LabelRefused: there is no such document, or no text at that place.
        LedgerUnavailable: the database does not answer.
    """
    with _labels(settings) as storage:
        record = storage.documents.by_sha(document)
        text = None
        if record is not None and 0 <= start < end:
            text = storage.documents.text(record.id, start, end)
        if not text or len(text) != end - start:
            raise LabelRefused(
                f"The document {document[:12]} has no text at that place.",
                "It may have been read anew meanwhile. Open it again and choose the sentence.",
            )
        return storage.labels.add(
            NewLabel(text, label, by or user("unknown"), document=document, start=start, end=end)
        )


def give_many(
    labelled: Iterable[tuple[str, ToneLabel]],
    *,
    by: str | None = None,
    settings: Settings | None = None,
) -> int:
    """Label sentences that stand in no stored document; how many those were.

    Raises:
        LabelRefused: one of them is empty; those before it are kept.
        LedgerUnavailable: the database does not answer.
    """
    count = 0
    name = by or user("unknown")
    with _labels(settings) as storage:
        for text, label in labelled:
            storage.labels.add(NewLabel(text, label, name))
            count += 1
    return count


def undo(label_id: int, *, settings: Settings | None = None) -> LabelRecord | None:
    """Take a label back; the one before it, which stands again, or None if there was none.

    Raises:
        LabelRefused: it does not stand any more.
        LedgerUnavailable: the database does not answer.
    """
    with _labels(settings) as storage:
        return storage.labels.undo(label_id)


def of_document(document: str, *, settings: Settings | None = None) -> tuple[LabelRecord, ...]:
    """The labels of a document's sentences, in reading order; none for an unknown document.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    with stored(settings) as storage:
        record = storage.documents.by_sha(document)
        return () if record is None else storage.labels.of_document(record.id)


def listed(
    limit: int = 100, before: int | None = None, *, settings: Settings | None = None
) -> tuple[LabelRecord, ...]:
    """Labels, the newest first; ``before`` is the last number of the page before.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    with stored(settings) as storage:
        return storage.labels.listed(limit, before)


def every(*, settings: Settings | None = None) -> Iterator[LabelRecord]:
    """All labels, the oldest first. Raises as ``listed``."""
    with stored(settings) as storage:
        yield from storage.labels.all()


def status(*, settings: Settings | None = None) -> LabelStatus:
    """How many labels there are, and how many are awaited before the next training.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    values = settings or current()
    with stored(values) as storage:
        last = next(iter(storage.models.versions(SENTIMENT, "", limit=1)), None)
        trained_at = last.created_at if last else None
        return LabelStatus(
            storage.labels.counts(),
            storage.labels.changed_since(trained_at),
            values.sentiment_retrain_after,
            trained_at,
        )


@contextmanager
def _labels(settings: Settings | None) -> Iterator[Storage]:
    with stored(settings) as storage:
        try:
            yield storage
        except StorageError as error:
            if error.code not in _REFUSALS:
                raise
            raise LabelRefused(error.message, error.remedy) from error
