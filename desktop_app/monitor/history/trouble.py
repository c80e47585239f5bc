"""What went wrong with the file, in words, and what is done about a damaged one."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from desktop_app.monitor.history.schema import TooNewError, is_damaged

_GOES_ON: Final = "The window goes on from memory and tries again."
_CAUSES: Final = {
    sqlite3.SQLITE_FULL: "There is no room left on the disk. Make room there.",
    sqlite3.SQLITE_IOERR: "The disk does not take what is written. Make room there, or check it.",
    sqlite3.SQLITE_BUSY: "Another program holds the file. Close what may have opened it.",
    sqlite3.SQLITE_LOCKED: "Another program holds the file. Close what may have opened it.",
    sqlite3.SQLITE_READONLY: "The file may not be written. Check the rights of its folder.",
    sqlite3.SQLITE_CANTOPEN: "The file cannot be opened. Check that its folder exists and may be "
    "written.",
    sqlite3.SQLITE_TOOBIG: "A task was larger than the file can take.",
}

ELSEWHERE: Final = (
    "Another window of AFI Desk keeps this broker's history. This one keeps none; what is found "
    "in the history is what the other one wrote."
)


def explain(error: Exception, path: Path) -> str:
    """What happened, what it means, what to do."""
    if isinstance(error, TooNewError):
        said = (
            f"A later release of AFI Desk wrote {path.name}. Install that release, or move the "
            "file away."
        )
    elif isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        said = _CAUSES.get(code, f"SQLite says: {error}.")
    else:
        said = f"{type(error).__name__}: {error}."
    return f"The history of tasks is not being written. {said} {_GOES_ON}"


def beyond_use(error: Exception) -> bool:
    """Whether the file must make way for a new one: damaged, or with other tables than ours."""
    if not isinstance(error, sqlite3.Error):
        return False
    return is_damaged(error) or getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_ERROR


def set_aside(path: Path) -> str:
    """Rename a file that cannot be read, and what belongs to it; in words, what was done.

    Raises:
        OSError: it cannot be renamed.
    """
    at = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    aside = path.with_name(f"{path.stem}.damaged-{at}{path.suffix}")
    for tail in ("-wal", "-shm", ""):
        part = path.with_name(path.name + tail)
        if part.exists():
            part.rename(aside.with_name(aside.name + tail))
    return (
        f"The history could not be read. It was set aside as {aside.name}, and a new one was "
        "begun. What is in memory has been written to it."
    )
