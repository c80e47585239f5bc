"""How a database is, found out without changing it."""

from dataclasses import dataclass
from pathlib import Path

from worker_core.storage.backups import backups, remedy_of
from worker_core.storage.engine import create_engine, reading
from worker_core.storage.errors import StorageError
from worker_core.storage.explain import label
from worker_core.storage.migrate import HEAD, examine


@dataclass(frozen=True, slots=True)
class Condition:
    """``revision`` is that of its structure, None while it has no tables of ours."""

    where: str
    revision: str | None
    copies: int = 0

    @property
    def words(self) -> str:
        copies = f" {self.copies} copies of it are kept." if self.copies else ""
        if self.revision is None:
            return f"{self.where} is set up at the first start.{copies}"
        if self.revision == HEAD:
            return f"{self.where} is up to date (structure {HEAD}).{copies}"
        return (
            f"{self.where} has structure {self.revision} and is brought to {HEAD} at the next "
            f"start.{copies}"
        )


def condition(database_url: str, *, thorough: bool = True) -> Condition:
    """Look at a database; with ``thorough`` every page of an SQLite file is read.

    Raises:
        StorageError: it cannot be reached, is damaged (``corrupt``), or a ``newer`` version of the
            program has changed it.
    """
    file = sqlite_file(database_url)
    if file is not None and not file.exists():
        return Condition(str(file), None, len(backups(file)))
    engine = create_engine(database_url)
    try:
        revision = examine(engine)
        if file is not None and thorough:
            with reading(engine) as connection:
                answer = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
            if answer != "ok":
                raise StorageError("corrupt", f"The file {file} is damaged.", remedy_of(file))
        return Condition(label(engine.url), revision, len(backups(file)) if file else 0)
    finally:
        engine.dispose()


def sqlite_file(database_url: str) -> Path | None:
    """The file of an SQLite database; None for a server's."""
    scheme, _, path = database_url.partition(":///")
    return Path(path).expanduser().absolute() if scheme.startswith("sqlite") and path else None
