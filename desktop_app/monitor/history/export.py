"""Tasks as a file for other programs."""

import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final, Literal

import msgspec

from desktop_app.monitor.history.records import FIELDS
from desktop_app.monitor.rows import TaskRow
from desktop_app.monitor.spreadsheet import harmless

_EVERY: Final = 1000
_TIMES: Final = frozenset({"first_seen", "last_seen", "sent", "received", "started", "finished"})
_COLUMNS: Final = tuple(name for name in FIELDS if name != "seq")


class _Cancelled(Exception):  # noqa: N818 - nobody but this module sees it
    pass


def write(
    rows: Iterable[TaskRow],
    path: Path,
    form: Literal["csv", "json"],
    progress: Callable[[int], None] | None,
    cancelled: Callable[[], bool] | None,
) -> int | None:
    """Write ``rows`` to ``path``, which takes the place of what was there when all is written.

    CSV has times as ISO 8601 in UTC, and an apostrophe before texts that a spreadsheet would take
    for a formula. JSON is a list of objects with times in Unix seconds.
    """
    unfinished = path.with_name(f"{path.name}.part")
    counted = _Counted(rows, progress, cancelled)
    try:
        with unfinished.open("w", encoding="utf-8", errors="replace", newline="") as file:
            (_write_csv if form == "csv" else _write_json)(counted, file)
        unfinished.replace(path)
    except _Cancelled:
        return None
    finally:
        unfinished.unlink(missing_ok=True)
    return counted.number


class _Counted:
    def __init__(
        self,
        rows: Iterable[TaskRow],
        progress: Callable[[int], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self.number = 0
        self._rows, self._progress, self._cancelled = rows, progress, cancelled

    def __iter__(self) -> Iterator[TaskRow]:
        for row in self._rows:
            if self.number % _EVERY == 0:
                self._look_up()
            yield row
            self.number += 1
        self._look_up()

    def _look_up(self) -> None:
        if self._cancelled is not None and self._cancelled():
            raise _Cancelled
        if self._progress is not None:
            self._progress(self.number)


def _write_csv(rows: Iterable[TaskRow], file: IO[str]) -> None:
    table = csv.writer(file)
    table.writerow(_COLUMNS)
    for row in rows:
        table.writerow([_cell(name, getattr(row, name)) for name in _COLUMNS])


def _cell(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return harmless(value)
    if name in _TIMES and value is not None:
        return datetime.fromtimestamp(value, UTC).isoformat(timespec="milliseconds")
    return value


def _write_json(rows: Iterable[TaskRow], file: IO[str]) -> None:
    file.write("[")
    for number, row in enumerate(rows):
        told = {name: getattr(row, name) for name in _COLUMNS}
        file.write(f"{',' if number else ''}\n{msgspec.json.encode(told).decode()}")
    file.write("\n]\n")
