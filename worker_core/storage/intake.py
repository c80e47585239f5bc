"""Reading a user's file once, from start to end, while it may change or go away."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from worker_core.storage.cleaning import display_name
from worker_core.storage.errors import ArtifactError

CHUNK = 1024 * 1024

Progress = Callable[[int, int], None]

# Without O_NONBLOCK, opening a named pipe that nobody writes to would wait for ever.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


def copy(
    path: Path, sink: Callable[[bytes], object], max_bytes: int, progress: Progress | None
) -> tuple[str, int]:
    """Give the file's content to ``sink`` in chunks, and return its SHA-256 and size.

    ``progress`` is called after each chunk with the bytes read and the bytes to read. What ``sink``
    and ``progress`` raise passes through.

    Raises:
        ArtifactError: the file cannot be taken as it is; nothing that went to ``sink`` is of use.
    """
    name = display_name(str(path))
    digest, done = hashlib.sha256(), 0
    with _opened(path, name) as file:
        before = _checked(file, name, max_bytes)
        while chunk := _read(file, name):
            done += len(chunk)
            if done > max_bytes:
                raise _too_large(name, max_bytes)
            digest.update(chunk)
            sink(chunk)
            if progress is not None:
                progress(done, max(done, before.st_size))
        _same_still(path, name, before, os.fstat(file.fileno()), done)
    return digest.hexdigest(), done


def drain(
    file: BinaryIO, name: str, sink: Callable[[bytes], object], max_bytes: int
) -> tuple[str, int]:
    """Give what an open file holds to ``sink`` in chunks, and return its SHA-256 and size.

    Raises:
        ArtifactError: it is empty or too large; nothing that went to ``sink`` is of use then.
    """
    digest, done = hashlib.sha256(), 0
    while chunk := _read(file, name):
        done += len(chunk)
        if done > max_bytes:
            raise _too_large(name, max_bytes, file.seek(0, os.SEEK_END))
        digest.update(chunk)
        sink(chunk)
    if not done:
        raise _empty(name)
    return digest.hexdigest(), done


@contextmanager
def _opened(path: Path, name: str) -> Iterator[BinaryIO]:
    try:
        # Windows answers the opening of a folder as if it were a matter of permission.
        if path.is_dir():
            raise _not_a_file(name, "is a folder", "Add the files in it instead.")
        descriptor = os.open(path, _FLAGS)
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise _vanished(name) from error
    except PermissionError as error:
        raise ArtifactError(
            "no_permission",
            f"{name} may not be read by this user.",
            "Change who may read it, or copy it to a folder of your own, then add it again.",
        ) from error
    except OSError as error:
        raise _unreadable(name, error) from error
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        yield file


def _checked(file: BinaryIO, name: str, max_bytes: int) -> os.stat_result:
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode):
        raise _not_a_file(name, "is a device or a pipe", "Add a file that stands on a disk.")
    if status.st_size == 0:
        raise _empty(name)
    if status.st_size > max_bytes:
        raise _too_large(name, max_bytes, status.st_size)
    return status


def _read(file: BinaryIO, name: str) -> bytes:
    try:
        return file.read(CHUNK)
    except OSError as error:
        raise _unreadable(name, error) from error


def _same_still(
    path: Path, name: str, before: os.stat_result, after: os.stat_result, done: int
) -> None:
    try:
        there = path.stat()
    except FileNotFoundError as error:
        raise _vanished(name) from error
    except OSError as error:
        raise _unreadable(name, error) from error
    untouched = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    if not (untouched and done == after.st_size and os.path.samestat(there, after)):
        raise ArtifactError(
            "changed",
            f"{name} changed while it was read.",
            "Wait until the program that writes it has finished, then add it again.",
        )


def _empty(name: str) -> ArtifactError:
    return ArtifactError(
        "empty",
        f"{name} is empty.",
        "See whether its download or export finished, then add it again.",
    )


def _vanished(name: str) -> ArtifactError:
    return ArtifactError(
        "vanished",
        f"{name} is no longer there.",
        "Look whether it was moved, renamed or deleted, then add it again.",
    )


def _not_a_file(name: str, what: str, remedy: str) -> ArtifactError:
    return ArtifactError("not_a_file", f"{name} {what}, not a file.", remedy)


def _too_large(name: str, max_bytes: int, size: int | None = None) -> ArtifactError:
    mib = 1024 * 1024
    is_large = f"has {size / mib:,.1f} MiB" if size is not None else "grew while it was read"
    return ArtifactError(
        "too_large",
        f"{name} {is_large}; at most {max_bytes / mib:,.1f} MiB are accepted.",
        "Split it, or raise the largest accepted file size in the settings.",
    )


def _unreadable(name: str, error: OSError) -> ArtifactError:
    return ArtifactError(
        "unreadable",
        f"{name} cannot be read ({error.strerror or error}).",
        "See whether its disk or network folder is connected, then add it again.",
    )
