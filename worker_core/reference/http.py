"""The reference page of the HTTP API, written from its OpenAPI document."""

import re
from collections.abc import Iterator
from typing import Any

from worker_core.catalog import QUEUES, TASKS
from worker_core.reference.words import (
    accepted_words,
    default_words,
    model_of,
    table,
    type_words,
    value_of,
)
from worker_core.settings import Settings

_INTRO = """\
# HTTP API

Written from the OpenAPI document by `afi reference`; a change here would be overwritten.
`afi api --openapi` prints that document, and the API serves it at `/api/openapi.json`.

How to start it, and what holds for all of it: [the HTTP API](../api.md). Every request carries
`Authorization: Bearer TOKEN`, but where it says that no token is needed. What is refused is
answered by a problem of RFC 9457, [`ProblemDetails`](#problemdetails).
"""
_SECTIONS = {
    "documents": "Documents",
    "tasks": "Tasks of one's own",
    "system": "The system",
    "probes": "Probes",
}
_SUBMIT = """\
## Submit a task

`POST /api/background-tasks/QUEUE/TASK` submits any task of [the catalog](tasks.md); its body is an
object with the task's arguments, {body}

{answer}
| Path below `/api/background-tasks/` | What it does |
| --- | --- |
"""

Operation = tuple[str, str, dict[str, Any]]


def page() -> str:
    """The text of ``docs/reference/api.md``, the same on whatever computer it is written."""
    from worker_core.api.app import create

    return written(create(Settings.model_validate({})).openapi())


def written(document: dict[str, Any]) -> str:
    """The page of an OpenAPI document."""
    operations = [
        (method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    alone = [one for one in operations if one[2]["tags"][0] not in QUEUES]
    submitted = [one for one in operations if one[2]["tags"][0] in QUEUES]
    overview = [
        (f"[`{method} {path}`](#{_anchor(method, path)})", operation["summary"])
        for method, path, operation in alone
    ]
    parts = [_INTRO, table(("Request", "What it does"), overview), _submission(submitted)]
    for tag, title in _SECTIONS.items():
        parts.append(f"## {title}\n")
        parts += [_section(one) for one in alone if one[2]["tags"][0] == tag]
    parts += ["## Refusals\n", _refusals(operations)]
    # Of the submissions only what they answer: what they take stands with the tasks.
    shown = [*(operation for _, _, operation in alone), submitted[0][2]["responses"]]
    parts += ["## Objects\n", *_objects(document["components"]["schemas"], shown)]
    return "\n".join(parts)


def _submission(operations: list[Operation]) -> str:
    """All tasks are submitted in the same way; their arguments stand in their own page."""
    _, _, first = operations[0]
    answer = "".join(f"- {line}\n" for line in _answers(first))
    head = _SUBMIT.format(
        body="`{}` for none; it takes these headers:\n\n" + _parameters(first).rstrip(),
        answer=answer,
    )
    rows = []
    for _, path, operation in operations:
        spec = TASKS[".".join(path.split("/")[-2:])]
        place = f"tasks.md#{spec.name.replace('.', '')}"
        rows.append(f"| [`{spec.queue}/{path.split('/')[-1]}`]({place}) | {operation['summary']} |")
    return head + "\n".join(rows) + "\n"


def _section(one: Operation) -> str:
    method, path, operation = one
    text = " ".join(str(operation.get("description", "")).split())
    lines = [f"### {method} {path}", ""]
    lines.append(f"**{operation['summary']}.** {text}".rstrip())
    if operation.get("security") == []:
        lines.append("No token is needed.")
    lines.append("")
    if parameters := _parameters(operation):
        lines += [parameters]
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        schema = content["schema"]
        if "$ref" in schema:
            lines += [f"Body, `{media}`: {_linked(model_of(schema))}", ""]
        else:
            lines += [f"Body, `{media}`:", "", _members(schema)]
    lines += [*(f"- {line}" for line in _answers(operation)), ""]
    return "\n".join(lines)


def _anchor(method: str, path: str) -> str:
    """Of a heading, as both MkDocs and code forges make it."""
    return re.sub(r"[^\w-]", "", f"{method}-{path}").lower()


def _parameters(operation: dict[str, Any]) -> str:
    rows = []
    for one in operation.get("parameters", ()):
        schema = value_of(one["schema"])
        rows.append(
            (
                f"`{one['name']}`",
                one["in"],
                type_words(schema),
                accepted_words(schema),
                "**required**" if one.get("required") else default_words(_default(one["schema"])),
                one.get("description", ""),
            )
        )
    head = ("Name", "In", "Type", "Accepted", "Default", "Meaning")
    return table(head, rows) if rows else ""


def _answers(operation: dict[str, Any]) -> Iterator[str]:
    """What it answers when it does what was asked, and the statuses of its refusals."""
    refused = []
    for status, answer in operation["responses"].items():
        if status[0] != "2":
            refused.append(status)
            continue
        said = "" if answer["description"] == "Successful Response" else answer["description"]
        shapes = [
            f"{type_words(content['schema'], _linked)} as `{media}`"
            if content.get("schema")
            else f"`{media}`"
            for media, content in answer.get("content", {}).items()
        ]
        words = ": ".join(filter(None, [", or ".join(shapes), said]))
        yield f"{status}: {words}" if words else status
    if refused:
        yield f"Refused with {', '.join(refused)}: see [below](#refusals)."


def _refusals(operations: list[Operation]) -> str:
    found = {
        status: answer["description"]
        for _, _, operation in operations
        for status, answer in operation["responses"].items()
        if status[0] != "2"
    }
    return table(("Status", "What it means"), sorted(found.items()))


def _objects(schemas: dict[str, Any], shown: list[dict[str, Any]]) -> Iterator[str]:
    """Those that are taken or given, with all that is in them."""
    waiting = list(_named(shown))
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _named(schemas[name])
    for name in sorted(found):
        text = " ".join(schemas[name].get("description", "").split())
        yield "\n".join(filter(None, [f"### {name}", "", text, ""])) + "\n"
        yield _members(schemas[name])


def _named(value: object) -> Iterator[str]:
    """The models that a part of the document refers to, wherever in it."""
    if isinstance(value, dict):
        if "$ref" in value:
            yield model_of(value)
        for one in value.values():
            yield from _named(one)
    elif isinstance(value, list):
        for one in value:
            yield from _named(one)


def _members(schema: dict[str, Any]) -> str:
    required = set(schema.get("required", ()))
    rows = []
    for name, entry in schema.get("properties", {}).items():
        value = value_of(entry)
        rows.append(
            (
                f"`{name}`",
                type_words(value, _linked) + (", or null" if value is not entry else ""),
                accepted_words(value),
                "always" if name in required else default_words(_default(entry)),
                entry.get("description", ""),
            )
        )
    if rows:
        return table(("Member", "Type", "Accepted", "Default", "Meaning"), rows)
    return "Any members.\n"


def _default(schema: dict[str, Any]) -> object:
    return schema.get("default")


def _linked(model: str) -> str:
    return f"[`{model}`](#{model.lower()})"
