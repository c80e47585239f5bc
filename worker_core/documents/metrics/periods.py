"""The periods that a company reports on, from the spans of its main lines."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise

from worker_core.documents.metrics.entries import EDGE_DAYS, Span
from worker_core.documents.metrics.model import Basis, Period

_LENGTHS: tuple[tuple[Basis, int, int], ...] = (
    ("annual", 350, 380), ("half_year", 170, 195), ("quarter", 80, 100),
)  # fmt: skip
_YEAR_TO_DATE = (60, 380)


def periods_of(lines: Sequence[Iterable[Span]]) -> tuple[Period, ...]:
    """The periods that spans stand for, the latest first, of one end the longest first.

    A quarter that is not reported, as the last one of a year, follows from two values since the
    year's start. Of periods of one kind whose ends lie within days of each other, as two filings
    may write them, the one that most lines have is taken.
    """
    reported: Counter[Period] = Counter()
    followed: Counter[Period] = Counter()
    for spans in lines:
        ends: defaultdict[date, list[date]] = defaultdict(list)
        for start, end in spans:
            period = None if start is None else _period(start, end)
            if start is not None:
                ends[start].append(end)
            if period is not None:
                reported[period] += 1
        for same_start in ends.values():
            ordered = sorted(same_start)
            for until, end in pairwise(ordered):
                rest = _period(until + timedelta(days=1), end)
                if rest is not None and rest.basis == "quarter":
                    followed[rest] += 1
    kept = _one_of_each(reported)
    kept += _one_of_each(followed, kept)
    return tuple(sorted(kept, key=lambda period: (period.end, period.days), reverse=True))


def _one_of_each(counted: Counter[Period], taken: Sequence[Period] = ()) -> list[Period]:
    kept: list[Period] = []
    for period in sorted(counted, key=lambda one: (counted[one], one.end), reverse=True):
        if not any(
            other.basis == period.basis and abs((other.end - period.end).days) <= EDGE_DAYS
            for other in (*taken, *kept)
        ):
            kept.append(period)
    return kept


def _period(start: date, end: date) -> Period | None:
    basis = _basis(start, end)
    return None if basis is None else Period(start, end, basis)


def _basis(start: date, end: date) -> Basis | None:
    days = (end - start).days + 1
    for basis, least, most in _LENGTHS:
        if least <= days <= most:
            return basis
    return "year_to_date" if _YEAR_TO_DATE[0] <= days <= _YEAR_TO_DATE[1] else None
