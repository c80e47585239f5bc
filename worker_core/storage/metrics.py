"""Metrics by company and period, and series of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, select

from worker_core.storage.cleaning import short, short_or_none, storable, storable_json
from worker_core.storage.engine import insert, reading, writing
from worker_core.storage.facts import decimal_text
from worker_core.storage.financial_records import (
    SERIES_BASIS,
    Basis,
    MetricPeriod,
    MetricRecord,
    MetricSeries,
)
from worker_core.storage.rows import key_of
from worker_core.storage.schema import (
    documents,
    financial_metrics,
    metric_documents,
    metric_periods,
)

_periods = metric_periods
_metrics = financial_metrics


class MetricRepository:
    """Metrics of one database. Any number of threads may share it.

    Every method raises `StorageError` when the database cannot do its part.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def replace(self, entity: str, periods: Iterable[MetricPeriod]) -> None:
        """Keep these periods of a company, in place of all that are kept of it.

        Documents that have been removed meanwhile are left out of what a period was made from.
        """
        entity, now = short(entity, 210), datetime.now(UTC)
        ordered = sorted(periods, key=lambda period: (period.basis, period.end))
        with writing(self._engine) as connection:
            kept = [_save(connection, entity, period, now) for period in ordered]
            connection.execute(
                delete(_periods).where(_periods.c.entity == entity, _periods.c.id.not_in(kept))
            )

    def periods(
        self,
        ticker: str | None = None,
        *,
        entity: str | None = None,
        basis: Basis | None = None,
        document: int | None = None,
    ) -> tuple[MetricPeriod, ...]:
        """The periods of a company by its ticker or entity, or those made from a document; the
        latest first, with all metrics."""
        query = select(_periods).order_by(_periods.c.end_date.desc(), _periods.c.basis)
        if ticker is not None:
            query = query.where(_periods.c.ticker == ticker.upper())
        if entity is not None:
            query = query.where(_periods.c.entity == entity)
        if basis is not None:
            query = query.where(_periods.c.basis == basis)
        if document is not None:
            made_of = select(metric_documents.c.period_id).where(
                metric_documents.c.document_id == key_of(document)
            )
            query = query.where(_periods.c.id.in_(made_of))
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
            these = [row.id for row in rows]
            made_from = _grouped(
                connection, metric_documents, these, metric_documents.c.document_id
            )
            metrics = _grouped(connection, _metrics, these, _metrics.c.ordinal)
        return tuple(
            MetricPeriod(
                row.entity,
                row.ticker,
                row.company,
                row.basis,
                row.start_date,
                row.end_date,
                row.currency,
                tuple(row.warnings),
                tuple(one.document_id for one in made_from[row.id]),
                tuple(map(_record, metrics[row.id])),
                row.calculated_at,
            )
            for row in rows
        )

    def calculated(self) -> dict[str, datetime]:
        """When the metrics of each entity were calculated."""
        query = select(_periods.c.entity, func.min(_periods.c.calculated_at)).group_by(
            _periods.c.entity
        )
        with reading(self._engine) as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def entities(self) -> tuple[tuple[str, str | None, str | None], ...]:
        """Entity, ticker and company of all that have metrics, in the order of the entities."""
        columns = (_periods.c.entity, _periods.c.ticker, _periods.c.company, _periods.c.end_date)
        found: dict[str, tuple[str, str | None, str | None]] = {}
        with reading(self._engine) as connection:
            query = select(*columns).order_by(_periods.c.entity, _periods.c.end_date)
            for entity, ticker, company, _ in connection.execute(query):
                found[entity] = (entity, ticker, company)
        return tuple(found.values())

    def metric_series(
        self, ticker: str, metrics: Sequence[str] = (), *, basis: Basis = SERIES_BASIS
    ) -> dict[str, MetricSeries]:
        """Each metric of a company over its periods of one basis, oldest first; empty: all.

        A metric that no period has is not in the answer; of a period that does not know it the
        value is None.
        """
        query = (
            select(
                _periods.c.end_date,
                _periods.c.currency,
                _metrics.c.name,
                _metrics.c.unit,
                _metrics.c.value,
            )
            .join(_metrics, _metrics.c.period_id == _periods.c.id)
            .where(_periods.c.ticker == ticker.upper(), _periods.c.basis == basis)
            .order_by(_periods.c.end_date, _metrics.c.ordinal)
        )
        if metrics:
            query = query.where(_metrics.c.name.in_(list(metrics)))
        grouped: defaultdict[str, list[Any]] = defaultdict(list)
        with reading(self._engine) as connection:
            for row in connection.execute(query):
                grouped[row.name].append(row)
        return {
            name: MetricSeries(
                ticker.upper(),
                name,
                basis,
                rows[-1].unit,
                rows[-1].currency,
                tuple(row.end_date for row in rows),
                tuple(None if row.value is None else Decimal(row.value) for row in rows),
            )
            for name, rows in grouped.items()
        }


def _save(connection: Connection, entity: str, period: MetricPeriod, now: datetime) -> int:
    values = {
        "start_date": period.start,
        "ticker": short_or_none(period.ticker, 16),
        "company": short_or_none(period.company, 200),
        "currency": short_or_none(period.currency, 16),
        "warnings": storable_json(period.warnings),
        "calculated_at": now,
    }
    written = insert(connection, _periods).values(
        entity=entity, basis=period.basis, end_date=period.end, **values
    )
    period_id: int = connection.execute(
        written.on_conflict_do_update(
            index_elements=["entity", "basis", "end_date"],
            set_={name: written.excluded[name] for name in values},
        ).returning(_periods.c.id)
    ).scalar_one()
    for table in (_metrics, metric_documents):
        connection.execute(delete(table).where(table.c.period_id == period_id))
    if period.metrics:
        rows = [_row(period_id, at, metric) for at, metric in enumerate(period.metrics)]
        connection.execute(_metrics.insert(), rows)
    there = select(documents.c.id).where(documents.c.id.in_(period.documents))
    links = [{"period_id": period_id, "document_id": one} for one in connection.scalars(there)]
    if links:
        connection.execute(metric_documents.insert(), links)
    return period_id


def _row(period_id: int, ordinal: int, metric: MetricRecord) -> dict[str, Any]:
    return {
        "period_id": period_id,
        "name": short(metric.name, 80),
        "ordinal": ordinal,
        "metric_group": short(metric.group, 32),
        "value": None if metric.value is None else decimal_text(metric.value),
        "unit": short(metric.unit, 16),
        "formula": storable(metric.formula),
        "formula_version": short(metric.version, 16),
        "inputs": storable_json(metric.inputs),
        "missing": storable_json(metric.missing),
        "reason": storable(metric.reason),
        "note": storable(metric.note),
    }


def _record(row: Any) -> MetricRecord:
    return MetricRecord(
        row.name,
        row.metric_group,
        None if row.value is None else Decimal(row.value),
        row.unit,
        row.formula,
        row.formula_version,
        tuple(row.inputs),
        tuple(row.missing),
        row.reason,
        row.note,
    )


def _grouped(
    connection: Connection, table: Any, these: Sequence[int], order: Any
) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    query = select(table).where(table.c.period_id.in_(these)).order_by(table.c.period_id, order)
    for row in connection.execute(query):
        found[row.period_id].append(row)
    return found
