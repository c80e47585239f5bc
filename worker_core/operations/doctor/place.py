"""The data folder and its disk."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from worker_core.operations.doctor.finding import Finding
from worker_core.settings import Settings

MIB = 2**20
# The broker, the logs and a database in use write these within minutes.
TOO_LITTLE_MB = 64
LITTLE_MB = 1024


def folder(settings: Settings) -> Iterator[Finding]:
    """Whether files can be written where data lies, or the folder be made."""
    path = settings.data_dir
    there = _nearest(path)
    if there != path and there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        yield Finding("data folder", "ok", f"{path} does not exist yet; it can be made.")
        return
    try:
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(b"x")
    except OSError as error:
        what = "cannot be written" if there == path else f"cannot be made in {there}"
        yield Finding(
            "data folder",
            "problem",
            f"The data folder {path} {what}: {error.strerror or error}.",
            _remedy(path, error),
            "data_folder",
        )
        return
    yield Finding("data folder", "ok", f"{path} can be written.")


def disk(settings: Settings) -> Iterator[Finding]:
    """How much room the data folder's disk has."""
    free = shutil.disk_usage(_nearest(settings.data_dir)).free // MIB
    where = f"The disk of {settings.data_dir} has {free:,} MiB free"
    if free < TOO_LITTLE_MB:
        yield Finding(
            "disk",
            "problem",
            f"{where}: too little to start anything. What is stored is whole.",
            "Free some space, or choose another folder in AFI_DATA_DIR.",
            "disk_full",
        )
    elif free < LITTLE_MB:
        yield Finding(
            "disk",
            "warning",
            f"{where}, which documents and logs may soon fill.",
            "Free some space, or keep less: see AFI_HISTORY_MB.",
        )
    else:
        yield Finding("disk", "ok", f"{where}.")


def _nearest(path: Path) -> Path:
    """The path itself, or the nearest folder above it that there is."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def _remedy(path: Path, error: OSError) -> str:
    import errno

    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "Free some space on that disk, or choose another folder in AFI_DATA_DIR."
    if error.errno == errno.EROFS:
        return "The disk takes no writes. Choose a folder on another one in AFI_DATA_DIR."
    return (
        f"Make {path} a folder that this user may write, or choose another folder in AFI_DATA_DIR."
    )
