"""The database as operations use it, opened once a process: above all the ledger of tasks."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from worker_core.operations.errors import LedgerUnavailable
from worker_core.settings import Settings, current
from worker_core.storage import Storage, StorageError

if TYPE_CHECKING:
    from worker_core.storage.schedule import ScheduleRepository
    from worker_core.storage.tasks import TaskRepository

# A program has one database; tests and a window that changes its settings have a few.
KEPT = 4

_opening = threading.Lock()
_open: dict[tuple[str, str], Storage] = {}


@contextmanager
def ledger(settings: Settings | None = None) -> Iterator["TaskRepository"]:
    """The ledger of the settings' database.

    Raises:
        LedgerUnavailable: the database cannot be opened, or fails within the block.
    """
    with _using(settings or current()) as storage:
        yield storage.tasks


@contextmanager
def kept_schedule(settings: Settings | None = None) -> Iterator["ScheduleRepository"]:
    """The schedule in the settings' database.

    Raises:
        As ``ledger``.
    """
    with _using(settings or current()) as storage:
        yield storage.schedule


@contextmanager
def stored(settings: Settings | None = None) -> Iterator[Storage]:
    """All that the settings' database holds.

    Raises:
        As ``ledger``.
    """
    with _using(settings or current()) as storage:
        yield storage


@contextmanager
def _using(settings: Settings) -> Iterator[Storage]:
    try:
        yield opened(settings)
    except StorageError as error:
        raise LedgerUnavailable(error.message, error.remedy) from error


def opened(settings: Settings) -> Storage:
    """The storage of the settings' database, opened at its first use.

    Raises:
        StorageError: the database cannot be opened.
    """
    place = settings.database_url, settings.artifacts_url
    with _opening:
        storage = _open.pop(place, None) or Storage.open(*place)
        _open[place] = storage
        while len(_open) > KEPT:
            _open.pop(next(iter(_open))).close()
        return storage
