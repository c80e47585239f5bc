"""Bringing a database to the structure that this version of the program knows."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, String, column, inspect, select, table

from worker_core.storage.backups import make_backup
from worker_core.storage.engine import create_engine, reading
from worker_core.storage.errors import StorageError
from worker_core.storage.explain import explained, label
from worker_core.storage.schema import VERSION_TABLE, metadata

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0016"
"""The newest revision, so that a database that is up to date is known without loading Alembic."""

_MIGRATIONS = Path(__file__).parent / "migrations"
# Any number that no other program locks in the same PostgreSQL database.
_ADVISORY_LOCK = 0x6166692D6465736B


def upgrade(database: str | Engine) -> None:
    """Create or update the tables; a database that is up to date is left alone.

    Processes that do this at the same time wait for each other, and one of them does the work. It
    is one transaction: an error leaves the database as it was. An SQLite file is copied before
    its tables are changed; see `backups`.

    Raises:
        StorageError: the database cannot be used; ``newer`` if a newer version of the program has
            changed it, ``foreign`` if it holds tables of these names that are not ours.
    """
    with _engine_of(database) as engine:
        if current(engine) == HEAD:
            return
        with exclusive(engine) as connection:
            from alembic import command

            version = _known_version(connection, engine)
            if version is None:
                _refuse_foreign_tables(connection, engine)
            elif version != HEAD and engine.dialect.name == "sqlite":
                # What is committed is copied past this transaction, which has changed nothing yet.
                make_backup(Path(str(engine.url.database)), version)
            command.upgrade(configuration(connection), "head")


def downgrade(database: str | Engine, revision: str) -> None:
    """Take the tables back to an earlier revision; ``base`` removes them and what they hold.

    Raises:
        StorageError: the database cannot be used, or is newer than this program.
    """
    with _engine_of(database) as engine, exclusive(engine) as connection:
        from alembic import command

        _known_version(connection, engine)
        command.downgrade(configuration(connection), revision)


def current(database: str | Engine) -> str | None:
    """The database's revision; None while it has no tables of ours.

    Raises:
        StorageError: the database cannot be read.
    """
    with _engine_of(database) as engine, reading(engine) as connection:
        return _version(connection)


def examine(engine: Engine) -> str | None:
    """The revision as ``current`` gives it, held against those that this program knows.

    Raises:
        StorageError: the database cannot be read, or is ``newer`` than this program.
    """
    with reading(engine) as connection:
        return _known_version(connection, engine)


@contextmanager
def exclusive(engine: Engine) -> Iterator[Connection]:
    """A transaction for changing tables, which no other process runs beside.

    Raises:
        StorageError: the database cannot be used, or its rows no longer fit together at the end.
            Nothing was changed.
    """
    with explained(engine), engine.connect() as connection:
        connection.execution_options(afi_write=True)
        if connection.dialect.name == "sqlite":
            with _without_foreign_keys(connection), connection.begin():
                yield connection
                _check_foreign_keys(connection, engine)
        else:
            with connection.begin():
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
                yield connection


def configuration(connection: Connection) -> "Config":
    """Alembic's configuration for this package's migrations over ``connection``."""
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    # A percent sign starts an interpolation in Alembic's configuration.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def is_ours(_item: object, name: str | None, kind: str, reflected: bool, _other: object) -> bool:
    """Whether Alembic's comparison is to look at a thing; others may share the database."""
    if kind == "table":
        return not reflected or name in metadata.tables
    return True


@contextmanager
def _engine_of(database: str | Engine) -> Iterator[Engine]:
    if isinstance(database, Engine):
        yield database
        return
    engine = create_engine(database)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """SQLite's way to change a table is to copy and drop it, and a drop would cascade.

    The setting can be changed outside a transaction alone.
    """
    driver = connection.connection.driver_connection
    if driver is None:
        raise RuntimeError("the connection was closed")
    with closing(driver.cursor()) as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
        try:
            yield
        finally:
            cursor.execute("PRAGMA foreign_keys = ON")


def _check_foreign_keys(connection: Connection, engine: Engine) -> None:
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise StorageError(
            "corrupt",
            f"Some rows of the database {label(engine.url)} belong to documents that it does "
            "not have, so it was left as it was.",
            "Put back a copy from a backup, or start with an empty database.",
        )


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    number = column("version_num", String)
    return connection.scalar(select(number).select_from(table(VERSION_TABLE, number)))


def _known_version(connection: Connection, engine: Engine) -> str | None:
    from alembic.script import ScriptDirectory

    version = _version(connection)
    scripts = ScriptDirectory.from_config(configuration(connection))
    if version is None or version in {script.revision for script in scripts.walk_revisions()}:
        return version
    raise StorageError(
        "newer",
        f"A newer version of AFI Desk has changed the database {label(engine.url)} "
        f"(its structure is {version}, and this version knows up to {HEAD}).",
        "Update AFI Desk on this computer, or give this version a database of its own "
        "in AFI_DATABASE_URL.",
    )


def _refuse_foreign_tables(connection: Connection, engine: Engine) -> None:
    taken = sorted(set(inspect(connection).get_table_names()) & set(metadata.tables))
    if taken:
        raise StorageError(
            "foreign",
            f"The database {label(engine.url)} already has tables that AFI Desk did not make: "
            f"{', '.join(taken)}.",
            "Give AFI Desk a database of its own in AFI_DATABASE_URL.",
        )
