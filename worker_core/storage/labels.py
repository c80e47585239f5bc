"""Labels that people give to sentences. A later one takes the place of an earlier, and can be taken
back; what was is kept."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, and_, func, or_, select, update

from worker_core.storage import schema
from worker_core.storage.cleaning import sha256_address, short, storable
from worker_core.storage.engine import insert, reading, writing
from worker_core.storage.errors import StorageError
from worker_core.storage.rows import LARGEST_ID, key_of
from worker_core.storage.sentiment_records import LabelRecord, NewLabel

_labels = schema.labels
_documents = schema.documents

LONGEST_TEXT = 20_000
_PAGE = 1000
_TRIES = 5
_STANDING = and_(_labels.c.replaced_at.is_(None), _labels.c.undone_at.is_(None))


class LabelRepository:
    """The labels of one database. Any number of threads may share it.

    Every method raises `StorageError` when the database cannot do its part.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, new: NewLabel) -> LabelRecord:
        """Keep a label in the place of an earlier one; the same one again changes nothing.

        Raises:
            StorageError: ``unknown_document`` if it names one that is not stored; ``no_text``
                if there is nothing to label.
        """
        text = storable(new.text).strip()[:LONGEST_TEXT]
        if not text:
            raise StorageError("no_text", "There is no sentence to label.", "Choose a sentence.")
        place = _place(new, text)
        with writing(self._engine) as connection:
            document_id = _document(connection, new.document)
            for _ in range(_TRIES):
                standing = _standing(connection, place)
                if standing is not None and (standing.label, standing.text) == (new.label, text):
                    return _record(standing)
                now = datetime.now(UTC)
                if standing is not None:
                    _mark(connection, standing.id, replaced_at=now)
                row = connection.execute(
                    insert(connection, _labels)
                    .values(
                        place=place,
                        document_id=document_id,
                        start_char=new.start,
                        end_char=new.end,
                        text=text,
                        label=new.label,
                        by=short(new.by, 155),
                        at=now,
                    )
                    .on_conflict_do_nothing()
                    .returning(*_labels.c)
                ).one_or_none()
                # None: another has labelled the same sentence meanwhile.
                if row is not None:
                    return _record(row)
        raise StorageError(
            "busy",
            "Others label the same sentence at this moment.",
            "Try again.",
            transient=True,
        )

    def undo(self, label_id: int) -> LabelRecord | None:
        """Take a label back; the one before it stands again, and is given, if there was one.

        Raises:
            StorageError: ``not_standing`` if a later one stands in its place, or it was taken
                back before.
        """
        with writing(self._engine) as connection:
            query = select(_labels).where(_labels.c.id == key_of(label_id), _STANDING)
            row = connection.execute(query.with_for_update()).one_or_none()
            if row is None:
                raise StorageError(
                    "not_standing",
                    "This label does not stand any more.",
                    "Look at the sentence again; another label may have taken its place.",
                )
            _mark(connection, row.id, undone_at=datetime.now(UTC))
            before = connection.execute(
                select(_labels)
                .where(_labels.c.place == row.place, _labels.c.undone_at.is_(None))
                .order_by(_labels.c.id.desc())
                .limit(1)
            ).one_or_none()
            if before is None:
                return None
            _mark(connection, before.id, replaced_at=None)
            return _record(before)

    def get(self, label_id: int) -> LabelRecord | None:
        """A label by its number, also one that does not stand any more."""
        query = select(_labels).where(_labels.c.id == key_of(label_id))
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _record(row)

    def of_document(self, document_id: int) -> tuple[LabelRecord, ...]:
        """Those that stand on a document's sentences, in reading order."""
        query = (
            select(_labels)
            .where(_labels.c.document_id == key_of(document_id), _STANDING)
            .order_by(_labels.c.start_char, _labels.c.id)
        )
        with reading(self._engine) as connection:
            return tuple(map(_record, connection.execute(query)))

    def listed(self, limit: int = 100, before: int | None = None) -> tuple[LabelRecord, ...]:
        """Those that stand, the newest first; ``before`` is the last number of the page before."""
        query = select(_labels).where(_STANDING).order_by(_labels.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(_labels.c.id < min(before, LARGEST_ID))
        with reading(self._engine) as connection:
            return tuple(map(_record, connection.execute(query)))

    def all(self) -> Iterator[LabelRecord]:
        """Those that stand, the oldest first."""
        last = 0
        while True:
            query = select(_labels).where(_STANDING, _labels.c.id > last)
            with reading(self._engine) as connection:
                rows = connection.execute(query.order_by(_labels.c.id).limit(_PAGE)).all()
            yield from map(_record, rows)
            if len(rows) < _PAGE:
                return
            last = rows[-1].id

    def counts(self) -> dict[str, int]:
        """How many stand, by class."""
        query = select(_labels.c.label, func.count()).where(_STANDING).group_by(_labels.c.label)
        with reading(self._engine) as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def changed_since(self, when: datetime | None) -> int:
        """How many sentences were labelled, or their labels taken back, after ``when``."""
        query = select(func.count(_labels.c.place.distinct()))
        if when is None:
            query = query.where(_STANDING)
        else:
            query = query.where(or_(_labels.c.at > when, _labels.c.undone_at > when))
        with reading(self._engine) as connection:
            return connection.scalar(query) or 0


def _place(new: NewLabel, text: str) -> str:
    if new.document is not None and new.start is not None and new.end is not None:
        return f"{sha256_address(new.document)}:{new.start}-{new.end}"
    folded = " ".join(text.casefold().split())
    return f"text:{hashlib.sha256(folded.encode()).hexdigest()}"


def _document(connection: Connection, sha256: str | None) -> int | None:
    if sha256 is None:
        return None
    query = select(_documents.c.id).where(_documents.c.content_sha256 == sha256_address(sha256))
    found: int | None = connection.scalar(query)
    if found is None:
        raise StorageError(
            "unknown_document",
            "The database has no such document; it may have been removed meanwhile.",
            "Add the file again.",
        )
    return found


def _standing(connection: Connection, place: str) -> Row[Any] | None:
    query = select(_labels).where(_labels.c.place == place, _STANDING).with_for_update()
    return connection.execute(query).one_or_none()


def _mark(connection: Connection, label_id: int, **values: datetime | None) -> None:
    connection.execute(update(_labels).where(_labels.c.id == label_id).values(**values))


def _record(row: Row[Any]) -> LabelRecord:
    return LabelRecord(
        row.id, row.document_id, row.start_char, row.end_char, row.text, row.label, row.by, row.at
    )
