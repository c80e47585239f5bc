"""Returns and balances from CSV files of others."""

import csv
import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import TextIO

import numpy as np

from worker_core.risk.panel import Floats, Panel, RiskError, counted, panel

MOST_CELLS = 40_000_000
_MISSING = {"", "na", "n/a", "nan", "null", "none", "-", "."}
_LARGEST_USUAL = 0.2
_FORMS = ("%d.%m.%Y", "%m/%d/%Y", "%Y%m%d", "%d-%b-%Y")


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield file
    except UnicodeDecodeError as error:
        raise RiskError(f"{path.name} is not UTF-8 text. Save it as CSV in UTF-8.") from error


def _parted(file: TextIO, path: Path) -> tuple[Iterator[str], type[csv.Dialect]]:
    """The lines of a table, and what parts its columns: that of which its head has the most."""
    first = file.readline()
    if first.lstrip()[:1] == "<":
        raise RiskError(f"{path.name} is a web page, not a table. Download the file itself.")

    class Found(csv.excel):
        delimiter = max(",;\t", key=first.count)

    return chain([first], file), Found


def read_panel(path: Path, *, prices: bool = False) -> Panel:
    """A panel from a table with a column of dates first, then one column a name.

    Cells that are no number count as missing, and are said. Of prices, the returns from each to
    the next one that is there are taken; a price that is not positive counts as missing.

    Raises:
        RiskError: it is no such table; the text says what is wrong, and where.
        OSError: it cannot be read.
    """
    with _opened(path) as file:
        rows = csv.reader(*_parted(file, path))
        header = [name.strip() for name in next(rows, [])]
        if len(header) < 2:
            raise RiskError(
                f"{path.name} has no header of a date column and one column a name. Its first "
                "line must name the columns, parted by commas."
            )
        names = [name or f"column {at}" for at, name in enumerate(header[1:], start=2)]
        days: list[date] = []
        cells: list[list[float]] = []
        texts, undated = 0, []
        for number, row in enumerate(rows, start=2):
            if not any(cell.strip() for cell in row):
                continue
            day = _day(row[0])
            if day is None:
                undated.append(number)
                continue
            if len(days) * len(names) > MOST_CELLS:
                raise RiskError(
                    f"{path.name} has more than {MOST_CELLS:,} cells. Give fewer names or days."
                )
            values = []
            for cell in row[1 : len(header)]:
                value = _number(cell)
                texts += value is None
                values.append(math.nan if value is None else value)
            days.append(day)
            cells.append(values + [math.nan] * (len(names) - len(values)))
    notes = []
    if undated and len(undated) > len(days):
        raise RiskError(
            f"The first column of {path.name} holds no dates (line {undated[0]} is the first that "
            "is not one). Write them as 2026-01-31."
        )
    if undated:
        notes.append(
            f"Left out, being without a date: {counted(len(undated), 'line')}, the first at line "
            f"{undated[0]}."
        )
    if texts:
        notes.append(f"Missing, being no number: {counted(texts, 'cell')}.")
    x = np.array(cells, dtype=np.float64).reshape(len(days), len(names))
    if prices:
        x, days = _returns(x, days)
    elif _looks_like_prices(x):
        raise RiskError(
            f"The columns of {path.name} look like prices: they are all positive and far above 1. "
            "Say so with --prices, or give returns as fractions."
        )
    elif _looks_like_percent(x):
        raise RiskError(
            f"The returns of {path.name} look like percent: half of them are larger than 0.2, "
            "which would be 20 % a day. Give them as fractions: 0.01 is one percent."
        )
    found = panel(days, names, x)
    return Panel(found.days, found.names, found.values, (*notes, *found.notes))


def _looks_like_prices(x: Floats) -> bool:
    there = x[np.isfinite(x)]
    return bool(len(there)) and bool((there > 0.0).all()) and float(np.median(there)) > 1.0


def _looks_like_percent(x: Floats) -> bool:
    moved = np.abs(x[np.isfinite(x) & (x != 0.0)])
    return bool(len(moved)) and float(np.median(moved)) > _LARGEST_USUAL


def _returns(x: Floats, days: list[date]) -> tuple[Floats, list[date]]:
    order = sorted(range(len(days)), key=lambda row: days[row])
    x, days = x[order], [days[row] for row in order]
    x = np.where(np.isfinite(x) & (x > 0.0), x, np.nan)
    found = np.full(x.shape, np.nan)
    for column in range(x.shape[1]):
        there = np.flatnonzero(np.isfinite(x[:, column]))
        found[there[1:], column] = x[there[1:], column] / x[there[:-1], column] - 1.0
    return found, days


def _number(cell: str) -> float | None:
    """The cell's number, NaN where it is left open, ``None`` where it is something else."""
    text = cell.strip()
    if text.lower() in _MISSING:
        return math.nan
    try:
        return float(text)
    except ValueError:
        return None


def _day(cell: str) -> date | None:
    text = cell.strip()
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        pass
    for form in _FORMS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    return None


def read_balance(path: Path) -> dict[str, tuple[float, float]]:
    """Market value and liabilities by name, from the columns name, equity, liabilities.

    Raises:
        RiskError: a column is missing or a cell is no number.
    """
    with _opened(path) as file:
        lines, dialect = _parted(file, path)
        rows = csv.DictReader(lines, dialect=dialect)
        columns = [name.strip().lower() for name in rows.fieldnames or ()]
        if missing := {"name", "equity", "liabilities"} - set(columns):
            raise RiskError(f"{path.name} has no column {', '.join(sorted(missing))}.")
        found = {}
        for number, row in enumerate(rows, start=2):
            cells = {key.strip().lower(): value or "" for key, value in row.items() if key}
            amounts = _number(cells["equity"]), _number(cells["liabilities"])
            if amounts[0] is None or amounts[1] is None:
                raise RiskError(f"Line {number} of {path.name} holds no amount of money.")
            found[cells["name"].strip()] = (amounts[0], amounts[1])
    return found
