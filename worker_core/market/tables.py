"""Tables of prices as they lie in files: CSV or Parquet, one symbol or many.

Nothing is repaired while reading. What a column holds that is no number stays as a text, so that
the checks can say where it stands.
"""

import csv
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from worker_core.market.heads import FIGURES, MOST_ROWS, TableError, places_of
from worker_core.market.parquet import LARGEST_FILE, ParquetError, columns_of

__all__ = ["FIGURES", "Table", "TableError", "read_tables", "symbol_of"]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one symbol.

    Attributes:
        stamps: (n_rows,) the texts of the dates.
        figures: by column, (n_rows,) texts or numbers; only the columns that there are.
        currency: (n_rows,) or empty.
        lines: (n_rows,) where each row stands in its file; the first after the head is 2.
    """

    symbol: str
    stamps: Sequence[str]
    figures: dict[str, Sequence[Any]]
    currency: Sequence[str] = ()
    lines: Sequence[int] = ()
    unknown_columns: tuple[str, ...] = field(default=())

    def __len__(self) -> int:
        return len(self.stamps)


def read_tables(path: Path) -> list[Table]:
    """The symbols of a file, in the order in which they come. A file without a column of symbols
    is of the one that its name begins with (``AAPL.csv``, ``AAPL-1d.csv``).

    Raises:
        TableError: it cannot be read, has no dates or closes, or is larger than is read.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise TableError(f"{path.name} is larger than {LARGEST_FILE // 2**20} MiB. Split it.")
        columns, unknown = _parquet(path) if path.suffix.lower() == ".parquet" else _csv(path)
    except OSError as error:
        raise TableError(f"{path} cannot be read ({error.strerror}).") from None
    if not columns["date"]:
        raise TableError(f"{path.name} has no rows.")
    return list(_by_symbol(symbol_of(path), columns, unknown))


def symbol_of(path: Path) -> str:
    """The symbol that a file is named after."""
    stem = path.stem
    for mark in ("-1d", "-1wk", "_daily", "_1d"):
        stem = stem.partition(mark)[0]
    return stem


def _csv(path: Path) -> tuple[dict[str, Sequence[Any]], tuple[str, ...]]:
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise TableError(f"{path.name} is not UTF-8 text; save it as UTF-8 CSV.") from None
    if text.lstrip()[:1] == "<":
        raise TableError(f"{path.name} is a web page, not a table. Download the file itself.")
    if "\x00" in text:
        raise TableError(f"{path.name} holds NUL bytes: it is no text, or was cut short.")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        head = next(reader, [])
        places, unknown = places_of(path.name, head)
        rows = [row for row in islice(reader, MOST_ROWS) if any(row)]
        if next(reader, None) is not None:
            raise TableError(f"{path.name} has more than {MOST_ROWS:,} rows. Split it.")
    except csv.Error as error:
        raise TableError(f"{path.name} is not whole CSV ({error}).") from None
    width = len(head)
    for number, row in enumerate(rows, 2):
        if len(row) != width:
            if number == len(rows) + 1:
                raise TableError(
                    f"The last line of {path.name} ends half-way ({len(row)} of {width} columns): "
                    "the file was cut short. Get it again."
                )
            raise TableError(
                f"Line {number} of {path.name} has {len(row)} columns, the head has {width}."
            )
    columns = list(zip(*rows, strict=True)) if rows else [()] * width
    return {name: columns[place] for name, place in places.items()}, unknown


def _parquet(path: Path) -> tuple[dict[str, Sequence[Any]], tuple[str, ...]]:
    try:
        found = columns_of(path)
    except ParquetError as error:
        raise TableError(f"{path.name} {error}") from None
    places, unknown = places_of(path.name, [column.name for column in found])
    columns: dict[str, Sequence[Any]] = {}
    for name, place in places.items():
        values = found[place].values
        columns[name] = values if name in FIGURES else [_word(value) for value in values]
    return columns, unknown


def _word(value: str | float | None) -> str:
    """A date or name; 20240102 is one although it is a number."""
    if isinstance(value, float) and math.isnan(value):
        return ""
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else str(value)
    return value or ""


def _by_symbol(
    named: str, columns: dict[str, Sequence[Any]], unknown: tuple[str, ...]
) -> Iterator[Table]:
    symbols = columns.get("symbol")
    lines = range(2, len(columns["date"]) + 2)
    if symbols is None:
        yield _table(named, columns, lines, unknown)
        return
    groups: dict[str, list[int]] = {}
    for row, symbol in enumerate(symbols):
        groups.setdefault(symbol.strip(), []).append(row)
    for symbol, rows in groups.items():
        picked: dict[str, Sequence[Any]] = {
            name: [column[row] for row in rows] for name, column in columns.items()
        }
        yield _table(symbol, picked, [lines[row] for row in rows], unknown)


def _table(
    symbol: str, columns: dict[str, Sequence[Any]], lines: Sequence[int], unknown: tuple[str, ...]
) -> Table:
    figures: dict[str, Sequence[Any]] = {name: columns[name] for name in FIGURES if name in columns}
    return Table(symbol, columns["date"], figures, columns.get("currency", ()), lines, unknown)
