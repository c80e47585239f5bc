"""Where a reported value stands in a document's text.

A fact names its place in the file (``#f-60``, ``line 12``, ``Balance sheet!B4``), and the text of a
file is made of it without its tags. The words around the place are the same in both, so they are
what it is found by. A place that is not sure is none.
"""

import re
from bisect import bisect_right
from decimal import Decimal
from html import unescape
from itertools import accumulate

from worker_core.documents.encoding import decode

_BEFORE, _AFTER = 6_000, 1_500
"""Characters of a page, tags included, that are looked at around a value."""
_LEAST_WORDS = 12
"""Letters and digits around a value by which it is known from others."""
_CONTEXTS = (80, 48, 24, _LEAST_WORDS)

_TAG = re.compile(r"<[^<>]*>|<[^<>]*$|^[^<>]*>")
_WORD = re.compile(r"[^\W_]+")
_LINE = re.compile(r"line (\d{1,9})")
_CELL = re.compile(r"(.*)!([A-Z]{1,3})(\d{1,7})", re.S)

Place = tuple[int, int]
"""Start and end, in characters of the text."""


def place_of(
    text: str, source: str, label: str | None, value: Decimal | None, data: bytes
) -> Place | None:
    """The value of a fact, or the row of a table it stands in; ``None`` where it is not found.

    Args:
        source, label, value: of the fact.
        data: the file that the text was read from.
    """
    if source.startswith("#"):
        return _of_anchor(text, source[1:], decode(data, html=True))
    if found := _LINE.fullmatch(source):
        return _of_line(text, int(found[1]), decode(data))
    if found := _CELL.fullmatch(source):
        return _of_row(text, found[1], label or "", value)
    return None


def _of_anchor(text: str, name: str, page: str) -> Place | None:
    tag = re.search(rf"""<[^<>]*\bid\s*=\s*(["']){re.escape(name)}\1[^<>]*>""", page)
    if tag is None:
        return None
    kind = re.match(r"<\s*([\w:.-]+)", tag[0])
    closing = page.find(f"</{kind[1]}", tag.end()) if kind else -1
    if closing < 0 or closing - tag.end() > _BEFORE:
        return None
    printed = _key(page[tag.end() : closing])
    before = _key(page[max(0, tag.start() - _BEFORE) : tag.start()])
    after = _key(page[closing : closing + _AFTER])
    if not printed:
        return None
    words = _Words(text)
    for length in _CONTEXTS:
        near = before[-length:], after[:length]
        # What is hidden on one side does not keep the other from telling.
        for left, right in (near, (near[0], ""), ("", near[1])):
            if len(left) + len(right) < _LEAST_WORDS:
                continue
            share = tag.start() / max(len(page), 1)
            found = words.find(left + printed + right, share)
            if found is not None:
                start = found + len(left)
                return words.place(start, start + len(printed))
    return None


def _of_line(text: str, number: int, page: str) -> Place | None:
    lines = page.splitlines()
    wanted = _key(lines[number - 1]) if 0 < number <= len(lines) else ""
    if not wanted:
        return None
    places = [place for place, line in _lines(text) if _key(line) == wanted]
    return places[0] if len(places) == 1 else None


def _of_row(text: str, sheet: str, label: str, value: Decimal | None) -> Place | None:
    wanted, name, within = _key(label), _key(sheet), False
    if not wanted or value is None:
        return None
    digits = _digits(f"{value:f}")
    for place, line in _lines(text):
        within = within or _key(line) == name
        first, *cells = line.split("\t")
        if within and _key(first) == wanted and any(_digits(cell) == digits for cell in cells):
            return place
    return None


def _digits(written: str) -> str:
    """The digits of a number, whatever it is counted in: thousands and millions end in zeros."""
    return re.sub(r"[^\d]", "", written).strip("0")


def _lines(text: str) -> list[tuple[Place, str]]:
    lines = text.split("\n")
    starts = accumulate((len(line) + 1 for line in lines), initial=0)
    return [((start, start + len(line)), line) for start, line in zip(starts, lines, strict=False)]


def _key(page: str) -> str:
    """The letters and digits of a piece of a page, in one run."""
    return "".join(_WORD.findall(unescape(_TAG.sub(" ", page)))).casefold()


class _Words:
    """A text as one run of its letters and digits, each of which knows where it stands."""

    def __init__(self, text: str) -> None:
        self._starts: list[int] = []
        self._counts: list[int] = [0]
        run: list[str] = []
        for word in _WORD.finditer(text):
            folded = word[0].casefold()
            # Few letters become several when their case is folded; they stay as they are.
            run.append(folded if len(folded) == len(word[0]) else word[0])
            self._starts.append(word.start())
            self._counts.append(self._counts[-1] + len(word[0]))
        self._run = "".join(run)

    def find(self, key: str, share: float) -> int | None:
        """Where ``key`` begins in the run; of several places that about ``share`` of its length."""
        found: list[int] = []
        start = self._run.find(key)
        while start >= 0 and len(found) < 1000:
            found.append(start)
            start = self._run.find(key, start + 1)
        return min(found, key=lambda at: abs(at - share * len(self._run)), default=None)

    def place(self, first: int, last: int) -> Place:
        return self._at(first), self._at(last - 1) + 1

    def _at(self, index: int) -> int:
        word = bisect_right(self._counts, index) - 1
        return self._starts[word] + index - self._counts[word]
