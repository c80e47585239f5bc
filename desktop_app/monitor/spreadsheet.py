"""Texts in files that a spreadsheet may open."""

from typing import Final

# A spreadsheet takes a text that begins like this for a formula, and runs it.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
