"""The facts of one company as a book to look values up in, by line and by period."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from worker_core.documents.metrics.lines import LINES, Line, Measure
from worker_core.documents.metrics.model import Basis, Input, Period
from worker_core.documents.model import Fact
from worker_core.documents.report import LABEL

_EDGE = timedelta(days=7)
"""Fiscal periods end on a weekday near the month's end, so their edges wander."""

_LENGTHS: tuple[tuple[Basis, int, int], ...] = (
    ("annual", 350, 380), ("half_year", 170, 195), ("quarter", 80, 100),
)  # fmt: skip
_YEAR_TO_DATE = (60, 380)
_ANCHORS = ("revenue", "net_income", "operating_cash")


class MissingInputError(LookupError):
    """A line is reported for no such period; the text says what was looked for."""


_Name = tuple[str, Measure]
_Span = tuple[date | None, date]


@dataclass(frozen=True, slots=True)
class _Entry:
    fact: Fact
    value: Decimal
    note: str


class FactBook:
    """The facts of the whole entity in its main currency.

    Of values filed for the same period at different times the latest counts: it is the restated
    one. Values that contradict each other in one filing count as missing.

    Attributes:
        currency: the one most amounts are in; ``None`` where there are none.
        periods: that the main lines are reported for, the latest first, of one end the longest
            first.
    """

    def __init__(self, facts: Iterable[Fact]) -> None:
        whole = [fact for fact in facts if not fact.dimensions and fact.value is not None]
        self.currency = _main_currency(whole)
        self._entries: dict[_Name, dict[_Span, _Entry]] = defaultdict(dict)
        self._conflicts: dict[_Name, dict[_Span, str]] = defaultdict(dict)
        self._given: dict[tuple[str, date], Decimal] = {}
        grouped: dict[tuple[_Name, _Span], list[Fact]] = defaultdict(list)
        for fact in whole:
            measure = _measure(fact.unit, self.currency)
            if fact.end is not None and measure is not None:
                grouped[(_name(fact.concept), measure), (fact.start, fact.end)].append(fact)
        for (name, span), stated in grouped.items():
            self._enter(name, span, stated)
        self.periods = self._periods()

    def give(self, line: str, end: date, value: Decimal) -> None:
        """Set a value that no filing has."""
        self._given[line, end] = value

    def _periods(self) -> tuple[Period, ...]:
        found: set[Period] = set()
        for anchor in _ANCHORS:
            for name in _names(LINES[anchor]):
                for start, end in self._entries.get(name, {}):
                    basis = _basis(start, end)
                    if start is not None and basis is not None:
                        found.add(Period(start, end, basis))
        return tuple(sorted(found, key=lambda period: (period.end, period.days), reverse=True))

    def value(self, line_name: str, period: Period, *, opening: bool = False) -> Input:
        """The value of a line for a period; of a balance at its end, or at its ``opening``.

        Raises:
            MissingInputError: it is neither reported nor follows from what is.
        """
        return self._value(LINES[line_name], period, frozenset(), opening=opening)

    def year_before(self, period: Period) -> Period:
        """The period of the same length a year earlier, as reported where it is.

        Fiscal years have 52 or 53 weeks, so its days are looked up rather than computed.
        """
        end = period.end - timedelta(days=364)
        for other in self.periods:
            if other.basis == period.basis and abs(other.end - end) <= 2 * _EDGE:
                return other
        return Period(
            period.start - timedelta(days=365), period.end - timedelta(days=365), period.basis
        )

    def _enter(self, name: _Name, span: _Span, stated: list[Fact]) -> None:
        latest = max((fact.filed for fact in stated if fact.filed), default=None)
        current = [fact for fact in stated if fact.filed == latest]
        values = sorted({fact.value for fact in current if fact.value is not None})
        if len(values) > 1:
            said = " and as ".join(f"{value:f}" for value in values)
            self._conflicts[name][span] = f"{name[0]} is reported as {said} for the same period"
            return
        note = ""
        if any(fact.value != current[0].value for fact in stated):
            note = f"restated in the filing of {latest}"
        self._entries[name][span] = _Entry(current[0], values[0], note)

    def _value(self, line: Line, period: Period, above: frozenset[str], *, opening: bool) -> Input:
        if line.name in above:
            raise MissingInputError(line.words)
        day = period.start - timedelta(days=1) if opening else period.end
        given = self._given.get((line.name, period.end))
        if given is not None and not opening:
            return Input(line.name, given, None, period.end, "given by the caller")
        conflict = ""
        for name in _names(line):
            found = (
                self._balance(line, name, day)
                if line.kind == "stock"
                else self._over(line, name, period)
            )
            if found is not None:
                return found
            conflict = conflict or self._conflict(name, line, period, day)
        if conflict:
            raise MissingInputError(f"{line.words}: {conflict}")
        for sum_of in line.derived:
            try:
                return self._derived(line, sum_of, period, above | {line.name}, opening=opening)
            except MissingInputError:
                continue
        raise MissingInputError(_looked_for(line, period, day))

    def _balance(self, line: Line, name: _Name, day: date) -> Input | None:
        best: tuple[timedelta, Input] | None = None
        for (start, end), entry in self._entries.get(name, {}).items():
            # A table headed by years gives balances the period of the year.
            if (start is None or name[0].startswith(LABEL)) and abs(end - day) <= _EDGE:
                found = _input(line, entry, None, end)
                if best is None or abs(end - day) < best[0]:
                    best = abs(end - day), found
        return best[1] if best else None

    def _over(self, line: Line, name: _Name, period: Period) -> Input | None:
        entries = self._entries.get(name, {})
        for (start, end), entry in entries.items():
            if start is not None and _near(start, period.start) and _near(end, period.end):
                return _input(line, entry, start, end)
        if line.kind != "flow":
            return None
        for (start, end), whole in entries.items():
            if start is None or not _near(end, period.end) or start >= period.start:
                continue
            for (other, until), first in entries.items():
                if other == start and _near(until, period.start - timedelta(days=1)):
                    value = whole.value - first.value
                    origin = f"{name[0]} to {end} − to {until}"
                    note = "the difference of two year-to-date values"
                    return Input(line.name, value, period.start, end, origin, "", note)
        return None

    def _derived(
        self,
        line: Line,
        sum_of: tuple[str, ...],
        period: Period,
        above: frozenset[str],
        *,
        opening: bool,
    ) -> Input:
        total = Decimal(0)
        words = []
        for term in sum_of:
            part = self._value(LINES[term[1:]], period, above, opening=opening)
            total += part.value if term[0] == "+" else -part.value
            words.append(f"{'−' if term[0] == '-' else '+'} {part.origin}")
            start, end = part.start, part.end
        origin = " ".join(words).removeprefix("+ ")
        return Input(line.name, total, start, end, origin)

    def _conflict(self, name: _Name, line: Line, period: Period, day: date) -> str:
        for (start, end), what in self._conflicts.get(name, {}).items():
            if line.kind == "stock" and start is None and abs(end - day) <= _EDGE:
                return what
            if start is not None and _near(start, period.start) and _near(end, period.end):
                return what
        return ""


def _main_currency(facts: Iterable[Fact]) -> str | None:
    counted = Counter(
        fact.unit for fact in facts if fact.unit and re.fullmatch(r"[A-Z]{3}", fact.unit)
    )
    return counted.most_common(1)[0][0] if counted else None


def _measure(unit: str | None, currency: str | None) -> Measure | None:
    """What a unit measures; ``None`` of ratios and of other currencies."""
    if unit is None or unit == currency:
        return "money"
    if unit == "shares":
        return "shares"
    return "money/share" if unit == f"{currency}/shares" else None


def _name(concept: str) -> str:
    """Tags of us-gaap without their prefix; labels in small letters without brackets."""
    if concept.startswith(LABEL):
        words = re.sub(r"\([^)]*\)", " ", concept.removeprefix(LABEL)).lower()
        return LABEL + " ".join(re.sub(r"[,:;]", " ", words).split())
    return concept.removeprefix("us-gaap:")


def _names(line: Line) -> tuple[_Name, ...]:
    labels = (LABEL + label for label in line.labels)
    return tuple((name, line.measure) for name in (*line.tags, *labels))


def _basis(start: date | None, end: date) -> Basis | None:
    if start is None:
        return None
    days = (end - start).days + 1
    for basis, least, most in _LENGTHS:
        if least <= days <= most:
            return basis
    return "year_to_date" if _YEAR_TO_DATE[0] <= days <= _YEAR_TO_DATE[1] else None


def _near(one: date, other: date) -> bool:
    return abs(one - other) <= _EDGE


def _input(line: Line, entry: _Entry, start: date | None, end: date) -> Input:
    fact = entry.fact
    return Input(line.name, entry.value, start, end, fact.concept, fact.source, entry.note)


def _looked_for(line: Line, period: Period, day: date) -> str:
    when = f"on {day}" if line.kind == "stock" else f"from {period.start} to {period.end}"
    return f"{line.words} {when}"
