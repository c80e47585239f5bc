"""Delimited values: CSV and its relatives with semicolons, tabs or bars."""

import csv
import io
from collections import Counter
from typing import Literal

from worker_core.documents.encoding import decode
from worker_core.documents.fact_table import fact_table
from worker_core.documents.model import Extract, Limits
from worker_core.documents.report import cover_of, read_reports
from worker_core.documents.tabular import Budget, CellValue, Row, Sheet, sheets_text

MIME = "text/csv"

_DELIMITERS = ",;\t|"
_HINTS = {"sep=", *(f"sep={delimiter}" for delimiter in _DELIMITERS)}
_SAMPLE_LINES = 50
_LINES_IN_A_CELL = 200
"""More lines than this in one cell mean a quotation mark that nobody closed."""


def read_csv(data: bytes, limits: Limits) -> Extract:
    """The rows of a file, and the facts in them. What looks like a formula is text."""
    text = decode(data[: 4 * limits.max_characters])
    delimiter = delimiter_of(text)
    budget = Budget(limits)
    sheet, closed = _sheet(text, delimiter, budget, quoted=True)
    if not closed:
        budget = Budget(limits)
        budget.note("A quotation mark is never closed; all of them were read as plain characters.")
        sheet, _ = _sheet(text, delimiter, budget, quoted=False)
    if len(data) > 4 * limits.max_characters:
        budget.note(f"Only the first {limits.max_characters:,} characters were kept.")
    facts = fact_table(sheet, limits.max_facts)
    if facts is None:
        cover, facts = read_reports([sheet], limits)
    else:
        cover = cover_of(facts)
    return Extract(
        MIME,
        sheets_text([sheet], limits),
        cover=cover,
        truncated=tuple(budget.notes),
        facts=facts,
    )


def delimiter_of(text: str) -> str:
    """The delimiter that stands equally often in most of the first lines; a comma if none does."""
    if text[:4].lower() == "sep=" and text[4:5] in _DELIMITERS:
        # Spreadsheets write this line to tell each other.
        return text[4]
    lines = [line for line in text[:200_000].splitlines()[:_SAMPLE_LINES] if line.strip()]
    best, most = ",", 0.0
    for delimiter in _DELIMITERS:
        try:
            rows = list(csv.reader(lines, delimiter=delimiter))
        except csv.Error:
            continue
        widths = Counter(len(row) for row in rows if len(row) > 1)
        if not widths:
            continue
        width, count = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
        # A comma inside numbers or prose makes rows of many widths.
        score = count / len(rows) * min(width, 8) ** 0.5
        if score > most:
            best, most = delimiter, score
    return best


def _sheet(text: str, delimiter: str, budget: Budget, *, quoted: bool) -> tuple[Sheet, bool]:
    before = csv.field_size_limit(max(len(text) + 1, 131_072))
    try:
        return _rows(text, delimiter, budget, quoted=quoted)
    finally:
        csv.field_size_limit(before)  # which is the process's


def _rows(text: str, delimiter: str, budget: Budget, *, quoted: bool) -> tuple[Sheet, bool]:
    sheet = Sheet("")
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting)
    for values in reader:
        cells: dict[int, CellValue] = {
            column: value.strip() for column, value in enumerate(values, start=1) if value.strip()
        }
        if quoted and any(
            isinstance(value, str) and value.count("\n") > _LINES_IN_A_CELL
            for value in cells.values()
        ):
            return sheet, False
        if cells and not (reader.line_num == 1 and values[0].lower() in _HINTS):
            if not budget.allows(cells):
                break
            sheet.rows.append(Row(reader.line_num, cells))
    return sheet, True
