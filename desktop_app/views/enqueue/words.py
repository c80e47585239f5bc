"""Limits of a task in words, and arguments as text that shows what it holds."""

import json
import shlex
from collections.abc import Mapping
from typing import Any

from desktop_app.services.foreign import ForeignTask
from desktop_app.ui import formats
from worker_core import limit_words
from worker_core.catalog import QUEUES, TaskSpec

UNKNOWN = "As its workers have it"


def queue(spec: TaskSpec) -> str:
    """The title of the queue that it goes to by itself."""
    known = QUEUES.get(spec.queue)
    return known.title if known else "The one that you name"


def rate(spec: TaskSpec) -> str:
    """``100 a minute over all workers``."""
    if not spec.rate_limit:
        return UNKNOWN
    return f"{limit_words.rate(spec.rate_limit)} over all workers"


def time_limits(spec: TaskSpec) -> str:
    """``Asked to end after 5 min, ended 30 s later``."""
    if not spec.time_limit:
        return UNKNOWN
    soft = limit_words.span(spec.soft_time_limit)
    left = limit_words.span(spec.time_limit - spec.soft_time_limit)
    return f"Asked to end after {soft}, ended {left} later"


def document(arguments: Mapping[str, Any]) -> str:
    """Arguments as indented JSON. Characters that could not be seen, such as the marks that turn
    the direction of a text, stand as their escapes."""
    text = json.dumps(arguments, indent=2, ensure_ascii=False)
    return "".join(
        one if one == "\n" or one.isprintable() else json.dumps(one)[1:-1] for one in text
    )


def command(spec: TaskSpec, arguments: Mapping[str, Any]) -> str:
    """The line for a shell that enqueues the same; "" where there is none."""
    if isinstance(spec, ForeignTask):
        return ""
    return shlex.join(["afi", "enqueue", spec.name, json.dumps(arguments)])


def preset(texts: Mapping[str, str | bool]) -> str:
    """What stands in a form, for a tool tip: ``tickers: AAPL, MSFT``, a line each."""
    lines = (f"{name}: {text}" for name, text in texts.items() if text not in ("", False))
    return "\n".join(lines)


def left_out(names: list[str]) -> str:
    """Arguments that somebody gave and the task does not have."""
    if not names:
        return ""
    return f"Left out, as the task does not take it: {formats.listed(names)}."
