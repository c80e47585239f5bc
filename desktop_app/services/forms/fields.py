"""From a task's argument model to the fields of its form."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import orjson

from desktop_app.services.forms.shapes import SHAPES, WHOLE_NUMBERS, Shape
from worker_core.arguments import NAMES
from worker_core.catalog import TaskSpec

Kind = Literal["text", "secret", "number", "integer", "choice", "boolean", "date", "list", "json"]

_UNITS = {"s": "seconds", "hours": "hours", "minutes": "minutes", "days": "days"}
_KINDS: dict[str, Kind] = {"integer": "integer", "number": "number", "boolean": "boolean"}
_BOUNDS = {"integer": "imum", "number": "imum", "list": "Items", "json": "Items", "text": "Length"}


@dataclass(frozen=True, slots=True)
class Field:
    """One argument as a form asks for it.

    ``minimum`` and ``maximum`` bound a number, the characters of a text or the entries of a list.
    ``default`` is what the form starts with. ``shape`` is that of the text, or of each entry of a
    list; entries without one may hold spaces. ``names`` is what in the store the text, or each
    entry, names; "" where it is nothing of the kind.
    """

    name: str
    label: str
    description: str
    kind: Kind
    required: bool
    default: str | bool
    minimum: float | None
    maximum: float | None
    choices: tuple[str, ...]
    placeholder: str
    shape: Shape | None
    names: str = ""

    @property
    def limits(self) -> str:
        """The bounds in words: ``1 to 252``, ``at most 50 entries``; "" where there are none."""
        unit = {"list": " entries", "json": " entries", "text": " characters"}.get(self.kind, "")
        # That there must be something is what being required says.
        low = None if unit and self.minimum == 1 else self.minimum
        if low is None:
            return "" if self.maximum is None else f"at most {self.maximum:,}{unit}"
        if self.maximum is None:
            return f"at least {low:,}{unit}"
        return f"{low:,} to {self.maximum:,}{unit}"


@cache
def fields(spec: TaskSpec) -> tuple[Field, ...]:
    """The fields of a task's form, in the order of its argument model."""
    schema = spec.arguments.model_json_schema()
    required = set(schema.get("required", ()))
    definitions = schema.get("$defs", {})
    return tuple(
        _field(name, entry, definitions, required=name in required)
        for name, entry in schema.get("properties", {}).items()
    )


def _field(
    name: str, entry: dict[str, Any], definitions: dict[str, Any], *, required: bool
) -> Field:
    value = next((one for one in entry.get("anyOf", ()) if one.get("type") != "null"), entry)
    items = value.get("items", {})
    kind = _kind(value, items)
    whole_numbers = kind == "list" and items["type"] == "integer"
    shape = SHAPES.get(value.get("pattern") or items.get("pattern", ""))
    default = entry.get("default")
    return Field(
        name=name,
        label=_label(name),
        description=entry.get("description", ""),
        kind=kind,
        required=required,
        default=default if isinstance(default, bool) else "" if default is None else str(default),
        minimum=value.get(f"min{_BOUNDS.get(kind)}"),
        maximum=value.get(f"max{_BOUNDS.get(kind)}"),
        choices=tuple(map(str, value.get("enum", ()))),
        placeholder=_placeholder(kind, entry, items, definitions, shape),
        shape=WHOLE_NUMBERS if whole_numbers else shape,
        names=str(entry.get(NAMES) or value.get(NAMES) or items.get(NAMES) or ""),
    )


def _kind(value: dict[str, Any], items: dict[str, Any]) -> Kind:
    if "enum" in value:
        return "choice"
    match value.get("type"):
        case "array":
            return "list" if items.get("type") in {"string", "integer"} else "json"
        case "string":
            return "date" if value.get("format") == "date" else "text"
        case other:
            return _KINDS.get(str(other), "json")


def _label(name: str) -> str:
    """``time_budget_s`` reads as ``Time budget (seconds)``."""
    words = name.split("_")
    unit = _UNITS.get(words[-1]) if len(words) > 1 else None
    if unit is not None:
        words.pop()
    text = " ".join("IDs" if word == "ids" else word for word in words)
    return f"{text[:1].upper()}{text[1:]}" + (f" ({unit})" if unit else "")


def _placeholder(
    kind: Kind,
    entry: dict[str, Any],
    items: dict[str, Any],
    definitions: dict[str, Any],
    shape: Shape | None,
) -> str:
    if examples := entry.get("examples"):
        return str(examples[0])
    if kind == "json":
        return _example(items, definitions)
    return _hint(kind, entry.get("default"), shape)


def _hint(kind: Kind, default: object, shape: Shape | None) -> str:
    match kind:
        case "date":
            return "YYYY-MM-DD"
        case "list":
            return f"{shape.example}, …" if shape else "One to a line, or with commas"
        case "text" if shape is not None:
            return shape.example
        case _:
            return "" if default is None else str(default)


def _example(items: dict[str, Any], definitions: dict[str, Any]) -> str:
    """A list of one entry with the names that it must have."""
    entry = definitions.get(str(items.get("$ref", "")).rpartition("/")[2], items)
    return orjson.dumps([dict.fromkeys(entry.get("required", ()), "…")]).decode()
