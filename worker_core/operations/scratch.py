"""Folders for the temporary files of processes that may be killed at any moment.

A folder belongs to the process that holds the lock file beside it. The system takes the lock from
a process that ends, however it ends, so that whoever looks next knows what was left behind.
"""

import os
import secrets
import shutil
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from worker_core.operations.files import private_folder, try_lock
from worker_core.settings import Settings

LOCK = ".lock"


def base(settings: Settings) -> Path:
    """Where these folders are."""
    return settings.data_dir / "tmp"


@dataclass(frozen=True, slots=True)
class Scratch:
    """A folder of this process."""

    path: Path
    _descriptor: int

    def empty(self) -> None:
        """Remove what is in it."""
        with os.scandir(self.path) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    shutil.rmtree(entry.path, ignore_errors=True)
                else:
                    with suppress(OSError):
                        Path(entry.path).unlink()

    def remove(self) -> None:
        """Give it up with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._descriptor)
        with suppress(OSError):
            _lock_of(self.path).unlink()


def claim(folder: Path) -> Scratch:
    """A new folder in ``folder``, until this process ends.

    Raises:
        OSError: it cannot be made.
    """
    private_folder(folder)
    while True:
        path = folder / f"{os.getpid()}-{secrets.token_hex(4)}"
        lock = _lock_of(path)
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        # Between the two lines before and after, somebody may have taken it for left behind.
        if try_lock(descriptor) and lock.exists():
            path.mkdir(mode=0o700)
            return Scratch(path, descriptor)
        os.close(descriptor)


def clear(folder: Path) -> int:
    """Remove the folders in ``folder`` whose process is gone; how many they were."""
    return sum(_removed(lock) for lock in folder.glob(f"*{LOCK}"))


def _removed(lock: Path) -> bool:
    try:
        descriptor = os.open(lock, os.O_RDWR)
    except OSError:
        return False
    with closing(os.fdopen(descriptor, "rb")):
        if not try_lock(descriptor):
            return False
        path = lock.with_suffix("")
        shutil.rmtree(path, ignore_errors=True)
        if path.exists():
            # The lock stays, so that another look finds the rest.
            return False
        if os.name != "nt":
            lock.unlink(missing_ok=True)
    # Windows removes no file that is open.
    with suppress(OSError):
        lock.unlink(missing_ok=True)
    return True


def _lock_of(path: Path) -> Path:
    return path.with_name(path.name + LOCK)
