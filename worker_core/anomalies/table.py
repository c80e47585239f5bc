"""Series from CSV files of others: what can be scored of them, and what is said of the rest."""

import csv
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Final, TextIO

import numpy as np
import numpy.typing as npt

from worker_core.anomalies.history import FIRST
from worker_core.anomalies.model import LARGEST, Floats, SeriesError

MOST_ROWS: Final = 5_000_000
_MISSING: Final = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "."})
_FORMS: Final = (
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d",
)
_NUMBER = re.compile(r"-?\d{1,19}(\.\d+)?")


@dataclass(frozen=True)
class Series:
    """A table's series, in order of time.

    Attributes:
        header: all columns of the table.
        rows: all cells, in the table's order.
        order: the row of the table that each value came from, ``(n,)``.
        stamps: seconds, ascending: of UTC where stamps have zones, of the wall clock otherwise;
            ``(n,)``. Step numbers stand as they are if ``timed`` is false.
        labels: the stamps as they are written, of the rows in ``order``.
        values: finite, ``(n,)``.
        notes: sentences for the reader.
        delimiter: what parts the table's columns.
    """

    header: list[str]
    rows: list[list[str]]
    order: npt.NDArray[np.intp]
    stamps: Floats
    labels: list[str]
    values: Floats
    timed: bool
    notes: tuple[str, ...]
    delimiter: str = ","


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield file
    except UnicodeDecodeError as error:
        raise SeriesError(f"{path.name} is not UTF-8 text. Save it as CSV in UTF-8.") from error
    except csv.Error as error:
        raise SeriesError(f"{path.name} is not readable as CSV: {error}.") from error


def read_series(path: Path, stamp_column: str = "timestamp", value_column: str = "value") -> Series:
    """Read a table.

    Rows without a stamp or with a value that is no finite number are kept in the table, and not
    scored. Rows are put in order of time; rows with the same stamp stay in the table's order.

    Raises:
        SeriesError: it is no such table, or there are too few values to score any.
        OSError: it cannot be read.
    """
    with _opened(path) as file:
        first = file.readline()
        if first.lstrip()[:1] == "<":
            raise SeriesError(f"{path.name} is a web page, not a table. Download the file itself.")
        delimiter = max(",;\t", key=first.count)
        lines = csv.reader(chain([first], file), delimiter=delimiter)
        header = next(lines, [])
        names = [name.strip().lower() for name in header]
        for column in (stamp_column, value_column):
            if column.strip().lower() not in names:
                there = ", ".join(name[:40] for name in header[:10]) or "none"
                raise SeriesError(
                    f"{path.name} has no column “{column}”. Its columns: {there}. Name the one "
                    "that is meant with --timestamp and --value."
                )
        rows = []
        for line in lines:
            if line:
                rows.append(line)
            if len(rows) > MOST_ROWS:
                raise SeriesError(f"{path.name} has more than {MOST_ROWS:,} rows. Split it.")
    at, value_at = (names.index(column.strip().lower()) for column in (stamp_column, value_column))
    stamps, timed, notes = _stamps([_cell(row, at) for row in rows])
    values, more = _values([_cell(row, value_at) for row in rows])
    notes += more
    usable = np.flatnonzero(np.isfinite(stamps) & np.isfinite(values))
    if len(usable) <= FIRST:
        raise SeriesError(
            f"{path.name} has {_rows(len(usable))} with a stamp and a value"
            f"{' (' + ' '.join(notes) + ')' if notes else ''}, and {FIRST + 1} are needed before "
            "anything can be called unusual. Give a longer series."
        )
    notes += _order_notes(stamps[usable])
    order = usable[np.argsort(stamps[usable], kind="stable")]
    if np.ptp(values[order]) == 0.0:
        notes.append("The series never moves, so nothing in it is unusual.")
    labels = [_cell(rows[row], at) for row in order]
    return Series(
        header, rows, order, stamps[order], labels, values[order], timed, tuple(notes), delimiter
    )


def _cell(row: list[str], at: int) -> str:
    return row[at].strip() if at < len(row) else ""


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _stamps(cells: list[str]) -> tuple[Floats, bool, list[str]]:
    """Seconds of each stamp (NaN for none), whether they are times, and what is to be said."""
    plain = sum(bool(_NUMBER.fullmatch(cell)) for cell in cells)
    if cells and plain > len(cells) / 2:
        steps = [float(cell) if _NUMBER.fullmatch(cell) else math.nan for cell in cells]
        return _numbered(np.array(steps))
    found = np.full(len(cells), np.nan)
    zones: set[object] = set()
    bad = 0
    for row, cell in enumerate(cells):
        stamp = _time(cell)
        if stamp is None:
            bad += 1
            continue
        zones.add(stamp.utcoffset())
        # A stamp without a zone counts as wall clock, which for the season is what is wanted.
        found[row] = (stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)).timestamp()
    notes = []
    if bad:
        notes.append(f"Not scored, for want of a stamp that can be read: {_rows(bad)}.")
    if len(zones) > 1 and None in zones:
        notes.append(
            "Some stamps have a time zone and some have none; those without were taken as UTC."
        )
    elif len(zones) > 1:
        notes.append("The stamps are of several time zones; they were put in order by UTC.")
    return found, True, notes


def _numbered(steps: Floats) -> tuple[Floats, bool, list[str]]:
    """Numbers as stamps: seconds or milliseconds since 1970 where they are so large, else steps."""
    there = steps[np.isfinite(steps)]
    middle = float(np.median(there))
    bad = len(steps) - len(there)
    notes = [f"Not scored, for want of a stamp that can be read: {_rows(bad)}."] if bad else []
    if 1e11 < middle < 1e14:
        return steps / 1000.0, True, notes
    if 1e8 < middle < 1e11:
        return steps, True, notes
    notes.append("The stamps are step numbers, so there is no time of day or week to compare by.")
    return steps, False, notes


def _time(cell: str) -> datetime | None:
    if not cell:
        return None
    try:
        return datetime.fromisoformat(cell)
    except ValueError:
        pass
    for form in _FORMS:
        try:
            return datetime.strptime(cell, form)  # noqa: DTZ007 - wall clock, said above
        except ValueError:
            continue
    return None


def _values(cells: list[str]) -> tuple[Floats, list[str]]:
    found = np.full(len(cells), np.nan)
    missing = text = infinite = 0
    for row, cell in enumerate(cells):
        try:
            found[row] = float(cell)
        except ValueError:
            if cell.lower() in _MISSING:
                missing += 1
            else:
                text += 1
            continue
        if abs(found[row]) > LARGEST:
            found[row] = math.inf
            infinite += 1
        elif math.isnan(found[row]):
            missing += 1
    kinds = (
        (missing, "without a value"),
        (text, "with text in place of a value"),
        (infinite, "with an infinite value or one beyond 1e150"),
    )
    return found, [f"Not scored: {_rows(count)} {why}." for count, why in kinds if count]


def _order_notes(stamps: Floats) -> list[str]:
    steps, notes = np.diff(stamps), []
    if (steps < 0).any():
        notes.append(
            "The rows were not in order of time; each was scored by those with earlier stamps."
        )
        steps = np.diff(np.sort(stamps))
    if same := int((steps == 0).sum()):
        notes.append(f"{_rows(same).capitalize()} had the stamp of another; all were scored.")
    forward = steps[steps > 0]
    if len(forward) and (gaps := int((forward > 3 * np.median(forward)).sum())):
        notes.append(f"Gaps of more than three usual steps: {gaps:,}. Nothing was filled in.")
    return notes


ADDED: Final = ("score", "is_anomaly")


def write_scored(
    series: Series, score: Floats, is_anomaly: npt.NDArray[np.bool_], path: Path
) -> None:
    """Write the table with the columns ``score`` and ``is_anomaly`` added, its rows in their order
    and all other columns as they were. Rows that were not scored have an empty score."""
    kept = [at for at, name in enumerate(series.header) if name.strip() not in ADDED]
    place = np.full(len(series.rows), -1)
    place[series.order] = np.arange(len(series.order))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=series.delimiter)
        writer.writerow([*(series.header[at] for at in kept), *ADDED])
        for row, at in zip(series.rows, place.tolist(), strict=True):
            cells = [row[column] if column < len(row) else "" for column in kept]
            extra = row[len(series.header) :]
            said = ["", "0"] if at < 0 else [repr(float(score[at])), str(int(is_anomaly[at]))]
            writer.writerow([*cells, *said, *extra])
