"""What a model was made from, said so that it can be made again."""

import hashlib
import time
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version


def set_hash(rows: Iterable[str]) -> str:
    """SHA-256 of a training set, by its rows in any order."""
    digest = hashlib.sha256()
    for row in sorted(rows):
        data = row.encode(errors="replace")
        # With its length, so that no two lists of rows run together into one text.
        digest.update(f"{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()


def libraries(*names: str) -> dict[str, str]:
    """The installed versions of libraries that have a part in a model's numbers."""
    found: dict[str, str] = {}
    for name in sorted(names):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def version_name(method: str, content: bytes | str) -> str:
    """A name for a version, the same for the same content: ``garch-53c919b556a0``."""
    data = content if isinstance(content, bytes) else content.encode(errors="replace")
    return f"{method[:48]}-{hashlib.sha256(data).hexdigest()[:12]}"


def seconds_left(started: float, budget_s: float) -> float:
    """Of a budget of time that began at ``started``, by ``time.monotonic``; 0 when it is spent."""
    return max(0.0, budget_s - (time.monotonic() - started))
