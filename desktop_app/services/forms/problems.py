"""From the errors of an argument model to words that follow a field's label."""

from collections.abc import Iterator
from itertools import groupby

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from desktop_app.services.forms.shapes import SHAPES

DATE = "must be a date such as 2024-01-31"
NUMBER = "must be a number"
_WHOLE = "must be a whole number"
_YES_OR_NO = "must be true or false"
_EMPTY = "must not be empty"

_WORDS = {
    "missing": "is needed",
    "extra_forbidden": "is not an argument of this task",
    "greater_than_equal": "must be at least {ge:,}",
    "greater_than": "must be more than {gt:,}",
    "less_than_equal": "must be at most {le:,}",
    "less_than": "must be less than {lt:,}",
    "string_too_short": "must have at least {min_length:,} characters",
    "string_too_long": "must have at most {max_length:,} characters",
    "string_type": "must be a text",
    "string_unicode": "holds something that is not a character",
    "too_short": "must have at least {min_length:,} entries",
    "too_long": "must have at most {max_length:,} entries",
    "list_type": "must be a list in brackets",
    "model_type": "must be an object in braces",
    "literal_error": "must be {expected}",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": "is too large",
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "finite_number": NUMBER,
    "bool_type": _YES_OR_NO,
    "bool_parsing": _YES_OR_NO,
    "date_type": DATE,
    "date_parsing": DATE,
    "date_from_datetime_parsing": DATE,
    "date_from_datetime_inexact": DATE,
}
_QUOTED = 40


def explained(error: ValidationError) -> Iterator[tuple[str, str]]:
    """Each field with its first problem and how many more there are in it. "" is the whole."""
    found = error.errors(include_url=False)
    for name, group in groupby(found, key=lambda one: str(one["loc"][0]) if one["loc"] else ""):
        first, *rest = group
        more = f" (and {len(rest):,} more)" if rest else ""
        yield name, _place(first) + _words(first) + more


def _place(problem: ErrorDetails) -> str:
    """Where in its field a problem is: ``entry 3, “AAPL X”, ``."""
    place = [f"entry {one + 1:,}" if isinstance(one, int) else one for one in problem["loc"][1:]]
    value = problem["input"]
    if place and isinstance(value, str | int):
        text = str(value)
        place.append(f"“{text[:_QUOTED]}{'…' if len(text) > _QUOTED else ''}”")
    return "".join(f"{part}, " for part in place)


def _words(problem: ErrorDetails) -> str:
    context = problem.get("ctx", {})
    if (shape := SHAPES.get(str(context.get("pattern")))) is not None:
        return shape.words
    if context.get("min_length") == 1:
        return _EMPTY
    if (words := _WORDS.get(problem["type"])) is not None:
        return words.format_map(context)
    text = problem["msg"].removeprefix("Value error, ")
    return f"{text[:1].lower()}{text[1:]}"
