"""Whether a database is well, found out without changing what it holds, and within a short time.

A connection of its own: those of the program wait longer than somebody who only wants to know.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, Engine, String, column, inspect, select, table

from worker_core.storage.engine import create_engine
from worker_core.storage.errors import StorageError
from worker_core.storage.explain import explained
from worker_core.storage.migrate import HEAD
from worker_core.storage.schema import VERSION_TABLE


@dataclass(frozen=True, slots=True)
class Vitals:
    """``latency_s`` is of one answer over an open connection; ``revision`` is None without tables
    of ours, and ``head`` what this program knows. ``now`` is the server's clock, None where the
    database is a file."""

    kind: str
    latency_s: float
    revision: str | None
    head: str
    size_bytes: int | None
    writable: bool | None
    problem: str | None = None
    now: datetime | None = None
    connections: int | None = None
    max_connections: int | None = None


def vitals(url: str, timeout_s: float = 3.0) -> Vitals:
    """How the database at ``url`` is. A file that is not there is not made.

    Raises:
        StorageError: it cannot be reached, opened or read.
    """
    with _engine(url, timeout_s) as engine, explained(engine), engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            return _of_file(connection)
        return _of_server(connection)


def file_of(url: str) -> Path | None:
    """The file of an SQLite database, None for a server.

    Raises:
        StorageError: the address cannot be understood.
    """
    try:
        parsed = sqlalchemy.make_url(url)
    except (sqlalchemy.exc.ArgumentError, ValueError, TypeError) as error:
        raise StorageError(
            "bad_url", "The address of the database cannot be understood.", "Correct it."
        ) from error
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return Path(parsed.database).expanduser().absolute()


@contextmanager
def _engine(url: str, timeout_s: float) -> Iterator[Engine]:
    path = file_of(url)
    if path is not None and not path.exists():
        raise StorageError(
            "missing",
            f"The database {path} does not exist.",
            "It is made when a worker, a scheduler or the window starts; or correct AFI_DATA_DIR.",
        )
    engine = create_engine(url)
    milliseconds = int(timeout_s * 1000)

    if path is not None:
        # Before anything else is asked over a new connection.
        @sqlalchemy.event.listens_for(engine, "connect", insert=True)
        def _(connection: Any, _record: object) -> None:
            connection.execute(f"PRAGMA busy_timeout = {milliseconds}").close()
    else:

        @sqlalchemy.event.listens_for(engine, "begin")
        def _(connection: Connection) -> None:
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = {milliseconds}")

    try:
        yield engine
    finally:
        engine.dispose()


def _latency(connection: Connection) -> float:
    began = time.perf_counter()
    connection.exec_driver_sql("SELECT 1").scalar()
    return time.perf_counter() - began


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    number = column("version_num", String)
    return connection.scalar(select(number).select_from(table(VERSION_TABLE, number)))


def _of_file(connection: Connection) -> Vitals:
    latency = _latency(connection)
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar() or 0
    page = connection.exec_driver_sql("PRAGMA page_size").scalar() or 0
    revision = _revision(connection)
    connection.rollback()
    writable, problem = _can_write(connection)
    return Vitals("SQLite", latency, revision, HEAD, pages * page, writable, problem)


def _can_write(connection: Connection) -> tuple[bool | None, str | None]:
    """Whether the file's lock for writing can be had; a writer who has it for long is told."""
    try:
        with explained(connection.engine):
            connection.execution_options(afi_write=True)
            with connection.begin():
                connection.exec_driver_sql("SELECT 1")
    except StorageError as error:
        return (None, error.message) if error.code == "busy" else (False, None)
    return True, None


def _of_server(connection: Connection) -> Vitals:
    latency = _latency(connection)
    now, size, copy, read_only = connection.exec_driver_sql(
        "SELECT clock_timestamp(), pg_database_size(current_database()), pg_is_in_recovery(), "
        "current_setting('default_transaction_read_only') = 'on'"
    ).one()
    taken, most = connection.exec_driver_sql(
        "SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'), "
        "current_setting('max_connections')::int"
    ).one()
    assert isinstance(now, datetime)  # noqa: S101 - what the driver makes of a timestamptz
    return Vitals(
        "PostgreSQL",
        latency,
        _revision(connection),
        HEAD,
        size,
        not (copy or read_only),
        None,
        now.astimezone(UTC),
        taken,
        most,
    )
