"""A copy of the database every so many hours, made by whoever runs: workers, or the window."""

from datetime import timedelta

from worker_core.settings import Settings
from worker_core.storage.backups import Backup, due, make_backup
from worker_core.storage.condition import sqlite_file
from worker_core.storage.migrate import current


def copy_if_due(settings: Settings) -> Backup | None:
    """Copy an SQLite database whose last copy is older than ``AFI_BACKUP_HOURS``; None where
    nothing was to be done.

    Raises:
        StorageError: it is due and could not be made; the database and its copies are as they were.
    """
    file = sqlite_file(settings.database_url)
    hours = settings.backup_hours
    if file is None or not hours or not due(file, timedelta(hours=hours)):
        return None
    revision = current(settings.database_url)
    # A file that holds nothing of ours yet is not worth a copy, nor ours to copy.
    return make_backup(file, revision, regular=settings.keep_backups) if revision else None
