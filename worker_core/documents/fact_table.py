"""Facts from a table with one fact a row: exports of XBRL data, and the SEC's ``num`` files."""

import re
from datetime import date, timedelta
from decimal import Decimal

from worker_core.documents.calendar import months_before
from worker_core.documents.dates import first_date
from worker_core.documents.model import Fact
from worker_core.documents.tabular import CellValue, Row, Sheet, shown, written_number
from worker_core.documents.units import unit_name

_COLUMNS = {
    "concept": ("concept", "tag", "element", "fact", "name", "elementname", "qname"),
    "value": ("value", "val", "amount", "factvalue", "numericvalue"),
    "start": ("start", "startdate", "periodstart", "from"),
    "end": ("end", "enddate", "periodend", "ddate", "instant", "date", "to", "period"),
    "unit": ("unit", "uom", "unitref", "units", "currency"),
    "decimals": ("decimals", "dcml", "precision"),
    "dimensions": ("dims", "dimensions", "segments", "segment", "axis", "coreg"),
    "label": ("label", "description", "caption", "plabel"),
    "quarters": ("qtrs",),
    "filed": ("filed", "filingdate"),
}
_CONCEPT = re.compile(r"(?:[A-Za-z][\w-]*[:_])?[A-Z][A-Za-z0-9]{2,}")


def fact_table(sheet: Sheet, limit: int) -> tuple[Fact, ...] | None:
    """The facts of a sheet whose first row names their columns; ``None`` if it is no such sheet."""
    if not sheet.rows:
        return None
    columns = _columns(sheet.rows[0])
    if not {"concept", "value"} <= columns.keys() or not {"end", "start"} & columns.keys():
        return None
    facts: list[Fact] = []
    for row in sheet.rows[1:]:
        fact = _fact(row, columns)
        if fact is not None:
            facts.append(fact)
            # One more than is kept, so that the loss is seen.
            if len(facts) > limit:
                break
    return tuple(facts)


def _columns(header: Row) -> dict[str, int]:
    names = {
        re.sub(r"[^a-z]", "", shown(value).lower()): column
        for column, value in reversed(header.cells.items())
    }
    found: dict[str, int] = {}
    for what, synonyms in _COLUMNS.items():
        column = next((names[name] for name in synonyms if name in names), None)
        if column is not None and column not in found.values():
            found[what] = column
    return found


def _fact(row: Row, columns: dict[str, int]) -> Fact | None:
    def cell(what: str) -> CellValue:
        return row.cells.get(columns.get(what, 0), "")

    concept = shown(cell("concept")).strip()
    if not _CONCEPT.fullmatch(concept):
        return None
    if ":" not in concept:
        concept = concept.replace("_", ":", 1) if "_" in concept else f"us-gaap:{concept}"
    value = cell("value")
    number = value if isinstance(value, Decimal) else None
    if isinstance(value, str):
        written = written_number(value)
        number = None if written is None else written[0]
    text = shown(value) if number is None and value != "" else None
    start, end = _date(cell("start")), _date(cell("end"))
    quarters = shown(cell("quarters"))
    if quarters.isdecimal() and end is not None and 0 < int(quarters) < 100:
        start = months_before(end, 3 * int(quarters)) + timedelta(days=1)
    decimals = re.fullmatch(r"-?\d{1,2}", shown(cell("decimals")))
    return Fact(
        concept=concept,
        value=number,
        text=text and text[:500],
        unit=unit_name(shown(cell("unit"))),
        decimals=int(decimals[0]) if decimals else None,
        start=start,
        end=end,
        dimensions=_dimensions(shown(cell("dimensions"))),
        label=shown(cell("label")).strip()[:300] or None,
        source=f"line {row.number}",
        filed=_date(cell("filed")),
    )


def _date(value: CellValue) -> date | None:
    return value if isinstance(value, date) else first_date(shown(value))


def _dimensions(text: str) -> tuple[tuple[str, str], ...]:
    pairs = [part.partition("=") for part in re.split(r"[;|]", text) if part.strip()]
    return tuple((axis.strip(), member.strip()) for axis, _, member in pairs)[:20]
