"""Figures as they are kept: reported facts, metrics by period, and series of a metric."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from worker_core.storage.records import Json

Basis = Literal["annual", "half_year", "quarter", "year_to_date"]

SERIES_BASIS: Basis = "annual"


@dataclass(frozen=True, slots=True)
class StoredFact:
    """A value as a document reports it; the fields are those of `worker_core.documents.Fact`."""

    concept: str
    value: Decimal | None
    text: str | None
    unit: str | None
    decimals: int | None
    start: date | None
    end: date | None
    dimensions: tuple[tuple[str, str], ...]
    label: str | None
    source: str
    filed: date | None


@dataclass(frozen=True, slots=True)
class ReportedDocument:
    """A document that reports values, as it is known now, with what people corrected.

    ``changed_at`` is when it or its facts last changed.
    """

    id: int
    company: str | None
    ticker: str | None
    document_type: str | None
    period: str | None
    filing_date: date | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class FactSet:
    """That a document's facts were taken, how many there are, and what was left out."""

    document_id: int
    parser_version: str
    facts: int
    truncated: Json
    stored_at: datetime


@dataclass(frozen=True, slots=True)
class MetricRecord:
    """One metric of one period.

    ``value`` is None where it cannot be computed: ``missing`` names the inputs that were not
    found, ``reason`` says it in a sentence. Each of ``inputs`` is a JSON object with ``line``,
    ``value`` (decimal text), ``start``, ``end``, ``origin``, ``source``, ``note``, ``documents``
    and ``earlier``, the values that an older filing had for it.
    """

    name: str
    group: str
    value: Decimal | None
    unit: str
    formula: str
    version: str
    inputs: tuple[Mapping[str, Json], ...] = ()
    missing: tuple[str, ...] = ()
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class MetricPeriod:
    """All metrics of a company for one period, and the documents they were made from.

    ``start`` and ``end`` are days, both included. ``entity`` is the ticker, or ``name:`` and the
    company's name where no ticker is known. ``calculated_at`` is set by the database's side.
    """

    entity: str
    ticker: str | None
    company: str | None
    basis: Basis
    start: date
    end: date
    currency: str | None
    warnings: tuple[str, ...]
    documents: tuple[int, ...]
    metrics: tuple[MetricRecord, ...]
    calculated_at: datetime | None = None

    def __getitem__(self, name: str) -> MetricRecord:
        """The metric of that name.

        Raises:
            KeyError: there is none.
        """
        for metric in self.metrics:
            if metric.name == name:
                return metric
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class MetricSeries:
    """One metric of one company over time, oldest first.

    ``dates`` are the last days of the periods. ``values`` has one for each of them, None where
    the metric could not be computed: a gap is no zero. ``currency`` is that of the latest period,
    for metrics in money.
    """

    ticker: str
    name: str
    basis: Basis
    unit: str
    currency: str | None
    dates: tuple[date, ...]
    values: tuple[Decimal | None, ...]

    @property
    def known(self) -> tuple[tuple[date, float], ...]:
        """The dates that have a value, with it as a float."""
        return tuple(
            (day, float(value))
            for day, value in zip(self.dates, self.values, strict=True)
            if value is not None
        )
