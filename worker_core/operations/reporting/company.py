"""What a report on a company is made of."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from worker_core.operations.errors import NoDocument
from worker_core.reports.company import CompanyData, Filing, Outlook, Period, PricePath, title
from worker_core.storage import (
    Basis,
    DocumentRecord,
    ForecastRecord,
    MetricPeriod,
    Storage,
    ToneTrend,
)

PRICES_BACK: Final = timedelta(days=400)
TONE_BACK: Final = timedelta(days=3 * 365)
ANOMALIES_BACK: Final = timedelta(days=2 * 365)
MOST_PERIODS: Final = 16
MOST_FILINGS: Final = 3
MOST_OUTLOOKS: Final = 6
FEW_QUARTERS: Final = 2
# Groups of metrics whose ratios people read in per cent, and the one of reported amounts.
PER_CENT: Final = frozenset({"growth", "margins", "returns"})
REPORTED: Final = "statement"


@dataclass(frozen=True, slots=True)
class Company:
    """What is known by a symbol or a name: ``entity`` is that of its metrics."""

    name: str
    ticker: str | None
    entity: str | None


def find(storage: Storage, wanted: str) -> Company:
    """The company of a symbol, or of a name as its documents have it.

    Raises:
        NoDocument: nothing is stored about it.
        StorageError: the database does not answer.
    """
    wanted = wanted.strip()
    symbol = wanted.upper()
    for entity, ticker, name in storage.metrics.entities():
        if symbol in {ticker, entity} or wanted.casefold() == (name or "").casefold():
            return Company(name or ticker or entity, ticker, entity)
    documents = storage.documents.of_ticker(symbol)
    stored = storage.market.symbol(symbol) if _can_be_symbol(symbol) else None
    if documents or stored:
        named = next((one.company for one in documents if one.company), None)
        return Company(named or symbol, symbol, None)
    raise NoDocument(
        f"Nothing is stored about {wanted!r}: no document, no prices, no metrics.",
        "Give the symbol as it is stored (AAPL), or the company's name as its documents have it.",
    )


def _can_be_symbol(text: str) -> bool:
    return text.isascii() and " " not in text and len(text) <= 15


def company_data(storage: Storage, wanted: str, today: date | None = None) -> CompanyData:
    """All that is kept of a company.

    Raises:
        NoDocument: nothing is.
        StorageError: the database does not answer.
    """
    company = find(storage, wanted)
    today = today or datetime.now(UTC).date()
    basis, periods = _periods(storage, company)
    ticker = company.ticker
    shares = frozenset(
        metric.name
        for one in periods
        for metric in one.metrics
        if metric.unit == "ratio" and metric.group in PER_CENT
    )
    outlooks = list(_outlooks(storage, ticker, shares)) if ticker else []
    prices = _prices(storage, ticker, today) if ticker else None
    # Of prices that ended long ago, what stood out at their end.
    until = prices.days[-1] if prices and len(prices.days) else today
    since = min(until, today) - ANOMALIES_BACK
    odd = list(_anomalies(storage, ticker)) if ticker else []
    price = next((one for one in outlooks if one.what == PRICE), None)
    trend = storage.sentiment.trend(ticker) if ticker else None
    return CompanyData(
        name=company.name,
        ticker=ticker,
        prices=prices,
        outlook=price,
        others=[one for one in outlooks if one is not price][:MOST_OUTLOOKS],
        basis=basis,
        currency=next((one.currency for one in reversed(periods) if one.currency), ""),
        periods=[_period(one) for one in periods],
        shares=shares,
        anomalies=[one for one in odd if one[0] >= since],
        anomalies_since=since,
        older_anomalies=[one[0] for one in odd if one[0] < since],
        tone=[
            (one.day, one.mean, one.ewma)
            for one in storage.sentiment.daily(ticker, today - TONE_BACK)
        ]
        if ticker
        else [],
        trend=_trend(trend) if trend else "",
        filings=list(_filings(storage, ticker)) if ticker else [],
        notes=_notes(periods),
    )


def _prices(storage: Storage, ticker: str, today: date) -> PricePath | None:
    bars = storage.market.adjusted_bars(ticker, today - PRICES_BACK)
    if not len(bars):
        # It may have ended long ago: then its last year.
        last = storage.market.last_day(ticker)
        if last is None:
            return None
        bars = storage.market.adjusted_bars(ticker, last - PRICES_BACK)
    return PricePath(bars.dates.tolist(), bars.close.tolist(), bars.currency)


def _periods(storage: Storage, company: Company) -> tuple[Basis, list[MetricPeriod]]:
    """Quarters where there are some, else years; oldest first."""
    if company.entity is None:
        return "quarter", []
    found = list(storage.metrics.periods(entity=company.entity, basis="quarter"))
    basis: Basis = "quarter"
    if len(found) < FEW_QUARTERS:
        years = list(storage.metrics.periods(entity=company.entity, basis="annual"))
        # One quarter says more than nothing.
        if years:
            found, basis = years, "annual"
    return basis, sorted(found, key=lambda one: one.end)[-MOST_PERIODS:]


def _period(one: MetricPeriod) -> Period:
    # What was reported stands before what was made of it.
    ordered = sorted(one.metrics, key=lambda metric: metric.group != REPORTED)
    values = {m.name: None if m.value is None else float(m.value) for m in ordered}
    return Period(one.end, values)


def _notes(periods: Sequence[MetricPeriod]) -> list[str]:
    return list(dict.fromkeys(warning for one in periods[-1:] for warning in one.warnings))


PRICE: Final = "Price"
_TELLING: Final = {
    name: place
    for place, name in enumerate(
        ("revenue", "operating_income", "net_income", "earnings_per_share_diluted",
         "operating_cash", "free_cash_flow", "gross_margin", "operating_margin", "net_margin")
    )
}  # fmt: skip
"""Metrics whose forecasts come before others, in this order."""


def _outlooks(storage: Storage, ticker: str, shares: Collection[str]) -> Iterator[Outlook]:
    if found := storage.forecasts.latest("price", ticker):
        yield _outlook(found, PRICE)
    metrics = sorted(
        storage.forecasts.latest_of_metrics(ticker),
        key=lambda one: _TELLING.get(one.metric, len(_TELLING)),
    )
    for one in metrics[:MOST_OUTLOOKS]:
        yield _outlook(one, title(one.metric), share=one.metric in shares)


def _outlook(found: ForecastRecord, what: str, *, share: bool = False) -> Outlook:
    near, wide = found.interval(80), found.interval(95)
    return Outlook(
        what=what,
        as_of=found.as_of,
        last_value=found.last_value,
        steps=[
            (
                point.date,
                point.mean,
                *(near[place] if near else (None, None)),
                *(wide[place] if wide else (None, None)),
            )
            for place, point in enumerate(found.points)
        ],
        come=[one.value for one in sorted(found.outcomes, key=lambda one: one.step)],
        skill=found.skill,
        dm_p=found.dm_p,
        base_rate=found.base_rate,
        coverage_80=found.coverage_80,
        coverage_95=found.coverage_95,
        notes=found.notes,
        share=share,
    )


def _anomalies(storage: Storage, ticker: str) -> Iterator[tuple[date, str, float, str]]:
    for one in storage.anomalies.found(ticker):
        of = one.subject.removeprefix(ticker).strip() or one.kind
        yield one.at.date(), of, one.score, one.words


def _trend(trend: ToneTrend) -> str:
    """In a sentence, as far as there was enough to say it."""
    if trend.slope is None:
        return " ".join(trend.missing)
    slope, p_value = trend.slope.get("per_30_days"), trend.slope.get("p_value")
    if not isinstance(slope, int | float) or not isinstance(p_value, int | float):
        return ""
    way = "rises" if slope > 0 else "falls"
    sure = "hardly by chance" if p_value < 0.05 else "which may be chance"
    return f"It {way} by {abs(slope):.3f} in 30 days, {sure} (p = {p_value:.2f})."


def _filings(storage: Storage, ticker: str) -> Iterator[Filing]:
    found = storage.documents.of_ticker(ticker)
    latest = sorted(found, key=lambda one: (one.filing_date or date.min, one.id), reverse=True)
    shown = 0
    for document in latest:
        summary = storage.documents.summary(document.id)
        if summary is None or not summary.sentences:
            continue
        sections = storage.documents.sections(document.id)

        def place(start: int) -> str:
            return next((s.title for s in sections if s.start <= start < s.end), "")  # noqa: B023 - used at once

        sentences = [(one.text, place(one.start)) for one in summary.sentences]
        yield Filing(_heading(document), document.filename, sentences)
        shown += 1
        if shown == MOST_FILINGS:
            return


def _heading(document: DocumentRecord) -> str:
    parts = (
        document.document_type,
        f"until {document.period}" if document.period else "",
        f"filed {document.filing_date}" if document.filing_date else "",
    )
    return " · ".join(part for part in parts if part) or "Document"
