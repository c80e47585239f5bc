"""A folder of artifacts, and what every store of them has in common.

A file comes into the place of its address in one step, when it is complete. What a killed writer
leaves behind lies in a folder of its own, under names that begin with the time.
"""

import errno
import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from worker_core.storage.errors import ArtifactError

INCOMING = ".incoming"
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Store(Protocol):
    """What `Artifacts` needs of a place. Addresses are checked before they come here."""

    label: str

    def drafts(self) -> Path:
        """A local folder for files that are being written."""
        ...

    def keep(self, draft: Path, address: str, size: int) -> None: ...
    def open(self, address: str) -> BinaryIO: ...
    def local_path(self, address: str) -> AbstractContextManager[Path]: ...
    def exists(self, address: str) -> bool: ...
    def size(self, address: str) -> int: ...
    def delete(self, address: str) -> bool: ...
    def sweep(self, older_than_s: float, *, dry_run: bool = False) -> int: ...


def draft_name() -> str:
    """A new name for a file that is being written, which tells its age on any file system."""
    return f"{int(time.time()):012d}-{os.urandom(16).hex()}.part"


@contextmanager
def guarded(label: str) -> Iterator[None]:
    """Turn what goes wrong in the store within the block into `ArtifactError`."""
    try:
        yield
    except PermissionError as error:
        raise ArtifactError(
            "store_unavailable",
            f"The store of files {label} may not be written or read by this user.",
            "Change who may use it, or choose another place in AFI_ARTIFACTS_URL.",
        ) from error
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise ArtifactError(
                "disk_full",
                f"There is no space left in the store of files {label}.",
                "Free some space and try again. Nothing was stored.",
                transient=True,
            ) from error
        raise ArtifactError(
            "store_unavailable",
            f"The store of files {label} did not answer ({error.strerror or error}).",
            "See that its disk or server is connected, then try again.",
            transient=True,
        ) from error


def missing(label: str, address: str) -> ArtifactError:
    """The error for an address at which nothing is stored."""
    return ArtifactError(
        "missing",
        f"The store of files {label} has no file {address}.",
        "Add the file again. If other computers work on the same documents, give them all the "
        "same AFI_ARTIFACTS_URL.",
    )


def is_leftover(name: str, older_than_s: float) -> bool:
    """Whether a name from `draft_name` is that old."""
    begun = name.partition("-")[0]
    return begun.isdecimal() and time.time() - int(begun) >= older_than_s


class LocalStore:
    """A folder on this computer, or one that computers share."""

    def __init__(self, base: Path) -> None:
        self._base = base.expanduser().absolute()
        self.label = str(self._base)

    def drafts(self) -> Path:
        folder = self._base / INCOMING
        with guarded(self.label):
            folder.mkdir(parents=True, exist_ok=True)
        return folder

    def keep(self, draft: Path, address: str, size: int) -> None:
        final = self._path(address)
        with guarded(self.label):
            if _has_size(final, size):
                return
            final.parent.mkdir(parents=True, exist_ok=True)
            try:
                draft.replace(final)
            except PermissionError:
                # Windows does not replace a file that somebody reads: it is the same content.
                if not _has_size(final, size):
                    raise
            _flush_folder(final.parent)

    def open(self, address: str) -> BinaryIO:
        with guarded(self.label):
            try:
                return self._path(address).open("rb")
            except FileNotFoundError as error:
                raise missing(self.label, address) from error

    @contextmanager
    def local_path(self, address: str) -> Iterator[Path]:
        if not self.exists(address):
            raise missing(self.label, address)
        yield self._path(address)

    def exists(self, address: str) -> bool:
        with guarded(self.label):
            return self._path(address).is_file()

    def size(self, address: str) -> int:
        with guarded(self.label):
            try:
                return self._path(address).stat().st_size
            except FileNotFoundError as error:
                raise missing(self.label, address) from error

    def delete(self, address: str) -> bool:
        with guarded(self.label):
            try:
                self._path(address).unlink()
            except FileNotFoundError:
                return False
        return True

    def sweep(self, older_than_s: float, *, dry_run: bool = False) -> int:
        with guarded(self.label):
            folder = self._base / INCOMING
            names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
            leftovers = [name for name in names if is_leftover(name, older_than_s)]
            for name in leftovers if not dry_run else ():
                (folder / name).unlink(missing_ok=True)
        return len(leftovers)

    def _path(self, address: str) -> Path:
        # Two digits make 256 folders, so that none grows beyond what file managers can show.
        return self._base / address[:2] / address


def _has_size(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except FileNotFoundError:
        return False


def _flush_folder(folder: Path) -> None:
    """Make a new name in the folder outlive a power cut, where a system has a way to."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
