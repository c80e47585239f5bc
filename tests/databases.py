"""Databases with their tables and without a row, made quicker than by all migrations each time."""

import functools
import tempfile
from pathlib import Path

from sqlalchemy import make_url

from worker_core.storage import migrate


def lay(file: Path) -> str:
    """Put an SQLite database there as the migrations leave one; its address."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_migrated())
    return f"sqlite:///{file}"


def file_of(url: str) -> Path:
    """The file of an SQLite database."""
    name = make_url(url).database
    assert name is not None
    return Path(name)


@functools.cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "afi.sqlite3"
        migrate.upgrade(f"sqlite:///{file}")
        # What has been written is in the file itself once its last connection is closed.
        assert [each.name for each in Path(folder).iterdir()] == [file.name]
        return file.read_bytes()
