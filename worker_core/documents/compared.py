"""Two texts of one kind held against each other: what was added, removed and changed, and where.

Sections are paired by their keys, lines as `line_matching` says, and the words of a changed line
by their longest common runs (Ratcliff and Obershelp, 1988). Whatever the texts
are, the work is bounded: what is too much to be compared word by word is given as a whole.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal, NamedTuple, Protocol

from worker_core.documents.line_matching import WORD, Line, Patience, blocks, pairs

Kind = Literal["added", "removed", "changed", "same"]

MOST_CHANGES: Final = 3000
"""Changed lines that are told of one pair of texts; the rest is counted."""
_LONGEST_LINE: Final = 800
"""Words of a line up to which its words are compared."""
_MOSTWORD_PAIRS: Final = 20_000_000
"""Pairs of words that are looked at in one pair of texts."""

Spans = tuple[tuple[int, int], ...]


class SectionLike(Protocol):
    """A part of a text with its key, as `documents.Section`."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Side:
    """A line of one of the texts, at ``start`` to ``end`` of it. ``marks`` are the places in the
    line of the words that the other one does not have."""

    start: int
    end: int
    text: str
    marks: Spans = ()


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line that is in one of the texts alone, or in both with other words.

    Attributes:
        unchanged: lines between the change before this one and this one, which are the same.
    """

    before: Side | None
    after: Side | None
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class SectionChange:
    """A section of the one text or of both.

    Attributes:
        name: its key; empty for what stands before the first section, or for a text without any.
        before, after: its place in either text; ``None`` where it has none.
        words_before, words_after: how many words it has.
        added, removed: how many of them the other text does not have.
        untold: changed lines beyond the bound.
    """

    name: str
    title: str
    kind: Kind
    before: tuple[int, int] | None
    after: tuple[int, int] | None
    changes: tuple[LineChange, ...] = ()
    words_before: int = 0
    words_after: int = 0
    added: int = 0
    removed: int = 0
    untold: int = 0


class _Part(NamedTuple):
    name: str
    title: str
    start: int
    end: int


def compare_texts(
    before: str,
    after: str,
    sections_before: Iterable[SectionLike] = (),
    sections_after: Iterable[SectionLike] = (),
) -> tuple[SectionChange, ...]:
    """The sections of both texts in the order of the later one; one that only the earlier has
    stands behind the one that it followed there."""
    parts_before = _parts(before, sections_before)
    parts_after = _parts(after, sections_after)
    if not {key for key, _ in parts_before} & {key for key, _ in parts_after} - {("", 0)}:
        # Without a section in common, the texts as wholes say more.
        parts_before = [(("", 0), _Part("", "", 0, len(before)))]
        parts_after = [(("", 0), _Part("", "", 0, len(after)))]
    old, new = dict(parts_before), dict(parts_after)
    work = _Work()
    return tuple(
        _section(work, before, after, old.get(key), new.get(key))
        for key in _order([key for key, _ in parts_before], [key for key, _ in parts_after])
    )


def _parts(text: str, sections: Iterable[SectionLike]) -> list[tuple[tuple[str, int], _Part]]:
    """Sections by their key and its how-manieth occurrence, and what stands before the first."""
    ordered = sorted(sections, key=lambda one: (one.start, one.end))
    ordered = [one for one in ordered if 0 <= one.start <= one.end <= len(text)]
    found: list[tuple[tuple[str, int], _Part]] = []
    first = ordered[0].start if ordered else len(text)
    if text[:first].strip():
        found.append((("", 0), _Part("", "", 0, first)))
    times: Counter[str] = Counter()
    for one in ordered:
        key = one.name.casefold()
        found.append(((key, times[key]), _Part(one.name, one.title, one.start, one.end)))
        times[key] += 1
    return found


def _order(old: list[tuple[str, int]], new: list[tuple[str, int]]) -> list[tuple[str, int]]:
    known, last = set(new), None
    behind: defaultdict[tuple[str, int] | None, list[tuple[str, int]]] = defaultdict(list)
    for key in old:
        if key in known:
            last = key
        else:
            behind[last].append(key)
    return [*behind[None], *(one for key in new for one in (key, *behind[key]))]


class _Work:
    """What is left of the bounds."""

    def __init__(self) -> None:
        self.changes = MOST_CHANGES
        self.word_pairs = _MOSTWORD_PAIRS
        self.patience = Patience()


def _section(
    work: _Work, before: str, after: str, old: _Part | None, new: _Part | None
) -> SectionChange:
    lines_old = _lines(before, old) if old else []
    lines_new = _lines(after, new) if new else []
    changes: list[LineChange] = []
    added = removed = untold = 0
    for change in _changes(work, lines_old, lines_new):
        removed += _counted(change.before)
        added += _counted(change.after)
        if work.changes > 0:
            work.changes -= 1
            changes.append(change)
        else:
            untold += 1
    kind: Kind = "changed" if changes or untold else "same"
    if old is None or new is None:
        kind = "added" if old is None else "removed"
    part = new or old or _Part("", "", 0, 0)
    return SectionChange(
        part.name,
        part.title,
        kind,
        (old.start, old.end) if old else None,
        (new.start, new.end) if new else None,
        tuple(changes),
        sum(len(WORD.findall(line.text)) for line in lines_old),
        sum(len(WORD.findall(line.text)) for line in lines_new),
        added,
        removed,
        untold,
    )


def _lines(text: str, part: _Part) -> list[Line]:
    """The lines of a part that say something; blanks do not make two of them different."""
    found, start = [], part.start
    for line in text[part.start : part.end].split("\n"):
        key = " ".join(line.split())
        if key:
            found.append(Line(start, line, key))
        start += len(line) + 1
    return found


def _changes(work: _Work, old: list[Line], new: list[Line]) -> Iterator[LineChange]:
    unchanged = 0
    for block in blocks(old, new):
        unchanged += block.same
        for left, right in pairs(work.patience, block.old, block.new):
            yield _change(work, left, right, unchanged)
            unchanged = 0


def _change(work: _Work, before: Line | None, after: Line | None, unchanged: int) -> LineChange:
    if before is None or after is None:
        return LineChange(_whole(before), _whole(after), unchanged)
    old, new = list(WORD.finditer(before.text)), list(WORD.finditer(after.text))
    if max(len(old), len(new)) > _LONGEST_LINE or work.word_pairs < len(old) * len(new):
        return LineChange(_whole(before), _whole(after), unchanged)
    work.word_pairs -= len(old) * len(new)
    matcher = SequenceMatcher(
        None, [one[0] for one in old], [one[0] for one in new], autojunk=False
    )
    gone: list[tuple[int, int]] = []
    come: list[tuple[int, int]] = []
    for what, i, i_end, j, j_end in matcher.get_opcodes():
        if what != "equal":
            _span(gone, old, i, i_end)
            _span(come, new, j, j_end)
    return LineChange(_side(before, tuple(gone)), _side(after, tuple(come)), unchanged)


def _span(spans: list[tuple[int, int]], words: Sequence[re.Match[str]], i: int, end: int) -> None:
    if i < end:
        spans.append((words[i].start(), words[end - 1].end()))


def _whole(line: Line | None) -> Side | None:
    return None if line is None else _side(line, ((0, len(line.text)),))


def _side(line: Line, marks: Spans) -> Side:
    return Side(line.start, line.start + len(line.text), line.text, marks)


def _counted(side: Side | None) -> int:
    """How many words of a line the other text does not have."""
    if side is None:
        return 0
    return sum(len(WORD.findall(side.text[start:end])) for start, end in side.marks)
