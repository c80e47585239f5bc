"""Which lines of two texts are the same, and which are each other's changed form.

Equal lines are found by those that each text has only once (patience diff, B. Cohen), between
which all are looked at while they are few; changed ones by the words that both have.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final, NamedTuple

WORD: Final = re.compile(r"\w+(?:[.,]\d+)*|[^\w\s]")

_MOST_PAIRS: Final = 200_000
"""Pairs of changed lines that are looked at in one pair of texts."""
_SMALL: Final = 40_000
"""Pairs of lines between two anchors up to which all of them are looked at."""
_LONGEST: Final = 3000
"""Words of a line by which it is known."""
_ALIKE: Final = 0.4
"""Share of their words that two lines have in common when one is the other, changed."""


class Line(NamedTuple):
    """A line at ``start`` of its text; ``key`` is what it says, whatever its blanks are."""

    start: int
    text: str
    key: str


class Block(NamedTuple):
    """``same`` lines that both texts have, or the lines of either that the other does not."""

    same: int
    old: list[Line]
    new: list[Line]


class Patience:
    """How many pairs of lines may still be looked at."""

    def __init__(self) -> None:
        self.left = _MOST_PAIRS


def blocks(old: list[Line], new: list[Line]) -> Iterator[Block]:
    """The texts from their beginning to their end."""
    i = j = 0
    for a, b, count in _same(old, new):
        if i < a or j < b:
            yield Block(0, old[i:a], new[j:b])
        yield Block(count, [], [])
        i, j = a + count, b + count
    if i < len(old) or j < len(new):
        yield Block(0, old[i:], new[j:])


def _same(old: list[Line], new: list[Line]) -> Iterator[tuple[int, int, int]]:
    """Runs of equal lines, in order: their places in both, and how long they are."""
    a, b = [line.key for line in old], [line.key for line in new]
    # Ranges that are still to be compared, the first of them last; or a run that is done.
    left: list[tuple[int, int, int, int]] = [(0, len(a), 0, len(b))]
    while left:
        i, i_end, j, j_end = left.pop()
        if j_end < 0:
            yield i, j, i_end - i
            continue
        start = i
        while i < i_end and j < j_end and a[i] == b[j]:
            i, j = i + 1, j + 1
        if i > start:
            yield start, j - (i - start), i - start
        tail = 0
        while i < i_end - tail and j < j_end - tail and a[i_end - tail - 1] == b[j_end - tail - 1]:
            tail += 1
        if tail:
            left.append((i_end - tail, i_end, j_end - tail, -1))
            i_end, j_end = i_end - tail, j_end - tail
        if i == i_end or j == j_end:
            continue
        anchors = _anchors(a, b, i, i_end, j, j_end)
        if anchors:
            inner, p, q = [], i, j
            for x, y in anchors:
                inner += [(p, x, q, y), (x, x + 1, y, -1)]
                p, q = x + 1, y + 1
            left += reversed([*inner, (p, i_end, q, j_end)])
        elif (i_end - i) * (j_end - j) <= _SMALL:
            matcher = SequenceMatcher(None, a[i:i_end], b[j:j_end], autojunk=False)
            for x, y, count in matcher.get_matching_blocks():
                if count:
                    yield i + x, j + y, count


def _anchors(
    a: list[str], b: list[str], i: int, i_end: int, j: int, j_end: int
) -> list[tuple[int, int]]:
    """Lines that either range has once, the most of them that keep one order."""
    once_a, once_b = Counter(a[i:i_end]), Counter(b[j:j_end])
    places = {line: at for at, line in enumerate(b[j:j_end], j) if once_b[line] == 1}
    common = [(x, places[a[x]]) for x in range(i, i_end) if once_a[a[x]] == 1 and a[x] in places]
    # The longest rising run of the places in ``b``.
    ends: list[int] = []
    tops: list[int] = []
    before: list[int] = []
    for at, (_, y) in enumerate(common):
        place = bisect_left(ends, y)
        before.append(tops[place - 1] if place else -1)
        if place == len(ends):
            ends.append(y)
            tops.append(at)
        else:
            ends[place], tops[place] = y, at
    run: list[tuple[int, int]] = []
    at = tops[-1] if tops else -1
    while at >= 0:
        run.append(common[at])
        at = before[at]
    return run[::-1]


def pairs(
    patience: Patience, old: list[Line], new: list[Line]
) -> Iterator[tuple[Line | None, Line | None]]:
    """Which lines are each other's changed form, in the order of both texts."""
    said_old = [Counter(_words(line.key)) for line in old]
    said_new = [Counter(_words(line.key)) for line in new]
    patience.left -= len(old) * len(new)
    if patience.left >= 0:
        places = _aligned(said_old, said_new)
    else:
        both = enumerate(zip(said_old, said_new, strict=False))
        places = [(at, at) for at, (a, b) in both if _alike(a, b) >= _ALIKE]
    i = j = 0
    for x, y in [*places, (len(old), len(new))]:
        yield from ((line, None) for line in old[i:x])
        yield from ((None, line) for line in new[j:y])
        if x < len(old) and y < len(new):
            yield old[x], new[y]
        i, j = x + 1, y + 1


def _aligned(old: list[Counter[str]], new: list[Counter[str]]) -> list[tuple[int, int]]:
    """The pairs in one order whose likenesses sum to the most (Needleman and Wunsch, 1970)."""
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    alike = [[_alike(a, b) for b in new] for a in old]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            paired = alike[i][j] + best[i + 1][j + 1] if alike[i][j] >= _ALIKE else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], paired)
    found, i, j = [], 0, 0
    while i < len(old) and j < len(new):
        if alike[i][j] >= _ALIKE and best[i][j] == alike[i][j] + best[i + 1][j + 1]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return found


def _alike(a: Counter[str], b: Counter[str]) -> float:
    """Share of the words of both that both have, 0 to 1 (Dice, 1945)."""
    total = a.total() + b.total()
    if not total:
        return 0.0
    few, many = (a, b) if len(a) <= len(b) else (b, a)
    return 2 * sum(min(count, many[word]) for word, count in few.items()) / total


def _words(text: str) -> list[str]:
    return WORD.findall(text)[:_LONGEST]
