"""Lists of documents."""

from collections.abc import Iterable

from sqlalchemy import Engine, func, select

from worker_core.storage.chosen import conditions
from worker_core.storage.cleaning import storable
from worker_core.storage.engine import reading
from worker_core.storage.records import DocumentRecord
from worker_core.storage.rows import LARGEST_ID, document_record
from worker_core.storage.schema import documents

_documents = documents


class DocumentLists:
    """Documents in an order, page by page."""

    _engine: Engine

    def list(
        self,
        limit: int = 50,
        before: int | None = None,
        filters: Iterable[tuple[str, object]] = (),
    ) -> tuple[DocumentRecord, ...]:
        """Documents from the newest on; ``before`` is the last number of the page before.

        ``filters`` are such as of a search (`SearchFilters`), without their section.
        """
        query = (
            select(_documents)
            .where(*conditions(filters))
            .order_by(_documents.c.id.desc())
            .limit(max(limit, 0))
        )
        if before is not None:
            query = query.where(_documents.c.id < min(before, LARGEST_ID))
        with reading(self._engine) as connection:
            return tuple(map(document_record, connection.execute(query)))

    def of_ticker(
        self, ticker: str, document_type: str | None = None, limit: int = 1000
    ) -> tuple[DocumentRecord, ...]:
        """The documents of a symbol, in any case of letters, and of a form or kind; the latest
        filed first, those without a date of filing last."""
        query = (
            select(_documents)
            .where(func.lower(_documents.c.ticker) == storable(ticker).lower())
            .order_by(
                _documents.c.filing_date.is_(None),
                _documents.c.filing_date.desc(),
                _documents.c.id.desc(),
            )
            .limit(max(limit, 0))
        )
        if document_type is not None:
            kind = storable(document_type).lower()
            query = query.where(func.lower(_documents.c.document_type) == kind)
        with reading(self._engine) as connection:
            return tuple(map(document_record, connection.execute(query)))

    def tickers(self, limit: int = 1000) -> tuple[str, ...]:
        """The symbols that documents are of, in their order."""
        query = (
            select(_documents.c.ticker)
            .where(_documents.c.ticker.is_not(None))
            .group_by(_documents.c.ticker)
            .order_by(_documents.c.ticker)
            .limit(max(limit, 0))
        )
        with reading(self._engine) as connection:
            return tuple(connection.scalars(query))

    def counts(self) -> dict[str, int]:
        """How many documents have each status; every status is there."""
        query = select(_documents.c.status, func.count()).group_by(_documents.c.status)
        with reading(self._engine) as connection:
            found = {row[0]: row[1] for row in connection.execute(query)}
        return {status: found.get(status, 0) for status in ("pending", "parsed", "failed")}
