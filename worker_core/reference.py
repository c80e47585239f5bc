"""The reference pages in Markdown, written from the catalog, the settings and the commands
themselves."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from worker_core import command_reference, settings
from worker_core.catalog import QUEUES, TASKS, Queue, TaskSpec

# What a default means whose value differs from one computer to the next.
_COMPUTED_DEFAULTS = {
    "data_dir": f"`{settings.APP_NAME}` in the user's folder for application data, see above",
}
_RATE_UNITS = {"s": "a second", "m": "a minute", "h": "an hour"}
_TIME_UNITS = ((3600, "h"), (60, "min"), (1, "s"))

_TASKS_INTRO = """\
# Tasks

Written from `worker_core/catalog.py` by `afi reference`; a change here would be overwritten.

A task is named after its queue. Its arguments are sent by name; names that it does not know are
refused. A rate limit holds over all workers together. When a task reaches its soft limit it is
asked to end and stores what it has; at its hard limit its process is ended.
"""

_SETTINGS_INTRO = f"""\
# Settings

Written from `worker_core/settings/` by `afi reference`; a change here would be overwritten.

A setting is taken from the environment variable, else from the file that the variable with `_FILE`
at its end names, else from the system's keyring where the window has put a secret there, else from
the settings file, else it has its default. The settings file is `{settings.SETTINGS_FILE}`, one
JSON object with the keys below, in the folder `{settings.APP_NAME}` of the user's configuration.
`afi settings` shows what is in force.

| System | Settings file | Application data |
| --- | --- | --- |
| Linux | `~/.config/{settings.APP_NAME}/`, or under `$XDG_CONFIG_HOME` | \
`~/.local/share/{settings.APP_NAME}/`, or under `$XDG_DATA_HOME` |
| macOS | `~/Library/Application Support/{settings.APP_NAME}/` | the same folder |
| Windows | `%LOCALAPPDATA%\\{settings.APP_NAME}\\` | the same folder |
"""


def pages() -> dict[str, str]:
    """The text of every reference page by its file name."""
    from worker_core.cli import cli

    return {
        "tasks.md": _tasks_page(),
        "settings.md": _settings_page(),
        "commands.md": command_reference.page(cli),
    }


def write(folder: Path) -> list[Path]:
    """Writes the pages into ``folder``, which is made if need be, and returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in pages().items():
        path = folder / name
        path.write_text(text, "utf-8", newline="\n")
        written.append(path)
    return written


# Tasks


def _tasks_page() -> str:
    overview = [
        (f"[`{spec.name}`](#{spec.name.replace('.', '')})", spec.title, _yes(not spec.unavailable))
        for spec in TASKS.values()
    ]
    parts = [_TASKS_INTRO, _table(("Task", "What it is", "Available"), overview)]
    parts += map(_queue_section, QUEUES.values())
    return "\n".join(parts)


def _queue_section(queue: Queue) -> str:
    tasks = [_task_section(spec) for spec in TASKS.values() if spec.queue == queue.name]
    head = f"## {queue.title}\n\nQueue `{queue.name}`. {queue.description}\n"
    return "\n".join([head, *tasks])


def _task_section(spec: TaskSpec) -> str:
    facts = [
        f"- Rate limit: {_rate(spec.rate_limit)}",
        f"- Time limits: soft {_time(spec.soft_time_limit)}, hard {_time(spec.time_limit)}",
    ]
    if spec.unavailable:
        facts.append(f"- **Not available.** {spec.unavailable}")
    lines = [f"### {spec.name}", "", f"**{spec.title}.** {spec.description}", "", *facts, ""]
    return "\n".join([*lines, _arguments(spec)])


def _arguments(spec: TaskSpec) -> str:
    schema = spec.arguments.model_json_schema()
    if not schema.get("properties"):
        return "It takes no arguments.\n"
    required = set(schema.get("required", ()))
    rows = [
        (
            f"`{name}`",
            _type(_value(entry)),
            _accepted(_value(entry)),
            "**required**" if name in required else _default(entry.get("default")),
            entry.get("description", ""),
        )
        for name, entry in schema["properties"].items()
    ]
    return _table(("Argument", "Type", "Accepted", "Default", "Meaning"), rows)


def _rate(limit: str) -> str:
    """Celery's ``100/m`` in words."""
    number, _, unit = limit.partition("/")
    return f"{number} {_RATE_UNITS[unit]}"


def _time(seconds: int) -> str:
    parts = []
    for size, unit in _TIME_UNITS:
        whole, seconds = divmod(seconds, size)
        if whole:
            parts.append(f"{whole} {unit}")
    return " ".join(parts)


# Settings


def _settings_page() -> str:
    properties = settings.Settings.model_json_schema(by_alias=False)["properties"]
    rows = [
        (
            f"`{settings.variable_of(name)}`",
            f"`{name}`",
            _type(_value(entry)),
            _accepted(_value(entry)),
            _default(entry["default"]) if "default" in entry else _COMPUTED_DEFAULTS[name],
            entry["description"],
        )
        for name, entry in properties.items()
    ]
    head = ("Variable", "Key in the file", "Type", "Accepted", "Default", "Meaning")
    return "\n".join([_SETTINGS_INTRO, _table(head, rows)])


# From a JSON schema to words


def _value(entry: dict[str, Any]) -> dict[str, Any]:
    """The schema of a value that is there, without the empty one beside it."""
    return next((one for one in entry.get("anyOf", ()) if one.get("type") != "null"), entry)


def _type(value: dict[str, Any]) -> str:
    if "$ref" in value:
        return _object(value["$ref"].rpartition("/")[2])
    if "enum" in value or "const" in value:
        return "choice"
    match value.get("type"):
        case "array":
            return f"list of {_type(value['items'])}"
        case "string":
            return {"date": "date", "path": "folder"}.get(value.get("format", ""), "text")
        case other:
            return str(other)


def _object(model: str) -> str:
    """Where the members of a nested object are described."""
    same = [spec.name for spec in TASKS.values() if spec.arguments.__name__ == model]
    return f"objects, each with the arguments of `{same[0]}`" if same else "objects"


def _accepted(value: dict[str, Any]) -> str:
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
    if "items" in value and (each := _accepted(value["items"])):
        words.append(f"each {each}")
    return "; ".join(filter(None, words))


def _range(low: float | None, high: float | None, unit: str) -> str:
    if low is None:
        return "" if high is None else f"at most {high:,}{unit}"
    return f"at least {low:,}{unit}" if high is None else f"{low:,} to {high:,}{unit}"


def _default(value: object) -> str:
    if value is None or value == []:
        return "empty"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`"


# Markdown


def _yes(value: bool) -> str:
    return "yes" if value else "not yet"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Ends with a line's end."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines
    )
