"""Figures of a company from the facts that its filings report.

Pure functions over ``Fact``: nothing is looked up, estimated or filled in. An input that is not
reported makes its metrics missing, with the reason.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from worker_core.documents.metrics.book import FactBook, MissingInputError
from worker_core.documents.metrics.checks import warnings
from worker_core.documents.metrics.formulas import Formula, look_up, work_out
from worker_core.documents.metrics.model import (
    Basis,
    Close,
    Earlier,
    Filing,
    Input,
    Metric,
    MetricReport,
    Period,
    Unit,
)
from worker_core.documents.metrics.ratios import RATIOS
from worker_core.documents.metrics.scores import (
    PIOTROSKI_SIGNALS,
    SCORES,
    piotroski_signals,
)
from worker_core.documents.metrics.statement import STATEMENT
from worker_core.documents.model import Fact

__all__ = [
    "FORMULAS",
    "Basis",
    "Close",
    "Earlier",
    "Filing",
    "Formula",
    "Input",
    "Metric",
    "MetricReport",
    "Period",
    "Unit",
    "compute_metrics",
    "compute_periods",
    "reporting_periods",
]

FORMULAS = (*RATIOS, *SCORES, *STATEMENT)
"""All metrics, in the order in which they are reported."""

_OLDEST_CLOSE = timedelta(days=7)
_FLOWS_IN_RETURNS = {"returns", "DuPont"}


def reporting_periods(facts: Iterable[Fact]) -> tuple[Period, ...]:
    """The periods that the facts report on, the latest first, of one end the longest first."""
    return FactBook(facts).periods


def compute_metrics(
    facts: Iterable[Fact],
    *,
    end: date | None = None,
    basis: Basis | None = None,
    market_value: Decimal | None = None,
    filings: Mapping[str, Filing] | None = None,
) -> MetricReport | None:
    """All metrics of one period; ``None`` if the facts report on no such period.

    The period is the latest one, or the one that ends about ``end``; of those with one end the
    year before the quarter, and the quarter before what has passed of the year.
    ``market_value`` of equity at its end is in no filing, so Altman's Z takes it from here.
    ``filings`` as for `compute_periods`.
    """
    book = FactBook(facts, filings)
    periods = [
        period
        for period in book.periods
        if (end is None or abs((period.end - end).days) <= 7)
        and (basis is None or period.basis == basis)
    ]
    if not periods:
        return None
    latest = max(period.end for period in periods)
    order: tuple[Basis, ...] = ("annual", "quarter", "half_year", "year_to_date")
    period = min(
        (found for found in periods if found.end == latest),
        key=lambda found: order.index(found.basis),
    )
    if market_value is not None:
        book.give("market_value", period.end, market_value)
    return _report(book, period)


def compute_periods(
    facts: Iterable[Fact],
    *,
    filings: Mapping[str, Filing] | None = None,
    bases: Collection[Basis] = ("annual", "half_year", "quarter"),
    close_at: Callable[[date], Close | None] | None = None,
) -> tuple[MetricReport, ...]:
    """All metrics of every period of these lengths that the facts report on, the latest first.

    The facts may be those of several documents of one company, such as the annual reports of two
    years: a fact's ``document`` is then a key of ``filings``, by which the newer filing's value
    counts where two differ. ``close_at`` gives the last price of a share on or before a day, for
    the market value of equity; a company with several classes of shares is valued at that of one.
    """
    book = FactBook(facts, filings)
    periods = [period for period in book.periods if period.basis in bases]
    if close_at is not None:
        for period in periods:
            _value_at_market(book, period, close_at)
    return tuple(_report(book, period) for period in periods)


def _value_at_market(
    book: FactBook, period: Period, close_at: Callable[[date], Close | None]
) -> None:
    try:
        shares = book.value("shares_outstanding", period)
    except MissingInputError:
        return
    close = close_at(period.end)
    # Prices of another currency would need a rate, and those of another time mean nothing.
    if close is None or close.currency != book.currency or period.end - close.day > _OLDEST_CLOSE:
        return
    origin = f"close of {close.day}, {close.price:f}, × {shares.origin}"
    book.give("market_value", period.end, close.price * shares.value, origin)


def _report(book: FactBook, period: Period) -> MetricReport:
    metrics = tuple(_noted(work_out(formula, book, period), book, period) for formula in FORMULAS)
    return MetricReport(period, book.currency, metrics, warnings(book, period))


def _noted(metric: Metric, book: FactBook, period: Period) -> Metric:
    if metric.name == "piotroski_f":
        return _with_signals(metric, book, period)
    if metric.group in _FLOWS_IN_RETURNS and period.basis != "annual" and metric.value is not None:
        days = f"of {period.days} days, not scaled up to a year"
        return replace(metric, note=f"{metric.note}; {days}" if metric.note else days)
    return metric


def _with_signals(metric: Metric, book: FactBook, period: Period) -> Metric:
    if metric.value is None:
        return metric
    needs = next(formula.needs for formula in SCORES if formula.name == metric.name)
    inputs, _ = look_up(needs, book, period)
    met = piotroski_signals(*(found.value for found in inputs))
    failed = [words for words, passed in zip(PIOTROSKI_SIGNALS, met, strict=True) if not passed]
    if not failed:
        return metric
    return replace(metric, note=f"{metric.note} Not met: {'; '.join(failed)}.")
