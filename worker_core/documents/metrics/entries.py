"""What is reported under a name, by period; of several values for one the value that counts."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from worker_core.documents.distinct import agree, precision
from worker_core.documents.metrics.model import Earlier, Filing
from worker_core.documents.model import Fact

EDGE_DAYS = 7
"""Fiscal periods end on a weekday near the month's end, so their edges wander."""

Span = tuple[date | None, date]


class ContradictionError(ValueError):
    """Values for one period of which none is newer; the text says which."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The value that counts, where it stands, and those that it took the place of."""

    fact: Fact
    value: Decimal
    note: str = ""
    earlier: tuple[Earlier, ...] = ()


class Entries:
    """What is reported under one name.

    Attributes:
        conflicts: in words, by the period of values that contradict each other.
        dated: documents that tell it on a day, as balance sheets do.
    """

    def __init__(self) -> None:
        self._by_end: defaultdict[date, dict[date | None, Entry]] = defaultdict(dict)
        self.conflicts: dict[Span, str] = {}
        self.dated: set[str] = set()

    def __iter__(self) -> Iterator[Span]:
        for end, entries in self._by_end.items():
            for start in entries:
                yield start, end
        yield from self.conflicts

    def enter(self, span: Span, entry: Entry) -> None:
        """Set what counts for a period."""
        self._by_end[span[1]][span[0]] = entry

    def is_dated(self, entry: Entry) -> bool:
        """Whether the document of an entry has this line on days."""
        return entry.fact.document in self.dated

    def near(self, day: date) -> Iterator[tuple[date | None, date, Entry]]:
        """Start, end and entry of what ends about that day, the nearest end first."""
        for days in range(EDGE_DAYS + 1):
            for away in (days, -days) if days else (0,):
                end = day + timedelta(days=away)
                for start, entry in self._by_end.get(end, {}).items():
                    yield start, end, entry


def settled(name: str, stated: Sequence[Fact], filings: Mapping[str, Filing]) -> Entry:
    """The value that counts of those stated for one period, which is that of the newest filing.

    Raises:
        ContradictionError: the newest filing, or documents of which none is known to be newer,
            state different values.
    """
    order = {id(fact): _told(fact, filings) for fact in stated}
    latest = max((day for day in order.values() if day is not None), default=None)
    current = [fact for fact in stated if order[id(fact)] == latest]
    best = max(current, key=precision)
    if best.value is None:
        raise ValueError("a fact without a value is no entry")
    if not all(agree(best, fact) for fact in current):
        raise ContradictionError(_contradiction(name, current))
    others = [fact for fact in stated if not agree(best, fact)]
    others.sort(key=lambda fact: order[id(fact)] or date.min, reverse=True)
    earlier: dict[Decimal, Earlier] = {}
    for fact in others:
        if fact.value is not None and fact.value not in earlier:
            day = fact.filed or _filing(fact, filings).filed
            earlier[fact.value] = Earlier(fact.value, day, fact.document, fact.source)
    note = f"restated in {_words(best, filings)}" if earlier else ""
    return Entry(best, best.value, note, tuple(earlier.values()))


def _told(fact: Fact, filings: Mapping[str, Filing]) -> date | None:
    """When it was told, for the order: a report for a later period is a later report."""
    filing = _filing(fact, filings)
    return fact.filed or filing.filed or filing.period


def _filing(fact: Fact, filings: Mapping[str, Filing]) -> Filing:
    return filings.get(fact.document, Filing())


def _words(fact: Fact, filings: Mapping[str, Filing]) -> str:
    filing = _filing(fact, filings)
    filed = fact.filed or filing.filed
    if filed is not None:
        return f"the filing of {filed}"
    return f"the report for the period to {filing.period}"


def _contradiction(name: str, facts: Sequence[Fact]) -> str:
    values = sorted({fact.value for fact in facts if fact.value is not None})
    said = " and as ".join(f"{value:f}" for value in values)
    where = ""
    if len({fact.document for fact in facts}) > 1:
        where = ", by documents of which none is known to be the newer one"
    return f"{name} is reported as {said} for the same period{where}"
