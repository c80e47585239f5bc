"""From what a user typed to arguments, and back."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from pydantic import ValidationError

from desktop_app.services.forms.fields import Field, fields
from desktop_app.services.forms.problems import DATE, NUMBER, explained
from worker_core.catalog import TaskSpec


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of checking a form: ``arguments`` as they go to the broker, or else the
    ``problems`` by field, in words that follow its label. "" stands for the form as a whole."""

    arguments: dict[str, Any] | None
    problems: dict[str, str]


def check(spec: TaskSpec, texts: Mapping[str, str | bool]) -> Checked:
    """Reads what a user typed.

    A field that is missing or blank is not sent, so that the task's default holds. The entries of
    a list are separated by commas, lines and, where none can hold one, spaces. A list of free
    texts with more than one line is separated by its lines alone, since a text may hold a comma.
    """
    known = {field.name: field for field in fields(spec)}
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for name, text in texts.items():
        if isinstance(text, str) and not text.strip():
            continue
        try:
            values[name] = _value(known[name], text) if name in known else text
        except ValueError as error:
            problems[name] = str(error)
    try:
        model = spec.arguments.model_validate(values)
    except ValidationError as error:
        for name, problem in explained(error):
            problems.setdefault(name, problem)
    if problems:
        return Checked(None, problems)
    return Checked(model.model_dump(mode="json", exclude_unset=True), {})


def texts_of(spec: TaskSpec, arguments: Mapping[str, Any]) -> dict[str, str | bool]:
    """What to put into the form so that it stands for ``arguments``, valid or not. A field that
    they do not name gets its default; names that the form does not have are left out."""
    return {
        field.name: _text(field, arguments[field.name])
        if field.name in arguments
        else field.default
        for field in fields(spec)
    }


def _value(field: Field, text: str | bool) -> Any:
    """
    Raises:
        ValueError: in words that follow the field's label.
    """
    if isinstance(text, bool):
        return text if field.kind == "boolean" else str(text)
    match field.kind:
        case "list":
            return _entries(field, text)
        case "json":
            return _json(text)
        case "date":
            return _date(text.strip())
        case "number":
            return _number(text)
        case _:
            return field.shape.fold(text.strip()) if field.shape else text.strip()


def _entries(field: Field, text: str) -> list[str]:
    if field.shape is not None:
        return [field.shape.fold(entry) for entry in re.split(r"[\s,;]+", text) if entry]
    entries = text.split("\n" if "\n" in text else ",")
    return [entry.strip() for entry in entries if entry.strip()]


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ValueError(f"is not JSON: {error.msg} at {place}") from error


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(DATE) from error


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(NUMBER)
    return value


def _text(field: Field, value: Any) -> str | bool:
    if field.kind == "boolean":
        return value if isinstance(value, bool) else field.default
    if value is None:
        return ""
    if field.kind == "list" and isinstance(value, list | tuple):
        entries = [str(entry) for entry in value]
        if field.shape is None and any("," in entry for entry in entries):
            # A line's end, even of the only line, says that commas do not separate.
            return "".join(f"{entry}\n" for entry in entries)
        return ", ".join(entries)
    if field.kind == "json":
        return json.dumps(value, default=str, indent=2, ensure_ascii=False)
    return str(value)
