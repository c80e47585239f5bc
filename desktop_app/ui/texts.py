"""Words from outside, such as file names and errors, made safe to show. No Qt."""

import re
from html import escape

_BREAK = "\u200b"
_LONG_RUN = re.compile(r"([^\s\u200b]{24})(?=[^\s\u200b])")
_AFTER_SIGN = re.compile(r"(?<=\w)([/\\_.:;,=@-])(?=\w)")


def breakable(text: str) -> str:
    """The text with invisible places to break at, behind signs within long words. A label wraps
    between words alone, and a path is one word."""
    words = re.split(r"(\s+)", text)
    return "".join(_opened(word) if len(word) > 24 else word for word in words)


def _opened(word: str) -> str:
    return _LONG_RUN.sub(rf"\1{_BREAK}", _AFTER_SIGN.sub(rf"\1{_BREAK}", word))


def tip(text: str) -> str:
    """A tooltip that shows the text as it is: one that looks like HTML would be taken for HTML."""
    return f"<span>{escape(text)}</span>" if text else ""
