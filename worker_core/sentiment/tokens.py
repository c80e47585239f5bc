"""Words and numbers of a sentence with their places, in the form that all features share.

Addresses, handles and cashtags are left out, so that no model learns what a name is worth.
Numbers lose their value in the word list and keep it beside it, for comparisons.
"""

import re
from typing import NamedTuple

NUMBER = "<n>"
PERCENT = "<%>"
YEAR = "<y>"
BREAKS = frozenset(",;:?!.()")
"""Tokens that are punctuation."""

LONGEST = 2000
"""Characters of a sentence that are looked at; no sentence of prose is longer."""

_TOKEN = re.compile(
    r"(?P<left_out>(?:https?://|www\.)\S+|[@#]\w+|\$[A-Za-z][A-Za-z.]*)"
    r"|(?P<number>(?:(?P<currency>EUR[Oo]?|USD|GBP|SEK|NOK|DKK|INR|Rs\.?|US\$|[$€£₹¥])[ ]?)?"
    # Some wires part the decimals: "EUR3 .68".
    r"(?P<value>(?<!\w)(?<![\d)])[-+−]?(?:\d++(?:,\d++)*+(?:[ ]?\.\d+)?|\.\d+)"
    r"|\d++(?:,\d++)*+(?:[ ]?\.\d+)?)"
    r"(?P<percent>[ ]?(?:%|per[ ]?cent\b|pct\b|pc\b))?"
    r"(?:[ ]?(?P<scale>mn|mln|million|m|bn|billion|b|trillion|tn|k|thousand|crore|cr|lakh)\b)?)"
    # The possessive, which some wires write apart ("Nokia 's"), says nothing.
    r"|(?P<possessive>[’']s\b)"
    r"|(?P<word>[^\W\d_]+(?:[’'](?!s\b)[^\W\d_]+|[&-][^\W\d_]+)*)"
    r"|(?P<break>[,;:?!()]|\.(?=\s|$))",
    re.IGNORECASE,
)
_NOT_A_WORD = re.compile(r"[\W\d_]+")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[@#$]\w+")
_SCALES = {
    "k": 1e3,
    "thousand": 1e3,
    "lakh": 1e5,
    "mn": 1e6,
    "mln": 1e6,
    "m": 1e6,
    "million": 1e6,
    "cr": 1e7,
    "crore": 1e7,
    "bn": 1e9,
    "b": 1e9,
    "billion": 1e9,
    "tn": 1e12,
    "trillion": 1e12,
}
_MINUS = frozenset({"negative", "minus"})
_PLAIN_YEAR = re.compile(r"(?:19|20)\d\d")


class Tokens(NamedTuple):
    """Parallel lists, one entry a token.

    Attributes:
        words: in lower case; ``<n>``, ``<%>`` and ``<y>`` for numbers, percentages and years.
        starts, ends: places in the sentence, in characters.
        values: of numbers and percentages, by index; a scale like "mn" is multiplied in.
        signed: indexes of numbers that were written with a sign.
        currencies: of numbers that stand behind one, in lower case, by index.
    """

    words: list[str]
    starts: list[int]
    ends: list[int]
    values: dict[int, float]
    signed: list[int]
    currencies: dict[int, str]


def tokenize(sentence: str) -> Tokens:
    """The tokens of the first ``LONGEST`` characters."""
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    values: dict[int, float] = {}
    signed: list[int] = []
    currencies: dict[int, str] = {}
    for match in _TOKEN.finditer(sentence, 0, LONGEST):
        kind = match.lastgroup
        if kind in {"left_out", "possessive"}:
            continue
        if kind in {"word", "break"}:
            words.append(match[0].lower().replace("’", "'"))
        else:
            if match["currency"] is not None:
                currencies[len(words)] = match["currency"].lower()
            words.append(_number(match, words, values, signed))
        start, end = match.span()
        starts.append(start)
        ends.append(end)
    return Tokens(words, starts, ends, values, signed, currencies)


def normalised(text: str) -> str:
    """The letters of a text, for finding the same sentence again with other numbers or links."""
    return _NOT_A_WORD.sub(" ", _ADDRESS.sub(" ", text)).strip().lower()


def _number(
    match: re.Match[str], words: list[str], values: dict[int, float], signed: list[int]
) -> str:
    index, before = len(words), words[-1] if words else ""
    raw = match["value"]
    percent, scale = match["percent"], match["scale"]
    if percent is None and scale is None and _PLAIN_YEAR.fullmatch(match[0]):
        return YEAR
    try:
        value = float(raw.replace(",", "").replace("−", "-").replace(" ", ""))
    except ValueError:
        return NUMBER
    if before in _MINUS:
        value = -abs(value)
        signed.append(index)
    elif raw[0] in "+-−":
        signed.append(index)
    values[index] = value * _SCALES.get((scale or "").lower(), 1.0)
    return PERCENT if percent else NUMBER
