"""From a JSON schema to words, and from words to Markdown."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

Named = Callable[[str], str]
"""How a nested object is called in a page, by the name of its model."""


def value_of(entry: dict[str, Any]) -> dict[str, Any]:
    """The schema of a value that is there, without the empty one beside it."""
    return next((one for one in entry.get("anyOf", ()) if one.get("type") != "null"), entry)


def _unnamed(_model: str) -> str:
    return "objects"


def type_words(value: dict[str, Any], named: Named = _unnamed) -> str:
    if "$ref" in value:
        return named(model_of(value))
    if "enum" in value or "const" in value:
        return "choice"
    match value.get("type"):
        case "array":
            return f"list of {type_words(value['items'], named)}"
        case "string":
            if "contentMediaType" in value:
                return "file"
            forms = {"date": "date", "date-time": "time", "path": "folder", "binary": "file"}
            return forms.get(value.get("format", ""), "text")
        case other:
            return "any JSON" if other is None else str(other)


def model_of(value: dict[str, Any]) -> str:
    """The name of the model that a reference leads to."""
    return str(value["$ref"]).rpartition("/")[2]


def accepted_words(value: dict[str, Any]) -> str:
    if "const" in value:
        return f"`{value['const']}`"
    if "enum" in value:
        return ", ".join(f"`{one}`" for one in value["enum"])
    words = [
        _range(value.get("minimum"), value.get("maximum"), ""),
        _range(value.get("minLength"), value.get("maxLength"), " characters"),
        _range(value.get("minItems"), value.get("maxItems"), " entries"),
    ]
    if "exclusiveMinimum" in value:
        words.append(f"more than {value['exclusiveMinimum']:g}")
    if value.get("format") == "date":
        words.append("`YYYY-MM-DD`")
    if "pattern" in value:
        words.append(f"`{value['pattern']}`")
    if "items" in value and (each := accepted_words(value["items"])):
        words.append(f"each {each}")
    return "; ".join(filter(None, words))


def _range(low: float | None, high: float | None, unit: str) -> str:
    if low is None:
        return "" if high is None else f"at most {high:,}{unit}"
    return f"at least {low:,}{unit}" if high is None else f"{low:,} to {high:,}{unit}"


def default_words(value: object) -> str:
    if value is None or value in ([], ""):
        return "empty"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`"


def yes_words(value: bool) -> str:
    return "yes" if value else "not yet"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Ends with a line's end."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines
    )
