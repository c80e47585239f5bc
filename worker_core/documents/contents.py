"""Headings, and which of them are entries of a table of contents or an index."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import zip_longest

PAGE_AT_END = re.compile(r"(?:\t|\.{3,}\s*|\s{2,}| )(?:[A-Z]{1,2}-)?\d{1,3}$")
_NOTHING_TO_SAY = re.compile(r"\W*(?:none|not applicable|n/a|omitted|reserved)\b", re.I)
_TEXT_AFTER_TITLE = re.compile(r"\w{3,}[.:]\s+[A-Z\[].*\.$")

ENTRY = 120
"""Characters in a line of a table of contents, at most."""

LONGEST_TITLE = 400
"""Characters of a title, at most; what is longer is text."""

_BETWEEN_ENTRIES = 900
_BETWEEN_PAGED_ENTRIES = 6000
_SHORTEST_CONTENTS = 4
_LONGEST_STUBS = 8
_LISTED = 2.0
"""Points that an entry of a table of contents is below a heading."""

_LONG = 2000
"""Characters up to the next heading from which a heading is taken for one with a text."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that names one item, or several: "Items 1 and 2".

    Attributes:
        start, end: of the line in the text.
        numbers: ``1A``, ``2.02``; empty for a title without a number.
        part: that the line itself names; empty without one.
        under: the part whose heading stands above; empty before the first.
        title: what follows the number, on the line or on the next.
        score: 1 for a plain heading; less for what looks like a reference or a table of contents.
        has_page: the line ends in what may be a page number.
        listed: it stands in a table of contents or an index.
    """

    start: int
    end: int
    numbers: tuple[str, ...]
    part: str
    under: str
    title: str
    score: float
    has_page: bool
    listed: bool = False


def without_contents(text: str, headings: list[Heading]) -> list[Heading]:
    """The headings, with those that are entries of a table of contents marked down.

    A table of contents is a run of headings in ascending order with nothing to read in between.
    So are, in many a body, the items that the proxy statement gives; but those come without page
    numbers and do not begin with the first item.
    """
    result: list[Heading] = []
    run: list[Heading] = []
    for heading, following in zip_longest(headings, headings[1:]):
        run.append(heading)
        if following is not None and _is_next_entry(text, heading, following):
            continue
        listed = len(run) >= _SHORTEST_CONTENTS and (
            len(run) >= _LONGEST_STUBS
            or run[0].numbers[:1] in {(), ("1",)}
            or sum(entry.has_page for entry in run) * 2 >= len(run)
        )
        if listed:
            run = [replace(entry, score=entry.score - _LISTED, listed=True) for entry in run]
        result.extend(run)
        run = []
    return _with_room(text, result)


def entries(headings: Iterable[Heading]) -> list[Heading]:
    """The entries of tables of contents and indexes among the headings, as if they were headings
    themselves: all there is in a filing whose text does not number its items."""
    return [
        replace(heading, score=heading.score + _LISTED) for heading in headings if heading.listed
    ]


def _with_room(text: str, headings: list[Heading]) -> list[Heading]:
    """The headings, with those in front of a long text preferred.

    What repeats a heading at the top of a page has no less to follow than the heading itself, so
    room is counted to the next heading of another item, and the first of equals wins later.
    """
    result = []
    end, upcoming = len(text), None
    for heading in reversed(headings):
        if upcoming is not None and upcoming.numbers != heading.numbers:
            end = upcoming.start
        upcoming = heading
        bonus = 0.2 * min(1.0, (end - heading.end) / _LONG)
        result.append(replace(heading, score=heading.score + bonus))
    return result[::-1]


def _is_next_entry(text: str, entry: Heading, following: Heading) -> bool:
    if entry.numbers and not _ascends(entry, following):
        return False
    if len(entry.title) > LONGEST_TITLE or _TEXT_AFTER_TITLE.search(entry.title):
        return False
    between = text[entry.end : following.start]
    return len(between) <= _BETWEEN_PAGED_ENTRIES and _holds_entries_only(between)


def _holds_entries_only(between: str) -> bool:
    """Whether a table of contents may have these lines between two of its items."""
    lines = [line for line in between.split("\n") if line.strip()]
    pages, longest = [], 0
    for line in lines:
        page = PAGE_AT_END.search(line)
        if page and not re.search(r"\d[\d,.]*\W*\t", line):
            pages.append(int(re.sub(r"\D", "", page[0])))
        elif _NOTHING_TO_SAY.match(line) or (line.endswith(".") and " " in line):
            return False
        else:
            longest = max(longest, len(line))
    if len(between) <= _BETWEEN_ENTRIES and longest <= ENTRY:
        return True
    return len(pages) >= 0.6 * len(lines) and pages == sorted(pages)


def _ascends(entry: Heading, following: Heading) -> bool:
    """Whether ``following`` comes later in a form. A table of contents need not name the parts:
    where only one of the two stands under a part, their numbers alone tell."""
    before, after = entry.part or entry.under, following.part or following.under
    if before and after and before != after:
        return before < after
    return _rank(following) > _rank(entry)


def _rank(heading: Heading) -> tuple[int, str]:
    number = heading.numbers[-1]
    return int(number[:2].rstrip(".ABC")), number
