"""Lines that could be the heading of an item, each with a score for how much it looks like one."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest

_NUMBER = (
    r"\d{1,2}(?:[ ]?\.\d{2}|\.?[A-C](?![a-z])|[ ]?\((?-i:[A-C])\)"
    r"|(?:[ ]|[ ]?[.–-])(?-i:[A-C])(?=[.:)]|[ \t]+(?-i:[A-Z—–-])|[ \t]*$))?(?:\s?\(T\))?"
)
_MAY_BEGIN = re.compile(r"[\W_]{0,8}(?:part\b|i\s?t\s?e\s?m)", re.I)
_ITEM = re.compile(
    rf"""[\W_]{{0,8}}
    (?:part\s+(?P<part>III|II|IV|I|[1-4])\b[\s.,:;|–—-]{{0,6}}
        (?:(?:financial|other)\s+information[\s.,:;|–—-]{{1,6}})?)?
    (?:i\s?t\s?e\s?m\s?(?P<plural>s)?[\s_]{{0,3}}(?:no\.?\s*|number\s+)?[(\#]?\s?)
    (?P<first>{_NUMBER}|(?-i:[Il][A-C]?)(?=[.:]))(?=[\W_]|$|(?-i:[A-Z][a-z]))
    (?P<more>(?:[\s.:]*(?:,\s*and|,|and|&|/|through|to|[-–—])\s*(?:items?\s*)?{_NUMBER}(?=[\W_]|$))*)
    (?P<rest>.*)""",
    re.IGNORECASE | re.VERBOSE,
)
_ALONE = re.compile(r"\W{0,4}i\s?t\s?e\s?m\s?s?\W{0,2}", re.I)
_BEGINS_WITH_NUMBER = re.compile(r"\s*\d{1,2}[A-C]?(?:[.:\s]|$)", re.I)
_LETTER_IN_BRACKETS = re.compile(r"\s?\(([a-c])\)")
_OF_LETTERED = re.compile(
    r"risk factors|unresolved|cyber|quantitative|market risk|controls|other information|foreign",
    re.I,
)
_PART = re.compile(r"\W{0,4}part\s+(III|II|IV|I|[1-4])\b[\s.,:;–—-]*([^\n]{0,60})$", re.I)
_PART_TITLE = re.compile(
    r"\W*(?:$|\d+$|(?:other |financial )?information|\(?continued|item\b)", re.I
)
_ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV"}

_SEPARATORS = " \t.:;,)|·•*_–—-"
_REFERENCE = re.compile(r"""\s*(?:[,;]\s|[a-z]|["”’']|\(?(?:see|continued from)\b)""")
_LEADING_IN = re.compile(
    r"(?:[,(“\"]|\b(?:see|in|under|and|to|of|the|or|with|by|from|this|our))\s*$",
    re.I,
)
_THROUGH = re.compile(r"through|to|[-–—]", re.I)
_CONTINUED = re.compile(r"\bcont(?:inued|['’]?d)\b", re.I)
_PAGE_AT_END = re.compile(r"(?:\t|\.{3,}\s*|\s{2,}| )(?:[A-Z]{1,2}-)?\d{1,3}$")
_ANOTHER = re.compile(r"\bitem\s+\d", re.I)
_NOTHING_TO_SAY = re.compile(r"\W*(?:none|not applicable|n/a|omitted|reserved)\b", re.I)

_TEXT_AFTER_TITLE = re.compile(r"\w{3,}[.:]\s+[A-Z\[].*\.$")

ENTRY = 120
"""Characters in a line of a table of contents, at most."""

_LONGEST_TITLE = 400
_BETWEEN_ENTRIES = 900
_BETWEEN_PAGED_ENTRIES = 6000
_SHORTEST_CONTENTS = 4
_LONGEST_STUBS = 8
_LISTED = 2.0
"""Points that an entry of a table of contents is below a heading."""

_SHORTEST_BEGINNING = 18
_TITLE = re.compile(r"[A-Z].*[^.,;:]")
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


def find_headings(text: str) -> list[Heading]:
    """Every line that begins with an item's number, in the order of the text."""
    return _without_contents(text, list(_numbered(text)))


def entries(headings: Iterable[Heading]) -> list[Heading]:
    """The entries of tables of contents and indexes among the headings, as if they were headings
    themselves: all there is in a filing whose text does not number its items."""
    return [
        replace(heading, score=heading.score + _LISTED) for heading in headings if heading.listed
    ]


def find_titles(text: str, titles: Collection[str]) -> list[Heading]:
    """Every line that is the beginning of one of ``titles`` and nothing else, whatever its case
    and dots. The heading's title is the one it stands for."""
    whole = {_letters(title): title for title in titles}
    found = []
    for start, line in _lines(text):
        if len(line) > ENTRY:
            continue
        stated = _letters(line)
        title = whole.get(stated)
        if title is None and len(stated) >= _SHORTEST_BEGINNING and _TITLE.fullmatch(line):
            title = next((whole[one] for one in whole if one.startswith(stated)), None)
        if title is not None:
            has_page = _PAGE_AT_END.search(line) is not None
            score = 0.0 if has_page else 1.0
            found.append(Heading(start, start + len(line), (), "", "", title, score, has_page))
    return _without_contents(text, found)


def _letters(title: str) -> str:
    """A title reduced to what two spellings of it share."""
    return "".join(filter(str.isalpha, title.lower()))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        yield start, line
        start += len(line) + 1


def _joined_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines, where "Item" stands alone together with the number below it."""
    held: tuple[int, str] | None = None
    for start, line in _lines(text):
        if held is not None:
            if not line.strip():
                continue
            if _BEGINS_WITH_NUMBER.match(line):
                # As long as what it stands for, so that places in it are places in the text.
                yield held[0], text[held[0] : start + len(line)].replace("\n", " ")
                held = None
                continue
            yield held
            held = None
        if len(line) < 12 and _ALONE.fullmatch(line):
            held = start, line
        else:
            yield start, line


def _numbered(text: str) -> Iterator[Heading]:
    under, before = "", ""
    for start, line in _joined_lines(text):
        found = None
        if _MAY_BEGIN.match(line):
            found = _ITEM.match(line)
            if (part := _PART.match(line)) and _PART_TITLE.match(part[2]):
                under = _ROMAN.get(part[1], part[1].upper())
        if found:
            end = start + len(line)
            part_named = (found["part"] or "").upper()
            title = found["rest"].lstrip(_SEPARATORS) or _next_line(text, end)
            yield Heading(
                start,
                end,
                tuple(_numbers(found, title)),
                _ROMAN.get(part_named, part_named),
                under,
                _PAGE_AT_END.sub("", title) if len(title) <= _LONGEST_TITLE else title,
                _score(line, found["rest"], before),
                _page_at_end(found["rest"]),
            )
        if line:
            before = line


def _numbers(found: re.Match[str], title: str) -> list[str]:
    more = found["more"] or ""
    # A dash after a single item leads to its title: "Item 5 - 2 for 1 stock split".
    if not found["plural"] and not re.search(r"and|&|/|item", more, re.I):
        more = ""
    if not found["first"][0].isdigit():
        # The letter that some typewriters and scanners put for the digit.
        return [f"1{found['first'][1:]}"]
    letter = _LETTER_IN_BRACKETS.match(found["rest"])
    if letter and not more and _OF_LETTERED.search(title[:60]):
        # "Item 1(a)" may also be the first paragraph of Item 1.
        return [found["first"] + letter[1].upper()]
    numbers = [
        re.sub(r"\(T\)|(?<=\d)\.(?=[A-C])|[\s()–-]", "", number.upper())
        for number in re.findall(_NUMBER, f"{found['first']} {more}", re.I)
    ]
    if len(numbers) == 2 and all(map(str.isdigit, numbers)) and _THROUGH.search(more):
        return [str(number) for number in range(int(numbers[0]), int(numbers[1]) + 1)]
    return numbers


def _page_at_end(rest: str) -> bool:
    return _PAGE_AT_END.search(rest[-ENTRY:]) is not None


def _next_line(text: str, end: int) -> str:
    following = text[end + 1 : end + 1 + ENTRY].split("\n", 1)[0]
    return "" if _ITEM.match(following) else following.strip(_SEPARATORS)


def _score(line: str, rest: str, before: str) -> float:
    score = 1.0
    if _REFERENCE.match(rest):
        score -= 1.0
    if before and not before.isupper() and _LEADING_IN.search(before[-16:]):
        score -= 1.0
    if len(_ANOTHER.findall(rest)) >= 2:
        score -= 1.0
    if _CONTINUED.search(line):
        score -= 0.4
    if _page_at_end(rest):
        score -= 0.4
    if len(line) <= ENTRY:
        score += 0.1
    return score


def _without_contents(text: str, headings: list[Heading]) -> list[Heading]:
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
    if len(entry.title) > _LONGEST_TITLE or _TEXT_AFTER_TITLE.search(entry.title):
        return False
    between = text[entry.end : following.start]
    return len(between) <= _BETWEEN_PAGED_ENTRIES and _holds_entries_only(between)


def _holds_entries_only(between: str) -> bool:
    """Whether a table of contents may have these lines between two of its items."""
    lines = [line for line in between.split("\n") if line.strip()]
    pages, longest = [], 0
    for line in lines:
        page = _PAGE_AT_END.search(line)
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
