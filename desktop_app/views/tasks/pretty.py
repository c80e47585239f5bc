"""Values made readable. Text from a message is laid out as it stands and never evaluated."""

import json
from typing import Any

SHOWN_CHARACTERS = 100_000

_ONE_LINE = 48
_DEEPEST = 12
_CLOSING = {"{": "}", "[": "]", "(": ")"}


def laid_out(text: str) -> str:
    """A representation, such as ``{'a': 1, 'b': [2, 3]}``, with a line for each member.

    It may be cut off anywhere, as Celery does in its events.
    """
    if len(text) <= _ONE_LINE:
        return text
    out: list[str] = []
    depth, quote, place = 0, "", 0
    while place < len(text):
        char = text[place]
        place += 1
        if quote:
            out.append(char)
            if char == "\\":
                out.append(text[place : place + 1])
                place += 1
            elif char == quote:
                quote = ""
            continue
        if char in "'\"":
            quote = char
            out.append(char)
        elif char in _CLOSING:
            if text[place : place + 1] == _CLOSING[char]:
                out.append(char + _CLOSING[char])
                place += 1
            else:
                depth += 1
                out += [char, _new_line(depth)]
        elif char in _CLOSING.values():
            depth = max(depth - 1, 0)
            out += [_new_line(depth), char]
        elif char == ",":
            out += [char, _new_line(depth)]
            while text[place : place + 1] == " ":
                place += 1
        else:
            out.append(char)
    return "".join(out)


def _new_line(depth: int) -> str:
    return "\n" + "  " * min(depth, _DEEPEST)


def as_json(value: Any) -> tuple[str, bool]:
    """A JSON value with a line for each member, and whether its end had to be left out.

    No more of it is written than can be shown: a result may be as large as the store allows.
    """
    pieces: list[str] = []
    length = 0
    for piece in json.JSONEncoder(indent=2, ensure_ascii=False).iterencode(value):
        pieces.append(piece)
        length += len(piece)
        if length > SHOWN_CHARACTERS:
            return "".join(pieces)[:SHOWN_CHARACTERS], True
    return "".join(pieces), False
