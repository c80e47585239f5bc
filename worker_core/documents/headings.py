"""Lines that could be the heading of an item, each with a score for how much it looks like one."""

import re
from collections.abc import Collection, Iterator

from worker_core.documents.contents import (
    ENTRY,
    LONGEST_TITLE,
    PAGE_AT_END,
    Heading,
    without_contents,
)

_NUMBER = (
    r"\d{1,2}(?:[ ]?\.\d{2}|\.?[A-C](?![a-z])|[ ]?\((?-i:[A-C])\)"
    r"|(?:[ ]|[ ]?[.–-])(?-i:[A-C])(?=[.:)]|[ \t]+(?-i:[A-Z—–-])|[ \t]*$))?(?:\s?\(T\))?"
)
MAY_BEGIN = re.compile(r"[\W_]{0,8}(?:part\b|i\s?t\s?e\s?m)", re.I)
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
_ANOTHER = re.compile(r"\bitem\s+\d", re.I)


_SHORTEST_BEGINNING = 18
_TITLE = re.compile(r"[A-Z].*[^.,;:]")


def find_headings(text: str) -> list[Heading]:
    """Every line that begins with an item's number, in the order of the text."""
    return without_contents(text, list(_numbered(text)))


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
            has_page = PAGE_AT_END.search(line) is not None
            score = 0.0 if has_page else 1.0
            found.append(Heading(start, start + len(line), (), "", "", title, score, has_page))
    return without_contents(text, found)


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
        if MAY_BEGIN.match(line):
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
                PAGE_AT_END.sub("", title) if len(title) <= LONGEST_TITLE else title,
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
    return PAGE_AT_END.search(rest[-ENTRY:]) is not None


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
