"""The facts of one company as a book to look values up in, by line and by period."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from worker_core.documents.metrics.entries import (
    EDGE_DAYS,
    ContradictionError,
    Entries,
    Entry,
    Span,
    settled,
)
from worker_core.documents.metrics.lines import LINES, Line, Measure
from worker_core.documents.metrics.model import Filing, Input, Period
from worker_core.documents.metrics.periods import periods_of
from worker_core.documents.model import Fact
from worker_core.documents.report import LABEL

_EDGE = timedelta(days=EDGE_DAYS)
_ANCHORS = ("revenue", "net_income", "operating_cash")
_NOTHING = Entries()


class MissingInputError(LookupError):
    """A line is reported for no such period; the text says what was looked for."""


_Name = tuple[str, Measure]
_Asked = tuple[str, Period, bool]


class FactBook:
    """The facts of the whole entity in its main currency.

    Of values filed for the same period at different times the latest counts: it is the restated
    one, and keeps the earlier ones beside it. Values that contradict each other in one filing
    count as missing. ``filings``, by the facts' ``document``, tell which document is newer where
    the facts do not say when they were filed.

    Attributes:
        currency: the one most amounts are in; ``None`` where there are none.
        periods: that the main lines are reported for, the latest first, of one end the longest
            first.
    """

    def __init__(self, facts: Iterable[Fact], filings: Mapping[str, Filing] | None = None) -> None:
        whole = [fact for fact in facts if not fact.dimensions and fact.value is not None]
        self.currency = _main_currency(whole)
        self._entries: defaultdict[_Name, Entries] = defaultdict(Entries)
        self._given: dict[tuple[str, date], Input] = {}
        self._known: dict[_Asked, Input | MissingInputError] = {}
        grouped: defaultdict[tuple[_Name, Span], list[Fact]] = defaultdict(list)
        for fact in whole:
            measure = _measure(fact.unit, self.currency)
            if fact.end is not None and measure is not None:
                grouped[(_name(fact.concept), measure), (fact.start, fact.end)].append(fact)
        for (name, span), stated in grouped.items():
            entries = self._entries[name]
            if span[0] is None:
                entries.dated.update(fact.document for fact in stated)
            try:
                entries.enter(span, settled(name[0], stated, filings or {}))
            except ContradictionError as error:
                entries.conflicts[span] = str(error)
        anchors = (name for anchor in _ANCHORS for name in _names(LINES[anchor]))
        self.periods = periods_of([self._of(name) for name in anchors])

    def give(
        self, line: str, end: date, value: Decimal, origin: str = "given by the caller"
    ) -> None:
        """Set a value that no filing has."""
        self._given[line, end] = Input(line, value, None, end, origin)
        self._known.clear()

    def value(self, line_name: str, period: Period, *, opening: bool = False) -> Input:
        """The value of a line for a period; of a balance at its end, or at its ``opening``.

        Raises:
            MissingInputError: it is neither reported nor follows from what is.
        """
        asked = line_name, period, opening
        if asked not in self._known:
            try:
                self._known[asked] = self._value(
                    LINES[line_name], period, frozenset(), opening=opening
                )
            except MissingInputError as error:
                self._known[asked] = error
        known = self._known[asked]
        if isinstance(known, MissingInputError):
            raise MissingInputError(str(known))
        return known

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

    def _of(self, name: _Name) -> Entries:
        return self._entries.get(name, _NOTHING)

    def _value(self, line: Line, period: Period, above: frozenset[str], *, opening: bool) -> Input:
        if line.name in above:
            raise MissingInputError(line.words)
        day = period.start - timedelta(days=1) if opening else period.end
        given = self._given.get((line.name, period.end))
        if given is not None and not opening:
            return given
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
        for start, end, entry in self._of(name).near(day):
            # A table headed by years gives balances the period of the year; where the document
            # has the line on days too, over a period it is what changed, as of cash flows.
            balance = name[0].startswith(LABEL) and not self._of(name).is_dated(entry)
            if start is None or balance:
                return _input(line, entry, None, end)
        return None

    def _over(self, line: Line, name: _Name, period: Period) -> Input | None:
        entries = self._of(name)
        for start, end, entry in entries.near(period.end):
            if start is not None and _near(start, period.start):
                return _input(line, entry, start, end)
        if line.kind != "flow":
            return None
        for start, end, whole in entries.near(period.end):
            if start is None or start >= period.start:
                continue
            for other, until, first in entries.near(period.start - timedelta(days=1)):
                if other == start:
                    origin = f"{name[0]} to {end} − to {until}"
                    note = "the difference of two year-to-date values"
                    return Input(
                        line.name, whole.value - first.value, period.start, end, origin, "", note,
                        _documents(whole, first), (*whole.earlier, *first.earlier),
                    )  # fmt: skip
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
        words: list[str] = []
        parts: list[Input] = []
        for term in sum_of:
            part = self._value(LINES[term[1:]], period, above, opening=opening)
            total += part.value if term[0] == "+" else -part.value
            words.append(f"{'−' if term[0] == '-' else '+'} {part.origin}")
            parts.append(part)
        last = parts[-1]
        return Input(
            line.name, total, last.start, last.end, " ".join(words).removeprefix("+ "),
            note="; ".join(dict.fromkeys(part.note for part in parts if part.note)),
            documents=tuple(dict.fromkeys(one for part in parts for one in part.documents)),
            earlier=tuple(one for part in parts for one in part.earlier),
        )  # fmt: skip

    def _conflict(self, name: _Name, line: Line, period: Period, day: date) -> str:
        for (start, end), what in self._of(name).conflicts.items():
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


def _near(one: date, other: date) -> bool:
    return abs(one - other) <= _EDGE


def _documents(*entries: Entry) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.fact.document for one in entries if one.fact.document))


def _input(line: Line, entry: Entry, start: date | None, end: date) -> Input:
    fact = entry.fact
    return Input(
        line.name, entry.value, start, end, fact.concept, fact.source, entry.note,
        _documents(entry), entry.earlier,
    )  # fmt: skip


def _looked_for(line: Line, period: Period, day: date) -> str:
    when = f"on {day}" if line.kind == "stock" else f"from {period.start} to {period.end}"
    return f"{line.words} {when}"
