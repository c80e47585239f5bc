"""Texts from outside, made fit to be shown."""

import html
import unicodedata
from typing import Final

# Control characters, and those that reorder or hide their neighbours.
_HIDDEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
_TIP_LIMIT: Final = 2000


def clean(text: str) -> str:
    """``text`` with a visible mark in place of each character that would break a line, reorder
    the text or not be seen at all."""
    if text.isascii() and text.isprintable():
        return text
    return "".join("�" if unicodedata.category(char) in _HIDDEN else char for char in text)


def tip(text: str | None) -> str | None:
    """``text`` for a tool tip, in which Qt would otherwise take markup at its word."""
    if not text:
        return None
    shown = text if len(text) <= _TIP_LIMIT else f"{text[:_TIP_LIMIT]}…"
    return f"<span style='white-space: pre-wrap'>{html.escape(shown)}</span>"
