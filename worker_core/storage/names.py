"""What is stored by name: found by the beginning, or any part, of what a person types."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, case, func, literal, or_, select

from worker_core.storage import schema
from worker_core.storage.cleaning import storable
from worker_core.storage.engine import reading
from worker_core.storage.name_records import NamedRecord, NameKind
from worker_core.storage.records import DocumentRecord
from worker_core.storage.rows import document_record
from worker_core.storage.spelling import begins, holds

_MOST_WORDS = 8
_LONGEST = 200

_documents = schema.documents
_symbols = schema.symbols
_periods = schema.metric_periods
_metrics = schema.financial_metrics


class NameReading:
    """Names, for whoever types the beginning of one. Any number of threads may share it.

    Every method raises `StorageError` when the database cannot answer.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._find: dict[NameKind, Callable[..., list[NamedRecord]]] = {
            "symbol": _found_symbols,
            "document": _found_documents,
            "document_id": _found_ids,
            "company": _found_companies,
            "metric": _found_metrics,
        }

    def find(self, kind: NameKind, typed: str, *, limit: int = 20) -> tuple[NamedRecord, ...]:
        """Those in which every word of ``typed`` occurs: what begins with it first, documents the
        newest first. Nothing typed finds any."""
        words = storable(typed)[:_LONGEST].split()[:_MOST_WORDS]
        with reading(self._engine) as connection:
            return tuple(self._find[kind](connection, words, max(limit, 0)))


def _holds(words: Iterable[str], *columns: ColumnElement[Any]) -> ColumnElement[bool]:
    """Every word occurs in one of the columns."""
    return and_(
        literal(True),
        *(or_(*(holds(one, word) for one in columns)) for word in words),
    )


def _first(words: Sequence[str], column: ColumnElement[Any]) -> ColumnElement[int]:
    """0 for what begins as was typed, 1 for others."""
    return case((begins(column, " ".join(words)), 0), else_=1)


def _found_symbols(connection: Connection, words: Sequence[str], limit: int) -> list[NamedRecord]:
    """Of prices, and of companies that have documents or metrics."""
    found: dict[str, NamedRecord] = {}
    sources = (
        (_symbols.c.symbol, _symbols.c.name),
        (_documents.c.ticker, _documents.c.company),
        (_periods.c.ticker, _periods.c.company),
    )
    for symbol, name in sources:
        shown = func.max(name)
        query = (
            select(symbol, shown)
            .where(symbol.is_not(None), _holds(words, symbol, func.coalesce(name, "")))
            .group_by(symbol)
            .order_by(_first(words, symbol), symbol)
            .limit(limit)
        )
        for value, title in connection.execute(query):
            if value not in found or not found[value].detail:
                found[value] = NamedRecord(value, value, title or "")
    typed = " ".join(words).casefold()
    return sorted(
        found.values(), key=lambda one: (not one.value.casefold().startswith(typed), one.value)
    )[:limit]


def _document_rows(
    connection: Connection, words: Sequence[str], limit: int
) -> list[DocumentRecord]:
    d = _documents.c
    texts = (
        d.filename,
        *(func.coalesce(one, "") for one in (d.company, d.ticker, d.document_type)),
    )
    query = select(_documents).where(_holds(words, *texts)).order_by(d.id.desc()).limit(limit)
    return [document_record(row) for row in connection.execute(query)]


def _detail(row: DocumentRecord) -> str:
    known = (row.company or row.ticker, row.document_type, row.period)
    return " · ".join(str(one) for one in known if one)


def _found_documents(connection: Connection, words: Sequence[str], limit: int) -> list[NamedRecord]:
    rows = _document_rows(connection, words, limit)
    return [NamedRecord(row.sha256, row.filename, _detail(row)) for row in rows]


def _found_ids(connection: Connection, words: Sequence[str], limit: int) -> list[NamedRecord]:
    rows = _document_rows(connection, words, limit)
    return [NamedRecord(str(row.id), f"{row.id}  {row.filename}", _detail(row)) for row in rows]


def _found_companies(connection: Connection, words: Sequence[str], limit: int) -> list[NamedRecord]:
    found: dict[str, NamedRecord] = {}
    for name, ticker in (
        (_periods.c.company, _periods.c.ticker),
        (_documents.c.company, _documents.c.ticker),
    ):
        query = (
            select(name, func.max(ticker))
            .where(name.is_not(None), _holds(words, name))
            .group_by(name)
            .order_by(_first(words, name), name)
            .limit(limit)
        )
        for company, symbol in connection.execute(query):
            found.setdefault(company, NamedRecord(company, company, symbol or ""))
    return list(found.values())[:limit]


def _found_metrics(connection: Connection, words: Sequence[str], limit: int) -> list[NamedRecord]:
    name = _metrics.c.name
    query = (
        select(name, func.count())
        .where(_holds(words, name))
        .group_by(name)
        .order_by(_first(words, name), name)
        .limit(limit)
    )
    return [
        NamedRecord(value, value, f"{count} values") for value, count in connection.execute(query)
    ]
