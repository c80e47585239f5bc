"""Files kept under the hash of their content.

The same content is stored once, whatever its names. A file that can be read here is whole: it
comes into place in one step, after its last byte reached the disk.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from worker_core.storage import intake
from worker_core.storage.cleaning import sha256_address
from worker_core.storage.intake import Progress
from worker_core.storage.stores import LocalStore, Store, draft_name, guarded

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Artifact:
    """A stored file: its address and its size."""

    sha256: str
    bytes: int


class Artifacts:
    """The store at ``base``: a folder, or the URL of one that fsspec knows (``s3://bucket/afi``).

    Every method raises `ArtifactError` when the store cannot do its part, and `StorageError` with
    code ``bad_hash`` for an address that is not 64 hexadecimal digits.
    """

    def __init__(self, base: str | Path) -> None:
        self._store = _store(str(base))

    def put_file(
        self, path: str | Path, max_bytes: int, progress: Progress | None = None
    ) -> Artifact:
        """Store a copy of a file. A file that is there already is not stored twice.

        ``progress`` is called with the bytes read and the bytes to read, after each chunk.

        Raises:
            ArtifactError: the file is missing, empty, too large, unreadable or not a file, or
                changed while it was read; or the store is full or away.
        """
        with self._draft() as draft:
            sha256, size = intake.copy(Path(path), draft.write, max_bytes, progress)
            draft.keep(sha256, size)
        return Artifact(sha256, size)

    def put_bytes(self, data: bytes) -> Artifact:
        """Store ``data``."""
        sha256 = hashlib.sha256(data).hexdigest()
        with self._draft() as draft:
            draft.write(data)
            draft.keep(sha256, len(data))
        return Artifact(sha256, len(data))

    def put_stream(self, file: BinaryIO, name: str, max_bytes: int) -> Artifact:
        """Store what ``file`` holds from where it stands; ``name`` is what errors call it.

        Raises:
            ArtifactError: it is empty or too large; or the store is full or away.
        """
        with self._draft() as draft:
            sha256, size = intake.drain(file, name, draft.write, max_bytes)
            draft.keep(sha256, size)
        return Artifact(sha256, size)

    def open(self, sha256: str) -> BinaryIO:
        """The file, for reading; the caller closes it."""
        return self._store.open(sha256_address(sha256))

    def local_path(self, sha256: str) -> AbstractContextManager[Path]:
        """A path to the content for the length of a ``with`` block, which must not be written to.

        A local store gives its own file. From another one the file is fetched, checked, and
        removed at the end of the block.
        """
        return self._store.local_path(sha256_address(sha256))

    def exists(self, sha256: str) -> bool:
        """Whether the file is stored."""
        return self._store.exists(sha256_address(sha256))

    def size(self, sha256: str) -> int:
        """Bytes of the file."""
        return self._store.size(sha256_address(sha256))

    def delete(self, sha256: str) -> bool:
        """Remove the file; whether there was one."""
        return self._store.delete(sha256_address(sha256))

    def sweep(self, older_than_s: float = DAY_S, *, dry_run: bool = False) -> int:
        """Remove what writers left behind that were killed, or only count it; how many files that
        were."""
        return self._store.sweep(older_than_s, dry_run=dry_run)

    @contextmanager
    def _draft(self) -> Iterator["_Draft"]:
        path = self._store.drafts() / draft_name()
        with guarded(self._store.label):
            draft = _Draft(self._store, path)
        try:
            with draft.file:
                yield draft
        finally:
            path.unlink(missing_ok=True)


class _Draft:
    """A file that is being written and is not in its place yet."""

    def __init__(self, store: Store, path: Path) -> None:
        self._store = store
        self._path = path
        # Unbuffered: closing it has nothing left to write, and so to fail at.
        self.file = FileIO(path, "xb")

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        with guarded(self._store.label):
            while rest:
                # Near the end of the space, a part is written.
                rest = rest[self.file.write(rest) :]

    def keep(self, sha256: str, size: int) -> None:
        with guarded(self._store.label):
            os.fsync(self.file.fileno())
            # Windows does not move an open file.
            self.file.close()
        self._store.keep(self._path, sha256, size)


def _store(base: str) -> Store:
    if "://" not in base:
        return LocalStore(Path(base))
    from worker_core.storage.remote import store_of_url

    return store_of_url(base)
