"""Copies of an SQLite database, made before its structure is changed and once in a while, put back
when it is damaged.

A server's database has backups of its own, and nothing here touches it.
"""

import errno
import os
import re
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from worker_core.storage.errors import StorageError

KEPT = 3
FOLDER = "backups"
# Pages copied at a time: in between a signal is heard.
_PAGES = 2000
# A regular copy leaves this much of the disk to everything else.
_ROOM = 256 * 2**20
_STAMP = "%Y%m%dT%H%M%S%f"
_NAME = re.compile(
    r"(?P<stem>.+)-(?P<revision>[0-9a-z]+)-(?P<stamp>\d{8}T\d{12})(?P<regular>-regular)?\.sqlite3"
)
_UNFINISHED_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy: ``made`` is when, ``revision`` the structure of the database then; ``regular`` are
    those that are made every so many hours, and not before a change."""

    path: Path
    made: datetime
    revision: str
    regular: bool = False

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
                try:
                    made = datetime.strptime(match["stamp"], _STAMP).replace(tzinfo=UTC)
                except ValueError:
                    continue  # no moment, so none of ours
                regular = match["regular"] is not None
                found.append(Backup(path, made, match["revision"], regular))
    return sorted(found, key=lambda one: one.made, reverse=True)


def make_backup(database: Path, revision: str, *, regular: int = 0) -> Backup:
    """Copy what is committed in the SQLite file ``database``, also while others write to it.

    Of the copies made before changes the newest `KEPT` stay. With ``regular`` it is one of the
    regular copies, of which so many stay. A copy that is not whole is no copy: then the earlier
    ones stay, however many there are.

    Raises:
        StorageError: ``disk_full``, ``no_permission``, ``corrupt`` or ``failed``; the database and
            the earlier copies are as they were.
    """
    made = datetime.now(UTC)
    folder = database.parent / FOLDER
    kind = "-regular" if regular else ""
    target = folder / f"{database.stem}-{revision}-{made:{_STAMP}}{kind}.sqlite3"
    unfinished = target.with_suffix(".unfinished")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        if regular:
            _leave_room(database, folder)
        _copy(database, unfinished)
        unfinished.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise _not_made(database, folder, error) from error
    finally:
        for left in (unfinished, Path(f"{unfinished}-journal")):
            with suppress(OSError):
                left.unlink(missing_ok=True)
    same = [one for one in backups(database) if one.regular == bool(regular)]
    for old in same[regular or KEPT :]:
        with suppress(OSError):
            old.path.unlink()
    return Backup(target, made, revision, bool(regular))


def due(database: Path, every: timedelta) -> bool:
    """Whether there is such a file, and no copy of it that is younger than ``every``."""
    if not database.is_file():
        return False
    copies = backups(database)
    return not copies or datetime.now(UTC) - copies[0].made >= every


def restore_backup(database: Path, backup: Backup) -> Path:
    """Put a copy in the place of a database that no program has open, and return the folder to
    which the damaged files went: nothing is removed.

    Raises:
        StorageError: it could not be done; the files are where they were.
    """
    aside = database.parent / f"{database.stem}-damaged-{datetime.now(UTC):{_STAMP}}"
    parts = [database, *(Path(f"{database}{end}") for end in ("-wal", "-shm"))]
    fresh = database.with_suffix(".restored")
    moved: list[Path] = []
    try:
        _copy(backup.path, fresh)
        aside.mkdir(mode=0o700)
        # The log first: a database without it is whole, a log beside a copy would be replayed.
        for part in reversed(parts):
            if part.exists():
                part.replace(aside / part.name)
                moved.append(part)
        fresh.replace(database)
    except (sqlite3.Error, OSError) as error:
        with suppress(OSError):
            for part in reversed(moved):
                (aside / part.name).replace(part)
            aside.rmdir()
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
    """Raises sqlite3.DatabaseError where what was copied is damaged."""
    target.unlink(missing_ok=True)
    os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o600))
    reading = f"{source.absolute().as_uri()}?mode=ro"
    with (
        closing(sqlite3.connect(reading, uri=True, isolation_level=None)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        # All of it is read in one transaction: else each change by another process would have the
        # copy begin again, and beside a busy worker it would never be done.
        old.execute("BEGIN").close()
        old.execute("SELECT count(*) FROM sqlite_schema").close()
        old.backup(new, pages=_PAGES, progress=_hear)
        # A copy is one file: whoever opens it as ours sets the log up again.
        new.execute("PRAGMA journal_mode = DELETE").close()
        with closing(new.execute("PRAGMA quick_check(1)")) as answer:
            said = str(answer.fetchone()[0])
    if said != "ok":
        error = sqlite3.DatabaseError(said)
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _hear(_status: int, _remaining: int, _total: int) -> None:
    """Python looks for signals while this runs, such as that a task has taken too long."""


def _leave_room(database: Path, folder: Path) -> None:
    wanted = database.stat().st_size + _ROOM
    if shutil.disk_usage(folder).free < wanted:
        raise OSError(errno.ENOSPC, f"less than {wanted // 2**20:,} MiB are free")
    for left in folder.glob("*.unfinished*"):
        # Of a process that was ended while it copied.
        age = datetime.now(UTC) - datetime.fromtimestamp(left.stat().st_mtime, UTC)
        if age > _UNFINISHED_FOR:
            left.unlink(missing_ok=True)


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
    return isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}


def _detail(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
