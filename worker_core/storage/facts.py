"""The facts that documents report, as they are stored."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, delete, func, null, select

from worker_core.storage.cleaning import short, short_or_none, storable, storable_json
from worker_core.storage.engine import insert, reading, writing
from worker_core.storage.financial_records import FactSet, ReportedDocument, StoredFact
from worker_core.storage.rows import key_of, locked
from worker_core.storage.schema import documents, fact_sets, xbrl_facts

_AT_ONCE = 5000

Figure = tuple[
    str, Decimal, str | None, str | None, int | None, date | None, date | None, tuple[()],
    str | None, str, date | None,
]  # fmt: skip


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

    def of(
        self, document_id: int, *, limit: int | None = None, after: int = 0
    ) -> tuple[StoredFact, ...]:
        """The facts of a document in its order, at most ``limit``, without the first ``after``;
        none where they were not taken."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(xbrl_facts)
                .where(xbrl_facts.c.document_id == key_of(document_id))
                .order_by(xbrl_facts.c.ordinal)
                .limit(limit)
                .offset(after or None)
            )
            return tuple(map(_fact, rows))

    def figures(self, document_id: int) -> Iterator[Figure]:
        """The values of a document that are of the whole entity, in its order, as the fields of
        a fact: what metrics are made of."""
        query = (
            select(
                *(xbrl_facts.c[name] for name in ("concept", "value", "text", "unit", "decimals")),
                xbrl_facts.c.start_date,
                xbrl_facts.c.end_date,
                *(xbrl_facts.c[name] for name in ("label", "source", "filed")),
            )
            .where(
                xbrl_facts.c.document_id == key_of(document_id),
                xbrl_facts.c.value.is_not(None),
                # JSON's null is none, so that the column is empty.
                xbrl_facts.c.dimensions.is_(null()),
            )
            .order_by(xbrl_facts.c.ordinal)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        for concept, value, text, unit, decimals, start, end, label, source, filed in rows:
            yield (
                concept, Decimal(value), text, unit, decimals, start, end, (), label, source, filed,
            )  # fmt: skip

    def documents(self) -> tuple[ReportedDocument, ...]:
        """The documents that report values, in the order of their numbers."""
        query = (
            select(
                documents.c.id, documents.c.company, documents.c.ticker, documents.c.document_type,
                documents.c.period, documents.c.filing_date, documents.c.updated_at,
                fact_sets.c.stored_at,
            )
            .join(fact_sets, fact_sets.c.document_id == documents.c.id)
            .where(documents.c.status == "parsed", fact_sets.c.facts > 0)
            .order_by(documents.c.id)
        )  # fmt: skip
        with reading(self._engine) as connection:
            return tuple(
                ReportedDocument(*row[:6], max(row.updated_at, row.stored_at))
                for row in connection.execute(query)
            )

    def not_taken(self) -> int:
        """How many documents were read of which the facts were never looked for."""
        query = (
            select(func.count())
            .select_from(documents.outerjoin(fact_sets))
            .where(documents.c.status == "parsed", fact_sets.c.document_id.is_(None))
        )
        with reading(self._engine) as connection:
            return connection.scalar(query) or 0

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
    statement = _insert(connection.dialect.paramstyle)
    for start in range(0, len(facts), _AT_ONCE):
        part = enumerate(facts[start : start + _AT_ONCE], start)
        connection.exec_driver_sql(
            statement, [_row(document_id, ordinal, fact) for ordinal, fact in part]
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


@cache
def _insert(paramstyle: str) -> str:
    """The statement for rows of `_row`. A filing has a thousand facts and more, and what is done
    for each value of a compiled statement costs several times the insertion itself."""
    names = [column.name for column in xbrl_facts.columns]
    marks = ["?" if paramstyle == "qmark" else "%s"] * len(names)
    return f"INSERT INTO xbrl_facts ({', '.join(names)}) VALUES ({', '.join(marks)})"  # noqa: S608 - our own names


def _row(document_id: int, ordinal: int, fact: FactLike) -> tuple[str | int | None, ...]:
    """In the order of the columns, in forms that both databases take for their types."""
    dimensions = storable_json(fact.dimensions)
    return (
        document_id,
        ordinal,
        short(fact.concept, 300),
        None if fact.value is None else decimal_text(fact.value),
        None if fact.text is None else storable(fact.text),
        short_or_none(fact.unit, 160),
        fact.decimals,
        None if fact.start is None else fact.start.isoformat(),
        None if fact.end is None else fact.end.isoformat(),
        json.dumps(dimensions, ensure_ascii=False) if dimensions else None,
        None if fact.label is None else storable(fact.label),
        short(fact.source, 200),
        None if fact.filed is None else fact.filed.isoformat(),
    )


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
