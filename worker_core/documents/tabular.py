"""Sheets of cells, whatever file they come from: their text, and how much of them is kept."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from worker_core.documents.lines import join_row, tidy
from worker_core.documents.model import Limits

CellValue = str | Decimal | date
"""What a cell holds. Formulas are not computed: the value last stored is read."""

_NUMBER = re.compile(
    r"(?P<open>\()?\s*(?P<minus>[-\u2212\u2013])?\s*(?:[$€£¥]|[A-Z]{3}(?=[\s\d]))?\s*"
    r"(?P<minus2>[-\u2212])?"
    r"(?P<digits>\d{1,3}(?:[,\u00a0 '’]\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3})+,\d+|\d*\.?\d+"
    r"(?:[eE][-+]?\d{1,2})?|\d+\.)"
    r"\s*(?P<percent>%)?\s*(?P<close>\))?\s*(?P<percent2>%)?"
)
_MOST_DIGITS = 40


@dataclass(slots=True)
class Row:
    """The cells of a row that hold something, by column; rows and columns count from 1."""

    number: int
    cells: dict[int, CellValue]


@dataclass(slots=True)
class Sheet:
    """A sheet of a workbook, or a file of delimited values, whose name is then empty."""

    name: str
    rows: list[Row] = field(default_factory=list)


class Budget:
    """Counts cells and characters, and says what was left when either ran out."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._cells = limits.max_cells
        self._characters = limits.max_characters
        self.notes: list[str] = []

    def allows(self, cells: dict[int, CellValue]) -> bool:
        """Whether there is room for one more row; a row is kept whole or not at all."""
        self._cells -= len(cells)
        self._characters -= 1 + sum(
            1 + (len(value) if isinstance(value, str) else 12) for value in cells.values()
        )
        if self._cells >= 0 and self._characters >= 0:
            return True
        what = (
            f"Only the first {self._limits.max_cells:,} cells were kept."
            if self._cells < 0
            else f"Only the first {self._limits.max_characters:,} characters were kept."
        )
        self.note(what)
        return False

    def note(self, what: str) -> None:
        """Record a limit that was hit, once."""
        if what not in self.notes:
            self.notes.append(what)


def sheets_text(sheets: Sequence[Sheet], limits: Limits) -> str:
    """The sheets as lines: their name, then a line for each row, cells separated by tabs."""
    lines = tidy("\n".join(line for sheet in sheets for line in _lines(sheet)))
    return lines[: limits.max_characters]


def _lines(sheet: Sheet) -> Iterator[str]:
    if sheet.name:
        yield " ".join(sheet.name.split())
    for row in sheet.rows:
        line = join_row(" ".join(shown(value).split()) for value in row.cells.values())
        if line:
            yield line


def shown(value: CellValue) -> str:
    """A cell's value as text."""
    if isinstance(value, str):
        return value
    return value.isoformat() if isinstance(value, date) else format(value, "f")


def stored_number(text: str) -> Decimal | None:
    """A number as workbooks store it: binary, of which 15 digits are meant."""
    try:
        value = float(text)
    except ValueError:
        return None
    if not abs(value) < 1e30:  # neither too large nor NaN
        return None
    return Decimal(f"{value:.15g}")


def written_number(text: str) -> tuple[Decimal, bool] | None:
    """A number as people write it in tables, and whether it is a percentage.

    ``(1,234)`` is negative, ``12.5%`` is .125; ``None`` for everything else, dashes included.
    """
    text = text.strip()
    found = _NUMBER.fullmatch(text) if len(text) <= _MOST_DIGITS else None
    if found is None or (found["open"] is None) != (found["close"] is None):
        return None
    digits = re.sub(r"[\u00a0 '’]", "", found["digits"])
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+", digits):
        digits = digits.replace(".", "").replace(",", ".")
    try:
        value = Decimal(digits.replace(",", ""))
    except InvalidOperation:
        return None
    percent = bool(found["percent"] or found["percent2"])
    if found["open"] or found["minus"] or found["minus2"]:
        value = -value
    return (value / 100 if percent else value), percent
