"""Patterns as functions of a text and as operands of LIKE: the two find the same."""

import re
from collections.abc import Callable
from typing import Final

from desktop_app.monitor.query.nodes import Mode, Pattern

Match = Callable[[str], bool]

ESCAPE: Final = "\\"

_LOWER: Final = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_LIKE: Final = str.maketrans({"%": r"\%", "_": r"\_", "\\": r"\\", "*": "%", "?": "_"})
_LIKE_LITERAL: Final = str.maketrans({"%": r"\%", "_": r"\_", "\\": r"\\"})
_ID: Final = re.compile(r"\S{4,255}")
_UUID: Final = re.compile(r"[0-9a-fA-F-]+", re.ASCII)


def fold(text: str) -> str:
    """``text`` with A to Z in lower case and all else as it is, as LIKE sees it."""
    return text.lower() if text.isascii() else text.translate(_LOWER)


def matcher(pattern: Pattern, *, whole: bool = True) -> Match:
    """Whether a text fits. A glob has to fit the whole of it, or with ``whole`` False a part."""
    if pattern.mode is Mode.EQUALS:
        return pattern.text.__eq__
    wanted = fold(pattern.text)
    if pattern.mode is Mode.CONTAINS:
        return lambda text: wanted in fold(text)
    return _glob(wanted if whole else f"*{wanted}*")


def name_matcher(pattern: Pattern) -> Match:
    """Whether the name of a task fits: the whole of it, or of what stands behind one of its dots,
    as it is shown where there is no room for the module."""
    fits = matcher(pattern)
    if pattern.mode is not Mode.GLOB:
        return fits

    def any_end(name: str) -> bool:
        at = 0
        while not fits(name[at:]):
            at = name.find(".", at) + 1
            if not at:
                return False
        return True

    return any_end


def like(pattern: Pattern, *, whole: bool = True) -> str:
    """The operand of ``LIKE … ESCAPE`` for a pattern that is no ``EQUALS``."""
    if pattern.mode is Mode.CONTAINS:
        return f"%{pattern.text.translate(_LIKE_LITERAL)}%"
    operand = pattern.text.translate(_LIKE)
    return operand if whole else f"%{operand}%"


def literals(pattern: Pattern) -> list[str]:
    """The texts without wildcards that a text must contain to fit."""
    if pattern.mode is Mode.GLOB:
        return [piece for piece in re.split(r"[*?]", pattern.text) if piece]
    return [pattern.text]


def beginning_of_id(pattern: Pattern) -> str | None:
    """The pattern as the beginning of an id, None if it is no such. Ids are compared as they are,
    and those that Celery makes are in lower case."""
    if pattern.mode is not Mode.CONTAINS or not _ID.fullmatch(pattern.text):
        return None
    return pattern.text.lower() if _UUID.fullmatch(pattern.text) else pattern.text


def _glob(wanted: str) -> Match:
    first, *rest = re.split(r"\*+", wanted)
    if not rest:
        whole = _piece(wanted)
        return lambda text: whole.fullmatch(fold(text)) is not None
    *middle, last = rest
    if "?" not in wanted and not any(middle):
        if not last:
            return lambda text: fold(text).startswith(first)
        shortest = len(first) + len(last)
        return lambda text: (
            len(text) >= shortest
            and (folded := fold(text)).startswith(first)
            and folded.endswith(last)
        )
    return _Glob(first, middle, last)


def _piece(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text).replace(r"\?", "."), re.DOTALL)


class _Glob:
    """Piece after piece, each as early as possible: one pass, where a regular expression with
    several ``.*`` may take the power of their number."""

    def __init__(self, first: str, middle: list[str], last: str) -> None:
        self._first = _piece(first)
        self._middle = [_piece(piece) for piece in middle if piece]
        self._last = _piece(last)
        self._last_length = len(last)

    def __call__(self, text: str) -> bool:
        text = fold(text)
        end = len(text) - self._last_length
        found = self._first.match(text)
        if found is None or end < found.end() or not self._last.fullmatch(text, end):
            return False
        at = found.end()
        for piece in self._middle:
            found = piece.search(text, at, end)
            if found is None:
                return False
            at = found.end()
        return True
