"""Where facts contradict each other: the traces that a wrong sign or scale leaves."""

from collections.abc import Iterator
from decimal import Decimal

from worker_core.documents.metrics.book import FactBook, MissingInputError
from worker_core.documents.metrics.lines import LINES
from worker_core.documents.metrics.model import Period

_NEVER_NEGATIVE = (
    "revenue", "cost_of_revenue", "total_assets", "current_assets", "cash", "receivables",
    "inventory", "ppe", "current_liabilities", "total_liabilities", "shares_outstanding",
    "shares_diluted", "capex", "depreciation",
)  # fmt: skip
_COMPARED = ("revenue", "total_assets", "shares_outstanding")
_JUMP = 100
_SHARE_OF_ROUNDING = Decimal("0.005")


def warnings(book: FactBook, period: Period) -> tuple[str, ...]:
    """A sentence for each contradiction."""
    return (*_signs(book, period), *_jumps(book, period), *_sums(book, period))


def _reported(
    book: FactBook, line: str, period: Period, *, opening: bool = False
) -> Decimal | None:
    try:
        return book.value(line, period, opening=opening).value
    except MissingInputError:
        return None


def _signs(book: FactBook, period: Period) -> Iterator[str]:
    for line in _NEVER_NEGATIVE:
        value = _reported(book, line, period)
        if value is not None and value < 0:
            yield f"{_named(line)} is reported as negative ({value:,f}); its sign may be wrong."


def _jumps(book: FactBook, period: Period) -> Iterator[str]:
    before = book.year_before(period)
    for line in _COMPARED:
        now, then = _reported(book, line, period), _reported(book, line, before)
        if now and then and not 1 / Decimal(_JUMP) < abs(now / then) < _JUMP:
            yield (
                f"{_named(line)} went from {then:,f} to {now:,f} within a year; "
                "one of the two may have the wrong scale."
            )


def _sums(book: FactBook, period: Period) -> Iterator[str]:
    assets = _reported(book, "total_assets", period)
    parts = (
        _reported(book, "total_liabilities", period),
        _reported(book, "equity_and_minorities", period),
    )
    if assets and parts[0] is not None and parts[1] is not None:
        total = parts[0] + parts[1]
        # Equity outside the two, such as what may be redeemed, makes up the rest: it is positive.
        if total > assets * (1 + _SHARE_OF_ROUNDING) or total < assets / 2:
            yield f"Liabilities and equity are {total:,f}, total assets {assets:,f}."
    revenue, cost, gross = (
        _reported(book, line, period) for line in ("revenue", "cost_of_revenue", "gross_profit")
    )
    if revenue and cost is not None and gross is not None:
        gap = abs(revenue - cost - gross)
        if gap > abs(revenue) * _SHARE_OF_ROUNDING:
            yield (
                f"Revenue less its cost is {revenue - cost:,f}, and gross profit is reported as "
                f"{gross:,f}."
            )


def _named(line: str) -> str:
    words = LINES[line].words
    return words[0].upper() + words[1:]
