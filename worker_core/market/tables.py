"""Tables of prices as they lie in files: CSV or Parquet, one symbol or many.

Nothing is repaired while reading. What a column holds that is no number stays as a text, so that
the checks can say where it stands.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

LARGEST_FILE: Final = 512 * 2**20
MOST_ROWS: Final = 20_000_000

_NAMES: Final = {
    "date": ("date", "datetime", "timestamp", "time", "day", "ds", "observation_date", ""),
    "open": ("open",),
    "high": ("high",),
    "low": ("low",),
    "close": ("close", "last", "price", "value", "y"),
    "volume": ("volume", "vol"),
    "adj_close": ("adj close", "adj_close", "adjclose", "adjusted_close"),
    "dividend": ("dividends", "dividend", "divcash"),
    "split": ("stock splits", "splits", "split", "splitfactor"),
    "symbol": ("symbol", "ticker", "unique_id"),
    "currency": ("currency",),
}
_KNOWN: Final = frozenset(word for words in _NAMES.values() for word in words)
FIGURES: Final = ("open", "high", "low", "close", "volume", "adj_close", "dividend", "split")


class TableError(Exception):
    """A file that is no table of prices. The text names it, and says what is wanted."""


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
        places, unknown = _places(path, head)
        rows = [row for row in islice(reader, MOST_ROWS) if any(row)]
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
    from fastparquet import ParquetFile

    content = path.read_bytes()
    if not _is_parquet(content):
        raise TableError(f"{path.name} is not whole Parquet (it has no footer). Get it again.")
    try:
        # From memory: what it cannot read it leaves open.
        frame = ParquetFile(io.BytesIO(content)).to_pandas(index=False)
    except Exception as error:  # noqa: BLE001 - the library raises whatever the bytes lead it to
        raise TableError(
            f"{path.name} is not whole Parquet ({type(error).__name__}). Get it again."
        ) from None
    places, unknown = _places(path, [str(name) for name in frame.columns])
    columns: dict[str, Sequence[Any]] = {}
    for name, place in places.items():
        column = frame.iloc[:, place]
        if name == "date":
            columns[name] = [str(value) for value in column]
        elif name in FIGURES:
            columns[name] = column.tolist()
        else:
            columns[name] = ["" if value is None else str(value) for value in column]
    return columns, unknown


def _is_parquet(content: bytes) -> bool:
    """Whether it begins and ends as Parquet does. The library takes any bytes for a footer, and
    some of them end the process."""
    footer = int.from_bytes(content[-8:-4], "little")
    return content[:4] == content[-4:] == b"PAR1" and 0 < footer <= len(content) - 12


def _places(path: Path, head: Sequence[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    given = [name.strip().lower() for name in head]
    places: dict[str, int] = {}
    if twice := sorted({word for word in given if word in _KNOWN and given.count(word) > 1}):
        raise TableError(
            f"{path.name} has the column {twice[0]!r} more than once. Remove all but one."
        )
    for name, spellings in _NAMES.items():
        place = next((given.index(word) for word in spellings if word in given), None)
        if place is not None:
            places[name] = place
    if "close" not in places and "adj_close" in places:
        places["close"] = places.pop("adj_close")
    for name in ("date", "close"):
        if name not in places:
            seen = ", ".join(head[:12]) or "none"
            raise TableError(
                f"{path.name} has no column {name!r} (its columns: {seen[:200]}). Wanted are date "
                "and close, and where there are any open, high, low, volume, symbol."
            )
    used = set(places.values())
    return places, tuple(word for place, word in enumerate(head) if place not in used)


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
