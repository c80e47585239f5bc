"""Artifacts in object storage, on a server, or wherever else fsspec reaches."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from fsspec.core import url_to_fs

from worker_core.storage.errors import ArtifactError
from worker_core.storage.stores import (
    INCOMING,
    LocalStore,
    Store,
    draft_name,
    guarded,
    is_leftover,
    missing,
)


def store_of_url(url: str) -> Store:
    """The store at a URL; ``file://`` is a folder like any other."""
    if url.startswith("file://"):
        return LocalStore(Path(url_to_fs(url)[1]))
    return RemoteStore(url)


class RemoteStore:
    """A store behind one of fsspec's drivers."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        parts = urlsplit(url)
        self.label = f"{parts.scheme}://{parts.hostname or ''}{parts.path}"

    def drafts(self) -> Path:
        return Path(tempfile.gettempdir())

    def keep(self, draft: Path, address: str, size: int) -> None:
        with self._connected() as (system, root):
            final = self._path(root, address)
            if system.exists(final) and system.size(final) == size:
                return
            incoming = f"{root}/{INCOMING}/{draft_name()}"
            for path in (incoming, final):
                system.makedirs(path.rpartition("/")[0], exist_ok=True)
            try:
                system.put_file(str(draft), incoming)
                system.mv(incoming, final)
            except BaseException:
                with suppress(OSError):
                    system.rm_file(incoming)
                raise

    def open(self, address: str) -> BinaryIO:
        with self._connected() as (system, root):
            try:
                file: BinaryIO = system.open(self._path(root, address), "rb")
            except FileNotFoundError as error:
                raise missing(self.label, address) from error
            return file

    @contextmanager
    def local_path(self, address: str) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="afi-artifact-") as folder:
            copy = Path(folder) / address
            with self._connected() as (system, root):
                try:
                    system.get_file(self._path(root, address), str(copy))
                except FileNotFoundError as error:
                    raise missing(self.label, address) from error
                with copy.open("rb") as file:
                    found = hashlib.file_digest(file, "sha256").hexdigest()
            if found != address:
                raise ArtifactError(
                    "damaged",
                    f"The file {address} in the store {self.label} is not what was stored.",
                    "Add the file again, and see whether the store's disk is sound.",
                )
            yield copy

    def exists(self, address: str) -> bool:
        with self._connected() as (system, root):
            return bool(system.isfile(self._path(root, address)))

    def size(self, address: str) -> int:
        with self._connected() as (system, root):
            try:
                return int(system.size(self._path(root, address)))
            except FileNotFoundError as error:
                raise missing(self.label, address) from error

    def delete(self, address: str) -> bool:
        with self._connected() as (system, root):
            try:
                system.rm_file(self._path(root, address))
            except FileNotFoundError:
                return False
        return True

    def sweep(self, older_than_s: float, *, dry_run: bool = False) -> int:
        with self._connected() as (system, root):
            try:
                paths = system.ls(f"{root}/{INCOMING}", detail=False)
            except FileNotFoundError:
                return 0
            leftovers = [
                path for path in paths if is_leftover(path.rpartition("/")[2], older_than_s)
            ]
            for path in leftovers if not dry_run else ():
                system.rm_file(path)
        return len(leftovers)

    def _path(self, root: str, address: str) -> str:
        return f"{root}/{address[:2]}/{address}"

    @contextmanager
    def _connected(self) -> Iterator[tuple[Any, str]]:
        """The file system and the path of the store in it.

        It is asked for anew each time: fsspec keeps one for each process, and knows of forks.
        """
        try:
            with guarded(self.label):
                system, root = url_to_fs(self._url)
                # Another computer may have stored files since a folder was last listed.
                system.invalidate_cache()
                yield system, root
        except ArtifactError:
            raise
        except (ImportError, ValueError) as error:
            raise ArtifactError(
                "store_unavailable",
                f"The store of files {self.label} cannot be used: {error}",
                "Install the driver that is named, or correct AFI_ARTIFACTS_URL.",
            ) from error
        except Exception as error:
            # Drivers raise errors of the libraries under them, which have no common base.
            raise ArtifactError(
                "store_unavailable",
                f"The store of files {self.label} did not answer ({error}).",
                "See that its server can be reached and takes this login, then try again.",
                transient=True,
            ) from error
