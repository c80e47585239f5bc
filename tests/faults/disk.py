"""A disk that is full, as SQLite sees it: its file cannot be given another page.

While the file ``full`` is there, each transaction of a process that was told to look for it ends
with SQLITE_FULL, as it does where the operating system says ENOSPC.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, event

SIGN = "full"
# SQLite's own.
MOST_PAGES = 4_294_967_294


def limit(folder: Path) -> Callable[[Connection], None]:
    """Make this process look for the sign in ``folder``; the listener that does."""
    sign = folder / SIGN

    def begin(connection: Connection) -> None:
        # Less than there are means as many as there are.
        pages = 1 if sign.exists() else MOST_PAGES
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    event.listen(Engine, "begin", begin)
    return begin


@contextmanager
def limited(folder: Path) -> Iterator[None]:
    begin = limit(folder)
    try:
        yield
    finally:
        event.remove(Engine, "begin", begin)
