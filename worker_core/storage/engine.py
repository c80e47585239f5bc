"""Connections to the database: SQLite on one computer, PostgreSQL for a team.

Pooling and forks. A pool is kept for SQLite too: in WAL mode the last connection to close writes
the whole log back into the file, so a connection for each transaction would pay that every time.
But neither an SQLite nor a PostgreSQL connection may cross a fork. SQLite's locks do not follow the
child, and closing the copy there can corrupt the file; a PostgreSQL socket would be shared. So the
pools are emptied in the parent just before each fork, and replaced by new ones in the child. A
Celery worker that opened its storage before it forked needs to know nothing of this.
"""

import os
import weakref
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol, cast

import sqlalchemy
from sqlalchemy import URL, Connection, Engine, Table, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import ArgumentError

from worker_core.storage.errors import StorageError
from worker_core.storage.explain import explained, label

BUSY_TIMEOUT_S = 30.0
CONNECT_TIMEOUT_S = 5

_FORMS = (
    "Use sqlite:////absolute/path/to/file.sqlite3 or postgresql://user:password@host:5432/database."
)

_engines: "weakref.WeakSet[Engine]" = weakref.WeakSet()
_inherited: list[object] = []


def create_engine(url: str) -> Engine:
    """An engine for ``url``. It connects at its first use, not here.

    The folder of an SQLite file is made if it does not exist. Any spelling of a PostgreSQL address
    leads to psycopg 3.

    Raises:
        StorageError: the address cannot be used, or the folder cannot be made.
    """
    parsed = _parse(url)
    match parsed.get_backend_name():
        case "sqlite":
            engine = _sqlite_engine(parsed)
        case "postgresql" | "postgres":
            engine = _postgresql_engine(parsed)
        case other:
            raise StorageError("bad_url", f"{other} databases are not supported.", _FORMS)
    _engines.add(engine)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state of the database throughout, and writes nothing.

    Raises:
        StorageError: the database could not answer.
    """
    with explained(engine), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            # By default each statement there sees what was committed until it began.
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that is committed at the end of the block and undone by an error.

    On SQLite it takes the write lock at its start: a transaction that began by reading and then
    wants to write fails at once, without waiting, when another writer was faster.

    Raises:
        StorageError: the database could not do it. Nothing was changed.
    """
    with explained(engine), engine.connect() as connection:
        connection.execution_options(afi_write=True)
        with connection.begin():
            yield connection


def insert(connection: Connection, table: Table) -> sqlite.Insert:
    """An INSERT that knows ON CONFLICT, in the connection's dialect."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    # Both dialects have the same methods for it, but no common class that declares them.
    return cast("sqlite.Insert", postgresql.insert(table))


def _parse(url: str) -> URL:
    try:
        return sqlalchemy.make_url(url)
    except (ArgumentError, ValueError, TypeError) as error:
        raise StorageError(
            "bad_url", "The address of the database cannot be understood.", _FORMS
        ) from error


def _sqlite_engine(url: URL) -> Engine:
    if url.host or url.username or url.port or url.query:
        raise StorageError(
            "bad_url",
            "The address of an SQLite database names more than a file.",
            "An absolute path needs four slashes: sqlite:////absolute/path/to/file.sqlite3.",
        )
    if not url.database or url.database.startswith((":memory:", "file:")):
        raise StorageError(
            "bad_url",
            "The SQLite database must be a file: the window and the workers share it.",
            _FORMS,
        )
    # Absolute, so that a process that changes its folder later still means the same file.
    path = Path(url.database).expanduser().absolute()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            "no_permission",
            f"The folder {path.parent} for the database cannot be made ({error.strerror}).",
            "Give another folder in AFI_DATA_DIR, or change who may write there.",
        ) from error
    engine = sqlalchemy.create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        connect_args={"timeout": BUSY_TIMEOUT_S},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


class _DriverConnection(Protocol):
    """The part of `sqlite3.Connection` that is used, without loading the module here."""

    isolation_level: str | None

    def execute(self, statement: str, /) -> Any: ...


def _prepare_sqlite(connection: _DriverConnection, _record: object) -> None:
    # The driver must not begin transactions by its own rules: _begin_sqlite does.
    connection.isolation_level = None
    with closing(connection.execute("PRAGMA journal_mode")) as answer:
        mode = answer.fetchone()[0]
    if mode != "wal":
        connection.execute("PRAGMA journal_mode = WAL").close()
    connection.execute("PRAGMA synchronous = NORMAL").close()
    connection.execute("PRAGMA foreign_keys = ON").close()


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("afi_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _postgresql_engine(url: URL) -> Engine:
    if not url.database:
        raise StorageError("bad_url", f"The address {label(url)} does not name a database.", _FORMS)
    # A host that vanished without a word is noticed in about half a minute, not after hours.
    patience = {
        "connect_timeout": CONNECT_TIMEOUT_S,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 30_000,
        "application_name": "afi-desk",
        # Without it a database that was made where no language is set (SQL_ASCII) answers bytes.
        "client_encoding": "utf8",
    }
    return sqlalchemy.create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={name: value for name, value in patience.items() if name not in url.query},
        pool_pre_ping=True,
        pool_recycle=1800,
    )


def _before_fork() -> None:
    for engine in list(_engines):
        engine.dispose()


def _after_fork_in_child() -> None:
    for engine in list(_engines):
        # Another thread may have been inside the pool at the moment of the fork. Its connections
        # must be neither used nor closed here, and collecting the pool would close them.
        _inherited.append(engine.pool)
        engine.dispose(close=False)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_child=_after_fork_in_child)
