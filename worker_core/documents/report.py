"""Facts from statements laid out as tables: a label, then a column for each period."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from worker_core.documents.calendar import months_before
from worker_core.documents.dates import first_date
from worker_core.documents.model import Cover, Fact, Limits
from worker_core.documents.tabular import CellValue, Row, Sheet, shown, written_number
from worker_core.documents.units import plain

LABEL = "label:"
"""What the concept of a fact begins with that has only the words of its table's row."""

_HEADER_ROWS = 12
_YEAR = re.compile(r"(?:FY|fiscal(?: year)?)?\s*((?:19|20)\d\d)\s*(?:A|\(?restated\)?)?", re.I)
_NUMBER_WORDS = {"three": 3, "six": 6, "nine": 9, "twelve": 12}
_MONTHS = re.compile(r"\b(\d{1,2}|three|six|nine|twelve) months?\b", re.I)
_YEARS = re.compile(r"\b(?:fiscal )?years? ended\b", re.I)
_QUARTERS = re.compile(r"\bquarters? ended\b", re.I)
_SCALE = re.compile(r"\bin (thousands|millions|billions)\b", re.I)
_SHARE_SCALE = re.compile(r"\bshares in (thousands|millions|billions)\b", re.I)
_POWERS = {"thousands": 3, "millions": 6, "billions": 9}
_CURRENCY = re.compile(r"\b(USD|EUR|GBP|JPY|CAD|CHF|AUD|CNY|HKD|INR|KRW|SEK|NOK|DKK|BRL|MXN)\b")
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
_PER_SHARE = re.compile(r"\bper (?:\w+ ){0,2}(?:share|unit)\b", re.I)
_SHARES = re.compile(
    r"\(in shares\)|\bshares (?:outstanding|issued)\b|\bweighted[- ]average\b", re.I
)
_PURE = re.compile(
    r"%|\bpercent(?:age)?\b|\bratio\b|\b(?:tax|interest|growth|discount) rate\b|\bnumber of\b"
    r"|\(in (?:days|months|years)\)",
    re.I,
)
_NOT_SHARES = re.compile(r"\bvalue\b|\bpaid-in\b|\bproceeds\b", re.I)
_COVER = re.compile(r"\bcover\b|document and entity", re.I)
_LABEL_LENGTH = 300


@dataclass(frozen=True, slots=True)
class _Column:
    """The period that a column is for; ``months`` is 0 for an instant."""

    end: date
    months: int

    @property
    def start(self) -> date | None:
        if not self.months:
            return None
        return months_before(self.end, self.months) + timedelta(days=1)


def read_reports(sheets: Sequence[Sheet], limits: Limits) -> tuple[Cover, tuple[Fact, ...]]:
    """What the sheets state of the document, and the facts of those that are statements."""
    facts: list[Fact] = []
    for sheet in sheets:
        facts.extend(_facts(sheet))
        if len(facts) > limits.max_facts:
            break
    kept = tuple(facts[: limits.max_facts + 1])
    return cover_of(kept), kept


def cover_of(facts: Iterable[Fact]) -> Cover:
    """The document's own facts among all: by their ``dei`` tags or by the labels of these."""
    stated: dict[str, str] = {}
    for fact in facts:
        if fact.text and fact.concept.startswith(("dei:", LABEL)):
            name = re.sub(r"[^A-Za-z]", "", fact.concept.partition(":")[2])
            stated.setdefault(name, fact.text)
    return Cover(
        form_type=stated.get("DocumentType"),
        company=stated.get("EntityRegistrantName"),
        ticker=stated.get("TradingSymbol"),
        period=first_date(stated.get("DocumentPeriodEndDate", "")),
    )


def _facts(sheet: Sheet) -> list[Fact]:
    head = sheet.rows[:_HEADER_ROWS]
    at, columns = _header(head)
    if not columns:
        return []
    words = " ".join(shown(value) for row in head[: at + 1] for value in row.cells.values())[:2000]
    is_cover = bool(_COVER.search(f"{sheet.name} {words}"))
    scale, share_scale = _scales(words)
    currency = _currency(words)
    seen: set[str] = set()
    heading = ""
    facts = []
    for row in sheet.rows[at + 1 :]:
        label = _label(row, min(columns))
        if not label:
            continue
        values = [(column, row.cells[column]) for column in columns if column in row.cells]
        if not values:
            heading = label
            continue
        # A statement shows its lines once for the whole; what repeats them is a breakdown.
        dimensions = (("heading", heading),) if label in seen and heading else ()
        for column, value in values:
            fact = _fact(label, value, columns[column], currency, scale, share_scale, is_cover)
            if fact is not None:
                place = f"{sheet.name}!{_letters(column)}{row.number}".removeprefix("!")
                facts.append(_placed(fact, dimensions, place))
                seen.add(label)
    return facts


def _header(rows: Sequence[Row]) -> tuple[int, dict[int, _Column]]:
    """The row that gives the columns their periods, and those; the labels stand left of them."""
    months: dict[int, int] = {}
    for at, row in enumerate(rows):
        columns: dict[int, _Column] = {}
        for column, value in row.cells.items():
            stated = _months(shown(value)) if isinstance(value, str) else 0
            if stated:
                months[column] = stated
            end, whole_year = _end(value)
            if end is not None and (column > 1 or len(row.cells) == 1):
                length = stated or _carried(months, column) or (12 if whole_year else 0)
                columns[column] = _Column(end, length)
        dated = {column: found for column, found in columns.items() if column > 1}
        if dated and len(dated) >= len(row.cells) - 1:
            return at, dated
    return 0, {}


def _carried(months: dict[int, int], column: int) -> int:
    """The length above a column; a merged cell holds its text in its first column only."""
    before = [at for at in months if 1 < at <= column]
    return months[max(before)] if before else months.get(1, 0)


def _months(text: str) -> int:
    found = _MONTHS.search(text)
    if found:
        word = found[1].lower()
        number = _NUMBER_WORDS.get(word) or int(word) if word.isdecimal() else _NUMBER_WORDS[word]
        return number if 0 < number <= 120 else 0
    if _YEARS.search(text):
        return 12
    return 3 if _QUARTERS.search(text) else 0


def _end(value: CellValue) -> tuple[date | None, bool]:
    """The date of a column's head, and whether it is only a year."""
    if isinstance(value, date):
        return value, False
    text = shown(value).strip()
    if len(text) > 60:
        return None, False
    year = _YEAR.fullmatch(text)
    if year:
        return date(int(year[1]), 12, 31), True
    return (first_date(text) if isinstance(value, str) else None), False


def _scales(words: str) -> tuple[int, int]:
    shares = _SHARE_SCALE.search(words)
    values = _SCALE.search(_SHARE_SCALE.sub("", words))
    scale = _POWERS[values[1].lower()] if values else 0
    if shares:
        return scale, _POWERS[shares[1].lower()]
    # "In millions, except per share": of shares it says nothing only when they are excepted.
    excepted = re.search(r"except[^)]{0,40}\bshares?\b(?! (?:data|amounts))", words, re.I)
    return scale, 0 if excepted else scale


def _currency(words: str) -> str:
    found = _CURRENCY.search(words)
    if found:
        return found[1]
    return next((code for sign, code in _SIGNS.items() if sign in words), "USD")


def _label(row: Row, first_value: int) -> str:
    for column, value in row.cells.items():
        if column < first_value and isinstance(value, str):
            return " ".join(value.split())[:_LABEL_LENGTH]
    return ""


def _fact(
    label: str,
    value: CellValue,
    period: _Column,
    currency: str,
    scale: int,
    share_scale: int,
    is_cover: bool,
) -> Fact | None:
    unit, power = currency, scale
    if _PURE.search(label):
        unit, power = "pure", 0
    elif _PER_SHARE.search(label):
        unit, power = f"{currency}/shares", 0
    elif _SHARES.search(label) and not _NOT_SHARES.search(label):
        unit, power = "shares", share_scale
    if isinstance(value, str):
        written = written_number(value)
        if written is None:
            return _text_fact(label, value, period) if is_cover else None
        number, percent = written
        if percent:
            unit, power = "pure", 0
    elif isinstance(value, Decimal):
        number = value
    else:
        return _text_fact(label, shown(value), period) if is_cover else None
    decimals = -power if power else None
    return Fact(
        f"{LABEL}{label}", plain(number.scaleb(power)), None, unit, decimals, period.start,
        period.end, label=label,
    )  # fmt: skip


def _text_fact(label: str, value: str, period: _Column) -> Fact | None:
    text = " ".join(value.split())[:500]
    if not text:
        return None
    return Fact(f"{LABEL}{label}", None, text, start=period.start, end=period.end, label=label)


def _placed(fact: Fact, dimensions: tuple[tuple[str, str], ...], place: str) -> Fact:
    return Fact(
        fact.concept, fact.value, fact.text, fact.unit, fact.decimals, fact.start, fact.end,
        dimensions, fact.label, place,
    )  # fmt: skip


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
