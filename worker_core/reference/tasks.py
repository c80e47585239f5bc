"""The reference page of the tasks, written from the catalog."""

from worker_core import limit_words
from worker_core.catalog import QUEUES, TASKS, Queue, TaskSpec
from worker_core.reference.words import (
    accepted_words,
    default_words,
    table,
    type_words,
    value_of,
    yes_words,
)

_INTRO = """\
# Tasks

Written from `worker_core/catalog.py` by `afi reference`; a change here would be overwritten.

A task is named after its queue. Its arguments are sent by name; names that it does not know are
refused. A rate limit holds over all workers together. When a task reaches its soft limit it is
asked to end and stores what it has; at its hard limit its process is ended.
"""


def page() -> str:
    """The text of ``docs/reference/tasks.md``."""
    overview = [
        (
            f"[`{spec.name}`](#{spec.name.replace('.', '')})",
            spec.title,
            yes_words(not spec.unavailable),
        )
        for spec in TASKS.values()
    ]
    parts = [_INTRO, table(("Task", "What it is", "Available"), overview)]
    parts += map(_queue_section, QUEUES.values())
    return "\n".join(parts)


def _queue_section(queue: Queue) -> str:
    tasks = [_task_section(spec) for spec in TASKS.values() if spec.queue == queue.name]
    head = f"## {queue.title}\n\nQueue `{queue.name}`. {queue.description}\n"
    return "\n".join([head, *tasks])


def _task_section(spec: TaskSpec) -> str:
    soft, hard = limit_words.span(spec.soft_time_limit), limit_words.span(spec.time_limit)
    facts = [
        f"- Rate limit: {limit_words.rate(spec.rate_limit)}",
        f"- Time limits: soft {soft}, hard {hard}",
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
            type_words(value_of(entry), _named),
            accepted_words(value_of(entry)),
            "**required**" if name in required else default_words(entry.get("default")),
            entry.get("description", ""),
        )
        for name, entry in schema["properties"].items()
    ]
    return table(("Argument", "Type", "Accepted", "Default", "Meaning"), rows)


def _named(model: str) -> str:
    """Where the members of a nested object are described."""
    same = [spec.name for spec in TASKS.values() if spec.arguments.__name__ == model]
    return f"objects, each with the arguments of `{same[0]}`" if same else "objects"
