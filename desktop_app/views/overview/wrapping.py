"""Long names that may be broken where a line ends. No Qt."""

import re

_BREAK = "\u200b"
# Before a letter: the figures of a number or a time stay together.
_AFTER_SIGN = re.compile(r"(?<=[\w)])([_./\\,:;=@-])(?=[^\W\d])")
_LONG_RUN = re.compile(r"([^\s\u200b]{24})(?=[^\s\u200b])")


def breakable(text: str) -> str:
    """``text`` with invisible places to break at, behind the signs within names and paths. A label
    is never narrower than its longest word, and a task's name is one word of forty letters."""
    return _LONG_RUN.sub(rf"\1{_BREAK}", _AFTER_SIGN.sub(rf"\1{_BREAK}", text))
