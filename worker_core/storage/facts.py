"""The facts that documents report, as they are stored."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, delete, select

from worker_core.storage.cleaning import short, short_or_none, storable, storable_json
from worker_core.storage.engine import insert, reading, writing
from worker_core.storage.financial_records import FactSet, StoredFact
from worker_core.storage.rows import key_of, locked
from worker_core.storage.schema import documents, fact_sets, xbrl_facts

_AT_ONCE = 5000


class FactLike(Protocol):
    """Anything that can be stored as a fact."""

    @property
    def concept(self) -> str: ...
    @property
    def value(self) -> Decimal | None: ...
    @property
    def text(self) -> str | None: ...
    @property
    def unit(self) -> str | None: ...
    @property
    def decimals(self) -> int | None: ...
    @property
    def start(self) -> date | None: ...
    @property
    def end(self) -> date | None: ...
    @property
    def dimensions(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def label(self) -> str | None: ...
    @property
    def source(self) -> str: ...
    @property
    def filed(self) -> date | None: ...


class FactRepository:
    """Facts by document. Any number of threads may share it.

    Every method raises `StorageError` when the database cannot do its part.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(
        self,
        document_id: int,
        facts: Sequence[FactLike],
        parser_version: str,
        truncated: object = None,
    ) -> None:
        """Keep the facts of a document, in place of those that are kept of it."""
        with writing(self._engine) as connection:
            document = locked(connection, documents.c.id == key_of(document_id))
            store_facts(connection, document.id, facts, parser_version, truncated)

    def of(self, document_id: int) -> tuple[StoredFact, ...]:
        """The facts of a document in its order; none where they were not taken."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(xbrl_facts)
                .where(xbrl_facts.c.document_id == key_of(document_id))
                .order_by(xbrl_facts.c.ordinal)
            )
            return tuple(map(_fact, rows))

    def taken(self, document_ids: Iterable[int]) -> dict[int, FactSet]:
        """Of which of these documents the facts were taken, and how."""
        found: dict[int, FactSet] = {}
        these = sorted({key_of(one) for one in document_ids})
        with reading(self._engine) as connection:
            for start in range(0, len(these), _AT_ONCE):
                query = select(fact_sets).where(
                    fact_sets.c.document_id.in_(these[start : start + _AT_ONCE])
                )
                for row in connection.execute(query):
                    found[row.document_id] = FactSet(*row)
        return found


def store_facts(
    connection: Connection,
    document_id: int,
    facts: Sequence[FactLike],
    parser_version: str,
    truncated: object = None,
) -> None:
    """As `FactRepository.save`, within a transaction that holds the document's lock."""
    connection.execute(delete(xbrl_facts).where(xbrl_facts.c.document_id == document_id))
    for start in range(0, len(facts), _AT_ONCE):
        connection.execute(
            xbrl_facts.insert(),
            [
                _row(document_id, ordinal, fact)
                for ordinal, fact in enumerate(facts[start : start + _AT_ONCE], start)
            ],
        )
    values = {
        "parser_version": short(parser_version, 64),
        "facts": len(facts),
        "truncated": storable_json(truncated) or None,
        "stored_at": datetime.now(UTC),
    }
    written = insert(connection, fact_sets).values(document_id=document_id, **values)
    connection.execute(
        written.on_conflict_do_update(
            index_elements=["document_id"],
            set_={name: written.excluded[name] for name in values},
        )
    )


def _row(document_id: int, ordinal: int, fact: FactLike) -> dict[str, Any]:
    return {
        "document_id": document_id,
        "ordinal": ordinal,
        "concept": short(fact.concept, 300),
        "value": None if fact.value is None else decimal_text(fact.value),
        "text": None if fact.text is None else storable(fact.text),
        "unit": short_or_none(fact.unit, 160),
        "decimals": fact.decimals,
        "start_date": fact.start,
        "end_date": fact.end,
        "dimensions": storable_json([list(pair) for pair in fact.dimensions]) or None,
        "label": None if fact.label is None else storable(fact.label),
        "source": short(fact.source, 200),
        "filed": fact.filed,
    }


def _fact(row: Any) -> StoredFact:
    return StoredFact(
        row.concept,
        None if row.value is None else Decimal(row.value),
        row.text,
        row.unit,
        row.decimals,
        row.start_date,
        row.end_date,
        tuple((axis, member) for axis, member in row.dimensions or ()),
        row.label,
        row.source,
        row.filed,
    )


def decimal_text(value: Decimal) -> str:
    """All digits of a finite number, without an exponent.

    Raises:
        ValueError: it is not finite.
    """
    if not value.is_finite():
        raise ValueError(f"only finite numbers can be stored, not {value}")
    return f"{value:f}"
