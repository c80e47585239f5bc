"""The lines of a log as they arrive in pieces. No Qt."""

import re
from collections import deque
from typing import Final, Literal

KEPT: Final = 5_000
_LONGEST: Final = 4_000
# Where a record's level stands; further on the same words are part of what it says.
_HEAD: Final = 80

_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_LEVELS = re.compile(
    r"\b(?:(?P<error>ERROR|CRITICAL|FATAL)|(?P<warning>WARN|WARNING))\b"
    # Redis and Valkey mark what an operator should read with a number sign.
    r"|^\d+:[A-Z] .{20,28} (?P<sign>\#) "
)

Level = Literal["error", "warning"]


class Lines:
    """The last lines of a log, and those of them that contain the words of a filter."""

    def __init__(self, kept: int = KEPT) -> None:
        self._lines: deque[str] = deque(maxlen=kept)
        self._begun = ""
        self._amid = False
        self._filter = ""

    def feed(self, text: str) -> list[str]:
        """Takes the next piece; returns the new complete lines that match the filter."""
        if self._amid:
            _, ended, text = text.partition("\n")
            self._amid = not ended
        *complete, self._begun = (self._begun + text).split("\n")
        # A program that never ends its line must not fill the memory.
        self._begun = self._begun[-_LONGEST:]
        fresh = [_clean(line) for line in complete]
        self._lines.extend(fresh)
        return [line for line in fresh if self._matches(line)]

    def skip(self) -> None:
        """The next piece does not follow the last one: what was begun never ends, and what comes
        next begins in the middle of a line."""
        self._begun = ""
        self._amid = True

    def set_filter(self, words: str) -> None:
        """Only lines with these words, in either case; empty means all."""
        self._filter = words.casefold().strip()

    def matching(self) -> list[str]:
        return [line for line in self._lines if self._matches(line)]

    def clear(self) -> None:
        self._lines.clear()
        self._begun = ""
        self._amid = False

    def __len__(self) -> int:
        return len(self._lines)

    def _matches(self, line: str) -> bool:
        return self._filter in line.casefold()


def level(line: str) -> Level | None:
    """How bad a line of Python's, Celery's or Redis's log says it is."""
    found = _LEVELS.search(line, 0, _HEAD)
    if found is None:
        return None
    return "error" if found["error"] else "warning"


def _clean(line: str) -> str:
    line = _COLOURS.sub("", line).rstrip("\r")
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
