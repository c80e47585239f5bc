"""What people corrected of what documents were found to say of themselves.

``documents`` holds what counts, so that every list, filter and grouping sees it. A correction
keeps beside it what was found, which reading the document again brings up to date, and which
counts again once the correction is taken back.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Literal, get_args

from sqlalchemy import Connection, Engine, delete, select, update

from worker_core.storage.cleaning import short, short_or_none
from worker_core.storage.engine import insert, reading, writing
from worker_core.storage.records import Correction, DocumentRecord
from worker_core.storage.rows import document_record, key_of, locked
from worker_core.storage.schema import (
    document_corrections,
    documents,
    metric_documents,
    metric_periods,
)

Field = Literal["company", "ticker", "document_type", "period", "filing_date"]

FIELDS: tuple[Field, ...] = get_args(Field)
_LENGTHS = {"company": 200, "ticker": 16, "document_type": 32, "period": 32}
# A correction of any other one says nothing of a company's figures.
_MOVES_METRICS = {"company", "ticker", "period", "filing_date"}

_corrections = document_corrections


class DocumentCorrections:
    """Corrections by document."""

    _engine: Engine

    def correct(
        self, document_id: int, values: Mapping[Field, str | date | None], by: str = ""
    ) -> DocumentRecord:
        """Let these values count, whatever the document is found to say; None: it says nothing.

        Metrics that were made from the document go, since they may be another company's or have
        another order of filings now.

        Raises:
            StorageError: there is no such document.
            KeyError: a field cannot be corrected.
        """
        chosen = {field: _stored(field, value) for field, value in values.items()}
        now = datetime.now(UTC)
        with writing(self._engine) as connection:
            row = locked(connection, documents.c.id == key_of(document_id))
            for field, value in chosen.items():
                written = insert(connection, _corrections).values(
                    document_id=row.id,
                    field=field,
                    value=_text(value),
                    found=_text(row._mapping[field]),
                    corrected_by=short(by, 100),
                    corrected_at=now,
                )
                # What was found stays as it is where a correction is corrected.
                told = {name: written.excluded[name] for name in _TOLD}
                connection.execute(
                    written.on_conflict_do_update(
                        index_elements=["document_id", "field"], set_=told
                    )
                )
            return _changed(connection, row, chosen)

    def undo_corrections(
        self, document_id: int, fields: Iterable[Field] | None = None
    ) -> DocumentRecord:
        """Let what was found count again: of these fields, or of all.

        Raises:
            StorageError: there is no such document.
        """
        wanted = list(FIELDS if fields is None else fields)
        with writing(self._engine) as connection:
            row = locked(connection, documents.c.id == key_of(document_id))
            undone = connection.execute(
                delete(_corrections)
                .where(_corrections.c.document_id == row.id, _corrections.c.field.in_(wanted))
                .returning(_corrections.c.field, _corrections.c.found)
            )
            return _changed(connection, row, {one.field: _value(*one) for one in undone})

    def corrections(self, document_id: int) -> tuple[Correction, ...]:
        """What was corrected of a document, in the order of `FIELDS`."""
        query = select(_corrections).where(_corrections.c.document_id == key_of(document_id))
        with reading(self._engine) as connection:
            rows = {row.field: row for row in connection.execute(query)}
        return tuple(
            Correction(
                field,
                _value(field, rows[field].value),
                _value(field, rows[field].found),
                rows[field].corrected_by,
                rows[field].corrected_at,
            )
            for field in FIELDS
            if field in rows
        )


_TOLD = ("value", "corrected_by", "corrected_at")


def over_found(
    connection: Connection, document_id: int, found: Mapping[str, Any]
) -> dict[str, Any]:
    """What counts of values that were found anew, within a transaction that holds the document's
    lock: corrections stand above them, and keep them beside."""
    query = select(_corrections.c.field, _corrections.c.value).where(
        _corrections.c.document_id == document_id
    )
    counts = dict(found)
    for field, value in connection.execute(query).all():
        if field in found:
            connection.execute(
                update(_corrections)
                .where(_corrections.c.document_id == document_id, _corrections.c.field == field)
                .values(found=_text(found[field]))
            )
            counts[field] = _value(field, value)
    return counts


def _changed(connection: Connection, row: Any, values: Mapping[Any, Any]) -> DocumentRecord:
    changed = {name: value for name, value in values.items() if row._mapping[name] != value}
    if not changed:
        return document_record(row)
    if changed.keys() & _MOVES_METRICS:
        made_from = select(metric_documents.c.period_id).where(
            metric_documents.c.document_id == row.id
        )
        connection.execute(delete(metric_periods).where(metric_periods.c.id.in_(made_from)))
    return document_record(
        connection.execute(
            update(documents)
            .where(documents.c.id == row.id)
            .values(**changed, updated_at=datetime.now(UTC))
            .returning(*documents.c)
        ).one()
    )


def _stored(field: Field, value: str | date | None) -> str | date | None:
    if field == "filing_date":
        return value if value is None or isinstance(value, date) else date.fromisoformat(value)
    return short_or_none(_text(value), _LENGTHS[field])


def _text(value: str | date | None) -> str | None:
    return value.isoformat() if isinstance(value, date) else value


def _value(field: str, text: str | None) -> str | date | None:
    return date.fromisoformat(text) if field == "filing_date" and text else text
