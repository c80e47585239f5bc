"""Values made readable. Text from a message is laid out as it stands and never evaluated."""

import json
import re
from typing import Any

SHOWN_CHARACTERS = 100_000

_ONE_LINE = 48
_DEEPEST = 12
# A text in quotes (its end may be cut off), an empty pair, a bracket, a comma, or anything else.
_PARTS = re.compile(
    r"""'(?:\\.|[^'\\])*'?|"(?:\\.|[^"\\])*"?|\{\}|\[\]|\(\)|[\[({\])}]|,\s*|[^'"\[\](){},]+""",
    re.DOTALL,
)


def laid_out(text: str) -> str:
    """A representation, such as ``{'a': 1, 'b': [2, 3]}``, with a line for each member.

    It may be cut off anywhere, as Celery does in its events.
    """
    if len(text) <= _ONE_LINE:
        return text
    out: list[str] = []
    depth = 0
    for part in _PARTS.findall(text):
        if part in {"{", "[", "("}:
            depth += 1
            out += [part, _new_line(depth)]
        elif part in {"}", "]", ")"}:
            depth = max(depth - 1, 0)
            out += [_new_line(depth), part]
        elif part.startswith(","):
            out += [",", _new_line(depth)]
        else:
            out.append(part)
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
