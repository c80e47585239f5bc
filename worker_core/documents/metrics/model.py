"""What a metric is. Plain data."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Basis = Literal["annual", "half_year", "quarter", "year_to_date"]
Unit = Literal["ratio", "money", "money/share", "days", "score"]


@dataclass(frozen=True, slots=True)
class Period:
    """A reporting period, both days included."""

    start: date
    end: date
    basis: Basis

    @property
    def days(self) -> int:
        """Days in the period."""
        return (self.end - self.start).days + 1


@dataclass(frozen=True, slots=True)
class Filing:
    """What tells whether one document is newer than another.

    Attributes:
        filed: when it was filed, as far as that is known.
        period: the end of the period that it reports on.
    """

    filed: date | None = None
    period: date | None = None


@dataclass(frozen=True, slots=True)
class Close:
    """What a share cost at the end of a day, not adjusted for what came later."""

    day: date
    price: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """A value that a newer filing has put another one in the place of."""

    value: Decimal
    filed: date | None
    document: str
    source: str


@dataclass(frozen=True, slots=True)
class Input:
    """A value that a metric was computed from.

    Attributes:
        line: the line of the statements: ``revenue``, ``total_assets``.
        start: first day of what the value covers; ``None`` for a balance.
        origin: the tag or label it was reported under; of a derived one how it was derived.
        source: where it stands in the document; empty for a derived one.
        note: what a reader has to know, such as that an earlier filing said otherwise.
        documents: that it comes from, where several were looked at together.
        earlier: what earlier filings said, the latest first.
    """

    line: str
    value: Decimal
    start: date | None
    end: date
    origin: str
    source: str = ""
    note: str = ""
    documents: tuple[str, ...] = ()
    earlier: tuple[Earlier, ...] = ()


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure, or why there is none.

    Attributes:
        value: ratios as such: .25 is 25 %. ``None`` where ``reason`` says why.
        formula: in words.
        version: raised whenever the same facts would give another value.
        missing: for every input that was not found, its line and what was looked for.
        note: the variant that was taken, or how far the value carries.
    """

    name: str
    group: str
    value: Decimal | None
    unit: Unit
    formula: str
    version: str
    inputs: tuple[Input, ...] = ()
    missing: tuple[str, ...] = ()
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class MetricReport:
    """The metrics of one period.

    Attributes:
        currency: of all amounts; ``None`` where no amount was found.
        warnings: where the facts contradict each other, as with a wrong sign or scale.
    """

    period: Period
    currency: str | None
    metrics: tuple[Metric, ...]
    warnings: tuple[str, ...]

    def __getitem__(self, name: str) -> Metric:
        """The metric of that name.

        Raises:
            KeyError: there is none.
        """
        for metric in self.metrics:
            if metric.name == name:
                return metric
        raise KeyError(name)
