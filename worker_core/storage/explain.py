"""The database's errors in words that say what to do."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from worker_core.storage.errors import StorageError


@contextmanager
def explained(engine: Engine) -> Iterator[None]:
    """Turn the database's errors within the block into `StorageError`."""
    try:
        yield
    except SQLAlchemyError as error:
        raise _explain(error, engine.url) from error


def label(url: URL) -> str:
    """The address of a database without its password and options."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return URL.create(
        "postgresql", url.username, None, url.host, url.port, url.database
    ).render_as_string()


@dataclass(frozen=True, slots=True)
class _Words:
    """An error's text; ``{where}``, ``{name}``, ``{user}`` and ``{detail}`` are filled in."""

    code: str
    message: str
    remedy: str
    transient: bool = False


def _explain(error: SQLAlchemyError, url: URL) -> StorageError:
    if isinstance(error, PoolTimeoutError):
        words, detail = _NO_CONNECTION_FREE, ""
    elif not isinstance(error, DBAPIError) or error.orig is None:
        words, detail = _UNKNOWN, str(error)
    elif url.get_backend_name() == "sqlite":
        # The low byte is the primary code, the rest a closer description of it.
        code = int(getattr(error.orig, "sqlite_errorcode", 0)) & 0xFF
        words, detail = _SQLITE.get(code, _UNKNOWN), str(error.orig)
    else:
        words, detail = _postgresql_words(error, error.orig), str(error.orig)
    known = {
        "where": label(url),
        "name": url.database,
        "user": url.username,
        "copies": _copies(url) if words is _CORRUPT else "",
        "detail": next((line.strip() for line in detail.splitlines() if line.strip()), ""),
    }
    return StorageError(
        words.code, words.message.format(**known), words.remedy.format(**known), words.transient
    )


def _copies(url: URL) -> str:
    from worker_core.storage.backups import remedy_of

    return remedy_of(Path(url.database or ""))


def _postgresql_words(error: DBAPIError, orig: BaseException) -> _Words:
    state = str(getattr(orig, "sqlstate", None) or "")
    if state:
        found = (words for start, words in _POSTGRESQL.items() if state.startswith(start))
        return next(found, _UNKNOWN)
    # An error during the login carries no SQLSTATE, only the server's words.
    for pattern, words in _POSTGRESQL_LOGIN.items():
        if pattern.search(str(orig)):
            return words
    return _UNREACHABLE if isinstance(error, OperationalError | InterfaceError) else _UNKNOWN


_UNKNOWN = _Words(
    "failed",
    "The database {where} could not do what was asked: {detail}",
    "Look at the log for the whole error, and report it if it comes again.",
)
_NO_CONNECTION_FREE = _Words(
    "busy",
    "All of this program's connections to the database are in use.",
    "Try again in a moment.",
    transient=True,
)

_LOCKED = _Words(
    "busy",
    "Another program kept the database {where} locked for too long.",
    "Try again. If it stays so, close other programs that have the file open.",
    transient=True,
)
_NOT_OPENED = _Words(
    "no_permission",
    "The database {where} cannot be opened.",
    "See that it is a file, and that this user may read and write it and its folder, "
    "or choose another folder in AFI_DATA_DIR.",
)
_CORRUPT = _Words(
    "corrupt",
    "The file {where} is damaged, or is not an SQLite database.",
    "{copies}",
)
# By the primary result codes of https://www.sqlite.org/rescode.html.
_SQLITE = {
    3: _NOT_OPENED,
    5: _LOCKED,
    6: _LOCKED,
    8: _Words(
        "read_only",
        "The database {where} can be read but not written.",
        "Let this user write the file and its folder, or choose another folder in AFI_DATA_DIR.",
    ),
    10: _Words(
        "failed",
        "The disk of the database {where} could not be read or written ({detail}).",
        "See that the disk is connected and not full, then try again.",
        transient=True,
    ),
    11: _CORRUPT,
    13: _Words(
        "disk_full",
        "There is no space left on the disk of the database {where}.",
        "Free some space and try again. Nothing was changed.",
        transient=True,
    ),
    14: _NOT_OPENED,
    23: _NOT_OPENED,
    26: _CORRUPT,
}

_UNREACHABLE = _Words(
    "unreachable",
    "The database {where} cannot be reached: {detail}",
    "See that its server runs, and that the host and port in AFI_DATABASE_URL are right.",
    transient=True,
)
_REFUSED = _Words(
    "refused",
    "The database server refused the login to {where}.",
    "Check the user and the password in AFI_DATABASE_URL.",
)
_NO_DATABASE = _Words(
    "no_database",
    "The server has no database {name!r}.",
    "Create it (createdb {name}), or correct AFI_DATABASE_URL.",
)
_BUSY = _Words(
    "busy",
    "The database {where} was too busy: {detail}",
    "Try again in a moment.",
    transient=True,
)
# By SQLSTATE or its beginning, https://www.postgresql.org/docs/15/errcodes-appendix.html. An entry
# comes before those whose key it begins with.
_POSTGRESQL = {
    "08": _UNREACHABLE,
    "25006": _Words(
        "read_only",
        "The database {where} takes no writes: it is a copy, or was set to read only.",
        "Use the address of the primary server in AFI_DATABASE_URL.",
    ),
    "28": _REFUSED,
    "3D000": _NO_DATABASE,
    "40": _BUSY,
    "42501": _Words(
        "no_permission",
        "The user {user!r} may not do this in {where}: {detail}",
        "Ask the owner of the database to grant it.",
    ),
    "53100": _Words(
        "disk_full",
        "The server of {where} has no space left on its disk.",
        "Free some space there and try again. Nothing was changed.",
        transient=True,
    ),
    "53": _BUSY,
    "55": _BUSY,
    "57": _UNREACHABLE,
}
_POSTGRESQL_LOGIN = {
    re.compile(r"authentication failed|pg_hba\.conf|no password supplied"): _REFUSED,
    re.compile(r"database \".*\" does not exist"): _NO_DATABASE,
    re.compile(r"too many (clients|connections)|remaining connection slots"): _BUSY,
}
