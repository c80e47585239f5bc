"""The part of a passage that shows the words of a query."""

import re
from collections.abc import Sequence

LENGTH = 240
BEFORE = 60

Marks = Sequence[tuple[int, int]]

_SPACE = re.compile(r"\s")


def excerpt(text: str, marks: Marks) -> tuple[int, int]:
    """Start and end of the part that shows the most different words; the earliest of equal ones.

    It begins and ends between words, where there are any.
    """
    first = max(
        (start for start, _ in marks),
        key=lambda start: (len(_shown(text, marks, start)), -start),
        default=0,
    )
    start = max(0, min(first - BEFORE, len(text) - LENGTH))
    end = min(len(text), start + LENGTH)
    if start > 0 and (space := _SPACE.search(text, start, first)):
        start = space.end()
    if end < len(text):
        last = max((stop for _, stop in marks if stop <= end), default=start)
        end = max(end - _to_space(text, last, end), last)
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def one_line(text: str) -> str:
    """``text`` with each white space as one space, so that offsets stay true."""
    return _SPACE.sub(" ", text)


def goes_on(text: str, start: int, end: int) -> tuple[bool, bool]:
    """Whether there is more of a text before and after a part of it."""
    return bool(text[:start].strip()), bool(text[end:].strip())


def within(marks: Marks, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The marks between ``start`` and ``end``, counted from ``start``."""
    return tuple((a - start, b - start) for a, b in marks if start <= a and b <= end)


def _shown(text: str, marks: Marks, start: int) -> set[str]:
    end = start + LENGTH - BEFORE
    return {text[a:b].casefold() for a, b in marks if start <= a and b <= end}


def _to_space(text: str, soonest: int, end: int) -> int:
    """How many characters a word that is cut at ``end`` has before it."""
    for place in range(end, soonest, -1):
        if text[place].isspace():
            return end - place
    return 0
