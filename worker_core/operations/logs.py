"""Log files of local processes: rotated at a start, read from the end or from where one was."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

ROTATE_BYTES = 5 * 2**20
KEPT = 3
CHUNK_BYTES = 256 * 2**10
_USUAL = re.compile(r"\S+ (?:INFO|DEBUG)\b")  # a moment and a level, as workers write them


@dataclass(frozen=True, slots=True)
class LogChunk:
    """New text of a log and the ``offset`` in bytes from which to go on."""

    text: str
    offset: int


def rotate(path: Path) -> None:
    """Move a large log aside: ``name.log.1`` is the newest of those kept.

    Raises:
        OSError: the folder cannot be made or written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.stat().st_size < ROTATE_BYTES:
        return
    for number in range(KEPT, 0, -1):
        older = path.with_name(f"{path.name}.{number}")
        newer = path if number == 1 else path.with_name(f"{path.name}.{number - 1}")
        if newer.exists():
            newer.replace(older)


def tail(path: Path, lines: int) -> str:
    """The last ``lines`` lines, of the last 256 KiB; "" where there is no log."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - CHUNK_BYTES))
            data = file.read(CHUNK_BYTES)
    except FileNotFoundError:
        return ""
    return "\n".join(data.decode("utf-8", "replace").splitlines()[-lines:])


def last_words(path: Path) -> str:
    """The last line, where it may say why a process ended; "" where it tells of its usual work."""
    line = tail(path, 1).strip()
    return "" if _USUAL.match(line) else line


def ended(how: str, path: Path) -> str:
    """What is told of a process that ended by itself."""
    return f"It ended with {how}. {last_words(path)}".strip()


def read_log(path: Path, offset: int = 0) -> LogChunk:
    """What was written since ``offset``, at most its last 256 KiB.

    A log shorter than ``offset`` was rotated and is read from its start.
    """
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            begin = offset if 0 <= offset <= size else 0
            begin = max(begin, size - CHUNK_BYTES)
            file.seek(begin)
            data = file.read(CHUNK_BYTES)
    except FileNotFoundError:
        return LogChunk("", 0)
    whole = len(data) - _unfinished(data)
    return LogChunk(data[:whole].decode("utf-8", "replace"), begin + whole)


def _unfinished(data: bytes) -> int:
    """How many bytes at the end begin a UTF-8 character whose rest is not written yet."""
    for back in range(1, min(3, len(data)) + 1):
        byte = data[-back]
        if byte >= 0xC0:
            needed = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return back if needed > back else 0
        if byte < 0x80:
            return 0
    return 0
