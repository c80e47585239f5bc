"""The part of a passage that shows the words of a query."""

import re
from collections.abc import Sequence

LENGTH = 240
BEFORE = 60

Marks = Sequence[tuple[int, int]]

_ELLIPSIS = "…"
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


def told(text: str, start: int, end: int) -> tuple[str, int]:
    """``text[start:end]`` on one line, with an ellipsis where the text goes on at that side, and
    how many characters stand before it."""
    before = _ELLIPSIS if text[:start].strip() else ""
    after = _ELLIPSIS if text[end:].strip() else ""
    # Each white space becomes one space, so that offsets stay true.
    return f"{before}{_SPACE.sub(' ', text[start:end])}{after}", len(before)


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
