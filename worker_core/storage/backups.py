"""Copies of an SQLite database, made before its structure is changed, put back when it is damaged.

A server's database has backups of its own, and nothing here touches it.
"""

import os
import re
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from worker_core.storage.errors import StorageError

KEPT = 3
FOLDER = "backups"
# Pages copied at a time: a writer of another process gets its turn in between.
_PAGES = 2000
_STAMP = "%Y%m%dT%H%M%S%f"
_NAME = re.compile(r"(?P<stem>.+)-(?P<revision>[0-9a-z]+)-(?P<stamp>\d{8}T\d{12})\.sqlite3")


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy: ``made`` is when, ``revision`` the structure of the database then."""

    path: Path
    made: datetime
    revision: str

    @property
    def words(self) -> str:
        return f"the copy of {self.made:%Y-%m-%d %H:%M} UTC ({self.path})"


def backups(database: Path) -> list[Backup]:
    """The copies of an SQLite file, newest first."""
    folder = database.parent / FOLDER
    found = []
    with suppress(OSError):
        for path in folder.iterdir():
            match = _NAME.fullmatch(path.name)
            if match and match["stem"] == database.stem:
                made = datetime.strptime(match["stamp"], _STAMP).replace(tzinfo=UTC)
                found.append(Backup(path, made, match["revision"]))
    return sorted(found, key=lambda one: one.made, reverse=True)


def make_backup(database: Path, revision: str) -> Backup:
    """Copy what is committed in the SQLite file ``database``, also while others use it. Of all its
    copies the newest `KEPT` stay.

    Raises:
        StorageError: ``disk_full``, ``no_permission``, ``corrupt`` or ``failed``; the database and
            the earlier copies are as they were.
    """
    made = datetime.now(UTC)
    folder = database.parent / FOLDER
    target = folder / f"{database.stem}-{revision}-{made:{_STAMP}}.sqlite3"
    unfinished = target.with_suffix(".unfinished")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        _copy(database, unfinished)
        unfinished.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise _not_made(database, folder, error) from error
    finally:
        for left in (unfinished, Path(f"{unfinished}-journal")):
            with suppress(OSError):
                left.unlink(missing_ok=True)
    for old in backups(database)[KEPT:]:
        with suppress(OSError):
            old.path.unlink()
    return Backup(target, made, revision)


def restore_backup(database: Path, backup: Backup) -> Path:
    """Put a copy in the place of a database that no program has open, and return the folder to
    which the damaged files went: nothing is removed.

    Raises:
        StorageError: it could not be done; the files are where they were.
    """
    aside = database.parent / f"{database.stem}-damaged-{datetime.now(UTC):{_STAMP}}"
    parts = [database, *(Path(f"{database}{end}") for end in ("-wal", "-shm"))]
    fresh = database.with_suffix(".restored")
    try:
        _copy(backup.path, fresh)
        aside.mkdir(mode=0o700)
        # The log first: a database without it is whole, a log beside a copy would be replayed.
        for part in reversed(parts):
            if part.exists():
                part.replace(aside / part.name)
        fresh.replace(database)
    except (sqlite3.Error, OSError) as error:
        raise StorageError(
            "failed",
            f"The copy {backup.path} could not be put back: {_detail(error)}.",
            "See that the disk has room and that this user may write there; then try again.",
        ) from error
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
    return aside


def _copy(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o600))
    reading = f"{source.absolute().as_uri()}?mode=ro"
    with (
        closing(sqlite3.connect(reading, uri=True)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new, pages=_PAGES)
        # A copy is one file: whoever opens it as ours sets the log up again.
        new.execute("PRAGMA journal_mode = DELETE").close()
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _not_made(database: Path, folder: Path, error: Exception) -> StorageError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return StorageError("corrupt", f"The file {database} is damaged.", remedy_of(database))
    why = "disk_full" if code == sqlite3.SQLITE_FULL or _full(error) else "failed"
    return StorageError(
        "no_permission" if isinstance(error, PermissionError) else why,
        f"No copy of the database could be made in {folder}: {_detail(error)}. The database was "
        "not changed.",
        "Free space on that disk, or let this user write there; then start again.",
    )


def remedy_of(database: Path) -> str:
    """What to do about a damaged database, by the copies that there are."""
    copies = backups(database)
    if copies:
        return (
            f"Put back {copies[0].words}: close the window and the workers, then run "
            "`afi backups restore`. What was stored since that copy has to be processed again; "
            "the damaged file is kept."
        )
    return (
        "Put back a copy from a backup; or move the file, and those beside it that end in -wal "
        "and -shm, to another folder, start again, and process the documents again."
    )


def _full(error: Exception) -> bool:
    import errno

    return isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}


def _detail(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
