"""From what is printed to what is meant: the formats of inline XBRL's transformation registries.

Registries 1 to 5 of XBRL International and the SEC's own, as far as filings use them. A format
that is not known is an error for numbers, and leaves text as it is printed.
"""

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from worker_core.documents.dates import first_date

_SEPARATORS = re.compile(r"[\s\u00a0\u2009\u202f'’`]")
_DOT = {
    "num-dot-decimal", "numdotdecimal", "num-dot-decimal-apos", "numcommadot", "numspacedot",
    "numdotdecimalin", "num-dot-decimal-in", "",
}  # fmt: skip
_COMMA = {
    "num-comma-decimal", "numcommadecimal", "numdotcomma", "numspacecomma",
    "num-comma-decimal-apos",
}  # fmt: skip
_ZERO = {"fixed-zero", "zerodash", "numdash", "nocontent", "fixed-empty"}
_PLAIN = re.compile(r"\d*\.?\d+|\d+\.")
_MOST_DIGITS = 60
_UNITS = {
    word: number
    for number, words in enumerate(
        (
            ("zero", "no", "none", "nil"), ("one", "a", "an"), ("two",), ("three",), ("four",),
            ("five",), ("six",), ("seven",), ("eight",), ("nine",), ("ten",), ("eleven",),
            ("twelve",), ("thirteen",), ("fourteen",), ("fifteen",), ("sixteen",), ("seventeen",),
            ("eighteen",), ("nineteen",),
        )
    )
    for word in words
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
_POWERS = {
    "hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12,
}  # fmt: skip
_FIXED_TEXT = {
    "fixed-true": "true", "fixed-false": "false", "booleantrue": "true", "booleanfalse": "false",
}  # fmt: skip
_CHECKED = set("☒☑✓✔x")


class TransformError(ValueError):
    """What is printed is nothing that its format allows."""


def number_of(printed: str, form: str) -> Decimal:
    """The number that is printed, before scale and sign.

    Raises:
        TransformError: the text is no number of this format, or the format is not known.
    """
    name = _name(form)
    if name in _DOT:
        digits = printed.replace(",", "")
        # Nearly all numbers there are.
        if digits.isdecimal() and digits.isascii() and len(digits) <= _MOST_DIGITS:
            return Decimal(digits)
    if name in _ZERO:
        return Decimal(0)
    if name in {"numwordsen", "num-word-en", "numwordsen-in"}:
        return _words(printed)
    digits = _SEPARATORS.sub("", printed)
    if name in _DOT:
        digits = digits.replace(",", "")
    elif name in _COMMA:
        digits = digits.replace(".", "").replace(",", ".")
    elif name in {"num-unit-decimal", "numunitdecimal"}:
        found = re.fullmatch(r"(\d[\d,.]*)\D+(\d{1,2})\D*", digits)
        if found is None:
            raise TransformError(printed)
        digits = f"{re.sub(r'[,.]', '', found[1])}.{found[2].zfill(2)}"
    else:
        raise TransformError(form)
    if len(digits) > _MOST_DIGITS or not _PLAIN.fullmatch(digits):
        raise TransformError(printed)
    try:
        return Decimal(digits)
    except InvalidOperation as error:
        raise TransformError(printed) from error


def text_of(printed: str, form: str) -> str:
    """The meaning of printed text: dates as ``2024-09-28``, ballot boxes as ``true``."""
    name = _name(form)
    if name in _FIXED_TEXT:
        return _FIXED_TEXT[name]
    if name == "boolballotbox":
        return "true" if set(printed.lower()) & _CHECKED else "false"
    if name.startswith("date") and "year" in name:
        day = first_date(printed)
        return day.isoformat() if day else printed
    return "" if name in {"nocontent", "fixed-empty"} else printed


@lru_cache(maxsize=256)
def _name(form: str) -> str:
    return form.rpartition(":")[2].lower()


def _words(printed: str) -> Decimal:
    total = part = 0
    words = re.findall(r"[a-z]+|\d[\d,]*", printed.lower())
    if not words or len(words) > 20:
        raise TransformError(printed)
    for word in words:
        if word in _UNITS:
            part += _UNITS[word]
        elif word in _TENS:
            part += _TENS[word]
        elif word == "hundred":
            part = max(part, 1) * 100
        elif word in _POWERS:
            total += max(part, 1) * _POWERS[word]
            part = 0
        elif word[0].isdigit():
            part += int(word.replace(",", ""))
        elif word != "and":
            raise TransformError(printed)
    return Decimal(total + part)
