"""Texts from outside, made fit to be shown. No Qt."""

import ast
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


def told(exception: str) -> str:
    """What an exception says, from its ``repr`` as events carry it: ``ValueError('no text layer')``
    is ``ValueError: no text layer``. Of several arguments those that are sentences are taken, and
    what cannot be read so stays as it is."""
    try:
        call = ast.parse(exception, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return exception
    if not isinstance(call, ast.Call) or call.keywords or not call.args:
        return exception
    values = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
    if len(values) < len(call.args):
        return exception
    texts = [value.strip() for value in values if isinstance(value, str) and value.strip()]
    said = [text for text in texts if " " in text] or [str(value) for value in values]
    return f"{ast.unparse(call.func)}: {' '.join(said)}"
