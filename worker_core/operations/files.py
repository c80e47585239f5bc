"""Small files that several processes share: private folders, whole writes, locks."""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

LOCK_POLL_S = 0.05


def private_folder(path: Path) -> Path:
    """``path`` as a folder that no other user may look into.

    Raises:
        OSError: it cannot be made.
    """
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.chmod(0o700)
    return path


def write_private(path: Path, text: str) -> None:
    """Replace ``path`` in one step by a file that no other user may read."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)


def read_object(path: Path) -> dict[str, Any] | None:
    """The JSON object in ``path``, or None where there is none that can be read."""
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


@contextmanager
def locked(path: Path, timeout: float) -> Iterator[None]:
    """Hold the lock file ``path``, against other processes and other threads.

    Raises:
        TimeoutError: somebody else held it for ``timeout`` seconds.
    """
    deadline = time.monotonic() + timeout
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while not try_lock(descriptor):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{path} was held for {timeout:g} s")
            time.sleep(LOCK_POLL_S)
        yield
    finally:
        os.close(descriptor)  # which also gives the lock back


def try_lock(descriptor: int) -> bool:
    """Lock an open file against every other opening of it; whether that was free. Closing the
    descriptor gives the lock back, and so does the end of the process and its forks."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
