"""How much room there is on the disks that this computer writes to."""

import os
import shutil
from pathlib import Path

from worker_core.health.readings import DiskReading
from worker_core.settings import Settings
from worker_core.storage.vitals import file_of


def disks(settings: Settings) -> tuple[DiskReading, ...]:
    """Of the data folder, the database's file and the store of files, each disk once. What lies on
    other computers is not seen from here.

    Raises:
        OSError: a disk does not answer.
    """
    places = [("the data folder", settings.data_dir)]
    if (file := file_of(settings.database_url)) is not None:
        places.append(("the database", file))
    if "://" not in settings.artifacts_url:
        places.append(("the store of files", Path(settings.artifacts_url)))
    found: dict[int, DiskReading] = {}
    for what, path in places:
        there = _existing(path)
        usage = shutil.disk_usage(there)
        device = there.stat().st_dev
        if device not in found:
            found[device] = DiskReading(what, str(path), usage.free, usage.total)
    return tuple(found.values())


def _existing(path: Path) -> Path:
    path = path.expanduser().absolute()
    while not path.exists() and path != path.parent:
        path = path.parent
    return path if path.is_dir() or os.name != "nt" else path.parent
