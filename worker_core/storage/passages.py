"""A text cut into passages, the units of the search index.

A filing is too long a unit: every word of a query stands somewhere in it, and to show the place,
all of it would have to be read again. PostgreSQL also counts no word beyond the 16,383rd.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from worker_core.storage.protocols import SectionLike

LENGTH = 4000
MOST = 2**16
"""More than any document has."""

_CONTENT = re.compile(r"[^\W_]")
_ENDS = ("\n", ". ", " ")


@dataclass(frozen=True, slots=True)
class Passage:
    """Characters ``start`` to before ``end`` of a text; ``section`` is empty outside of any."""

    section: str
    start: int
    end: int


def cut(text: str, sections: Iterable[SectionLike]) -> list[Passage]:
    """The passages that hold all words of ``text``, in order; none reaches over a section's end.

    Where sections overlap, the earlier one keeps what they share.
    """
    length = max(LENGTH, 4 * len(text) // MOST)
    found: list[Passage] = []
    place = 0
    for section in sorted(sections, key=lambda one: one.start)[: MOST // 4]:
        start, end = max(section.start, place), min(section.end, len(text))
        if start < end:
            found += (Passage("", *piece) for piece in _pieces(text, place, start, length))
            found += (Passage(section.name, *piece) for piece in _pieces(text, start, end, length))
            place = end
    found += (Passage("", *piece) for piece in _pieces(text, place, len(text), length))
    return found


def _pieces(text: str, start: int, end: int, length: int) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = min(start + length, end)
        if stop < end:
            stop = _good_end(text, start + length // 2, stop)
        if _CONTENT.search(text, start, stop):
            yield start, stop
        start = stop


def _good_end(text: str, soonest: int, latest: int) -> int:
    """Where a reader would pause: after a line, a sentence or a word."""
    for mark in _ENDS:
        if (place := text.rfind(mark, soonest, latest)) >= 0:
            return place + len(mark)
    return latest
