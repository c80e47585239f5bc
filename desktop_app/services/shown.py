"""Texts from outside, made fit to be shown. No Qt."""

import unicodedata
from typing import Final

# Control characters, and those that reorder or hide their neighbours.
_HIDDEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})


def clean(text: str) -> str:
    """``text`` with a visible mark in place of each character that would break a line, reorder
    the text or not be seen at all."""
    if text.isascii() and text.isprintable():
        return text
    return "".join("�" if unicodedata.category(char) in _HIDDEN else char for char in text)
