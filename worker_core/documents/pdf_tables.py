"""Tables on the pages of a PDF, from where its words stand.

A PDF knows no tables, only text at places. Rows are rects of text at one height; columns are the
gaps that most rows leave free. Lines drawn on the page are not looked at, cells that span
columns stay in the first, and text set in columns can pass for a table: for statements of
numbers this is enough, and no more than that is claimed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium

from worker_core.documents.lines import join_row
from worker_core.documents.model import Table
from worker_core.documents.tabular import written_number

MAX_TABLE_PAGES = 50
_MOST_WORDS = 20_000
_FEWEST_ROWS = 3
_NUMBERLESS_ROWS = 2
"""Rows without a number between two rows of one table."""


@dataclass(frozen=True, slots=True)
class _Word:
    """A run of text: its left and right edge, its middle's height and its own, in points."""

    left: float
    right: float
    middle: float
    height: float
    text: str


def page_tables(
    document: pdfium.PdfDocument, pages: Iterable[int]
) -> tuple[tuple[Table, ...], list[str]]:
    """The tables of the pages, counted from 1, and what was left out of them."""
    tables: list[Table] = []
    notes: list[str] = []
    wanted = list(dict.fromkeys(pages))
    if len(wanted) > MAX_TABLE_PAGES:
        notes.append(f"Tables were looked for on the first {MAX_TABLE_PAGES} pages named.")
    for number in wanted[:MAX_TABLE_PAGES]:
        if not 0 < number <= len(document):
            notes.append(f"Page {number:,} was named for its tables, and there is no such page.")
            continue
        try:
            words = _words(document[number - 1])
        except pdfium.PdfiumError:
            notes.append(f"Page {number:,} cannot be read, so its tables are missing.")
            continue
        tables.extend(Table(number, rows) for rows in _tables(words))
    return tuple(tables), notes


def _words(page: pdfium.PdfPage) -> list[_Word]:
    textpage = page.get_textpage()
    try:
        words = []
        for index in range(min(textpage.count_rects(), _MOST_WORDS)):
            left, bottom, right, top = textpage.get_rect(index)
            text = " ".join(textpage.get_text_bounded(left, bottom, right, top).split())
            if text and right > left:
                words.append(_Word(left, right, (bottom + top) / 2, top - bottom, text))
        return words
    finally:
        textpage.close()
        page.close()


def _tables(words: Sequence[_Word]) -> list[tuple[tuple[str, ...], ...]]:
    tables, rows = [], []
    numberless = 0
    for row in [*_rows(words), []]:
        numbers = sum(1 for word in row if written_number(word.text.strip("$ ")))
        if numbers and len(row) > 1:
            rows.append(row)
            numberless = 0
            continue
        numberless += 1
        if rows and row and numberless <= _NUMBERLESS_ROWS:
            rows.append(row)
            continue
        while rows and not any(written_number(word.text.strip("$ ")) for word in rows[-1]):
            rows.pop()
        if len(rows) >= _FEWEST_ROWS:
            tables.append(_grid(rows))
        rows = []
    return tables


def _rows(words: Sequence[_Word]) -> list[list[_Word]]:
    rows: list[list[_Word]] = []
    for word in sorted(words, key=lambda word: -word.middle):
        if rows and abs(rows[-1][0].middle - word.middle) < 0.5 * max(word.height, 4.0):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [_joined(sorted(row, key=lambda word: word.left)) for row in rows]


def _joined(row: Sequence[_Word]) -> list[_Word]:
    """Words with no more than a blank between them, as one."""
    result: list[_Word] = []
    for word in row:
        last = result[-1] if result else None
        if last is not None and word.left - last.right < 0.45 * max(word.height, 6.0):
            result[-1] = _Word(
                last.left, max(last.right, word.right), last.middle, last.height,
                f"{last.text} {word.text}",
            )  # fmt: skip
        else:
            result.append(word)
    return result


def _grid(rows: Sequence[Sequence[_Word]]) -> tuple[tuple[str, ...], ...]:
    """The rows with as many cells as there are columns."""
    # A heading across the page would close the gaps that the rows of cells leave.
    spans = sorted((word.left, word.right) for row in rows if len(row) > 1 for word in row)
    columns: list[list[float]] = []
    for left, right in spans:
        if columns and left <= columns[-1][1]:
            columns[-1][1] = max(columns[-1][1], right)
        else:
            columns.append([left, right])
    grid = []
    for row in rows:
        cells = [""] * len(columns)
        for word in row:
            at = max((n for n, (left, _) in enumerate(columns) if left <= word.right), default=0)
            first = next((n for n, (_, right) in enumerate(columns) if word.left <= right), at)
            at = min(first, at)
            cells[at] = join_row((cells[at], word.text)).replace("\t", " ")
        grid.append(tuple(cells))
    used = [n for n in range(len(columns)) if any(row[n] for row in grid)]
    return tuple(tuple(row[n] for n in used) for row in grid)
