"""Reading series from a file that anybody may have made."""

import csv
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TextIO

import numpy as np

from worker_core.forecasting.metric.panel import Floats
from worker_core.forecasting.tables.stamps import Stamp, StampError, Steps, aligned, parse, steps_of

MOST_BYTES: Final = 512 * 2**20
_MISSING: Final = frozenset({"", "na", "nan", "n/a", "null", "none", "-", "."})
_NUMBER = re.compile(
    r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?|[+-]?inf(inity)?", re.IGNORECASE
)
_ALONE: Final = "series"


class TableError(Exception):
    """The file as a whole cannot be used. The text says why and what to do."""


@dataclass(frozen=True, slots=True)
class TimeSeries:
    """A series with its stamps.

    Attributes:
        values: (n,) one a step, NaN where none stands.
        known: (k,) values in order, as they stand, without steps between: for prices.
    """

    id: str
    values: Floats
    known: Floats
    steps: Steps
    notes: tuple[str, ...]

    def stamp_after(self, ahead: int) -> str:
        """The stamp ``ahead`` steps after the last known value."""
        return self.steps.ahead(self.last_place + ahead)

    @property
    def last_place(self) -> int:
        """The step of the last value that is there."""
        there = np.flatnonzero(~np.isnan(self.values))
        return int(there[-1]) if there.size else len(self.values) - 1


@dataclass(frozen=True, slots=True)
class Table:
    """What a file held: series that can be looked at, and those that cannot, with the reason."""

    series: tuple[TimeSeries, ...]
    refused: dict[str, str]


@dataclass(slots=True)
class _Rows:
    stamps: list[Stamp] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    trouble: str = ""


def read(path: Path) -> Table:
    """Read ``unique_id, ds, y``; without a ``unique_id`` all rows are one series.

    Raises:
        TableError: there is no such file, or it is no such table.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise TableError(
                f"{path} has {size / 2**20:,.0f} MiB, and {MOST_BYTES // 2**20} are read at most. "
                "Split it by series."
            )
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = _rows(file, path)
    except OSError as error:
        raise TableError(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise TableError(
            f"{path} is not text in UTF-8 (byte {error.start}). Save it as CSV in UTF-8."
        ) from error
    if not rows:
        raise TableError(f"{path} has a header but no rows, so there is nothing to forecast.")
    series, refused = [], {}
    for name, part in rows.items():
        try:
            series.append(_series(name, part))
        except StampError as error:
            refused[name] = str(error)
    return Table(tuple(series), refused)


def _rows(file: TextIO, path: Path) -> dict[str, _Rows]:
    header = file.readline()
    if not header.strip():
        raise TableError(f"{path} is empty. A first line “unique_id,ds,y” is needed, then rows.")
    if header.lstrip()[:1] == "<":
        raise TableError(f"{path} is a web page, not a table. Download the file itself.")
    delimiter = max(",;\t", key=header.count)
    columns = [word.strip().strip('"').lower() for word in header.rstrip("\r\n").split(delimiter)]
    places = _places(columns, path)
    found: dict[str, _Rows] = {}
    try:
        for line, row in _lines(file, delimiter):
            if not row or not any(word.strip() for word in row):
                continue
            _keep(found, row, places, line, len(columns))
    except csv.Error as error:
        raise TableError(f"{path} is not CSV: {error}. Save it anew as CSV in UTF-8.") from error
    return found


def _lines(file: TextIO, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(file, delimiter=delimiter)
    for row in reader:
        yield reader.line_num + 1, row


def _places(columns: Sequence[str], path: Path) -> tuple[int | None, int, int]:
    for name in ("ds", "y"):
        if columns.count(name) != 1:
            told = "is missing" if name not in columns else "stands there more than once"
            raise TableError(
                f"{path}: the column “{name}” {told}; there are "
                f"{', '.join(columns)[:200]}. The first line must name unique_id, ds and y."
            )
    name_at = columns.index("unique_id") if "unique_id" in columns else None
    return name_at, columns.index("ds"), columns.index("y")


def _keep(
    found: dict[str, _Rows],
    row: Sequence[str],
    places: tuple[int | None, int, int],
    line: int,
    width: int,
) -> None:
    name_at, stamp_at, value_at = places
    name = _ALONE
    if name_at is not None:
        name = row[name_at].strip() if name_at < len(row) else ""
    part = found.setdefault(name, _Rows())
    if part.trouble:
        return
    if max(stamp_at, value_at) >= len(row):
        part.trouble = (
            f"Line {line} has {len(row)} fields, too few for a stamp and a value: the file may "
            "have been cut off."
        )
        return
    if len(row) > width:
        part.trouble = (
            f"Line {line} has {len(row)} fields, and the first line has {width}. Write 1.5 and "
            "not 1,5, and put quotes around a name with a comma."
        )
        return
    try:
        stamp, written = parse(row[stamp_at])
        value = _number(row[value_at])
    except StampError as error:
        part.trouble = f"Line {line}: {error}"
        return
    part.stamps.append(stamp)
    part.written.append(written)
    part.values.append(value)


def _number(text: str) -> float:
    word = text.strip()
    if word.lower() in _MISSING:
        return math.nan
    if not _NUMBER.fullmatch(word):
        raise StampError(
            f"“{word[:40]}” is not a number. Write 1234.5, without signs of thousands, units or "
            "currencies; leave the field empty where there is no value."
        )
    return float(word)


def _series(name: str, rows: _Rows) -> TimeSeries:
    if rows.trouble:
        raise StampError(rows.trouble)
    kinds = {type(each) for each in rows.stamps}
    if len(kinds) > 1:
        raise StampError("Some of its stamps are steps and some are dates. Write all in one way.")
    stamps, told = aligned(rows.stamps)
    order = sorted(range(len(stamps)), key=stamps.__getitem__)
    notes = list(told)
    if order != list(range(len(order))):
        notes.append("Its rows were not in order and were sorted.")
    kept: list[int] = []
    repeated = 0
    for place in order:
        if kept and stamps[kept[-1]] == stamps[place]:
            first, second = rows.values[kept[-1]], rows.values[place]
            if first != second and not (math.isnan(first) and math.isnan(second)):
                raise StampError(
                    f"{_shown(stamps[place])} stands there twice, with {first:g} and {second:g}. "
                    "Keep the one that holds."
                )
            repeated += 1
            continue
        kept.append(place)
    if repeated:
        rows_are = "1 row" if repeated == 1 else f"{repeated} rows"
        notes.append(f"{rows_are} stood there twice, and counted once.")
    steps = steps_of([stamps[place] for place in kept], [rows.written[place] for place in kept])
    known = np.array([rows.values[place] for place in kept])
    values = np.full(steps.places[-1] + 1, np.nan)
    values[list(steps.places)] = known
    return TimeSeries(name, values, known, steps, tuple(notes))


def _shown(stamp: Stamp) -> str:
    return str(stamp) if isinstance(stamp, int) else stamp.isoformat()
