"""What is said of messages, in words. Nothing here touches a widget."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from desktop_app.qt_models.message_table import title
from desktop_app.qt_models.words import clean
from desktop_app.ui import formats
from worker_core.operations.messages import Waiting
from worker_core.operations.queue_access import Done
from worker_core.operations.removed import KEPT_BYTES

_NAMED = 3
_QUEUE_LIMIT = 60
RAW_SHOWN = 4_000


def queue_name(name: str) -> str:
    """A queue's name on one line, safe to show."""
    return formats.shorten(clean(name), _QUEUE_LIMIT)


def named(rows: Sequence[Waiting]) -> str:
    """The most frequent names among messages, as a preview of what is hit."""
    found = Counter(title(row) for row in rows).most_common()
    said = [f"{name} ×{formats.count(times)}" for name, times in found[:_NAMED]]
    more = len(found) - _NAMED
    return ", ".join([*said, *([formats.plural(more, "other name")] if more > 0 else [])])


def keeping(rows: Sequence[Waiting], count: int) -> str:
    """Whether ``count`` messages, of which ``rows`` are some, will be kept for an undo."""
    if rows and sum(row.size for row in rows) / len(rows) * count > KEPT_BYTES:
        return "They are too large to be kept: this cannot be undone."
    return "They are kept for a day, so that this can be undone."


def outcome(done: Done, what: str, where: str) -> str:
    """What became of messages. ``what``: ``Deleted``; ``where``: `` from billing``."""
    said = [f"{what} {formats.plural(done.count, 'message')}{where}."]
    if done.gone:
        were = "was" if done.gone == 1 else "were"
        said.append(f"{formats.count(done.gone)} {were} not there any more: a worker was quicker.")
    if done.left:
        rest = "which waits" if done.left == 1 else "which wait"
        said.append(f"Stopped before the other {formats.count(done.left)}, {rest} as before.")
    if done.problem:
        said.append(done.problem)
    return " ".join(said)


def facts(row: Waiting, sent: float | None, now: float) -> list[tuple[str, str]]:
    """What identifies a message, which was ``sent`` then; what is not known is left out."""
    waited = None if sent is None else max(0.0, now - sent)
    told = [
        ("Task", clean(row.name or "")),
        ("Id", clean(row.task_id or "")),
        ("Queue", clean(row.queue)),
        ("Priority", str(row.priority)),
        ("Size", formats.size(row.size)),
        ("Sent", "" if sent is None else formats.moment(sent, now)),
        ("Waited", "not told by its sender" if waited is None else formats.duration(waited)),
        ("Not before", clean(row.eta or "")),
        ("Retries", formats.count(row.retries) if row.retries else ""),
        ("Redelivered", "yes: a worker before did not finish it" if row.redelivered else ""),
    ]
    return [(name, value) for name, value in told if value]


def raw_text(raw: bytes) -> str:
    """The beginning of bytes that are no message, in which nothing can do harm."""
    shown = raw[:RAW_SHOWN].decode("utf-8", "backslashreplace")
    return lines(shown) if len(raw) <= RAW_SHOWN else f"{lines(shown)}…"


def written(value: Any) -> str:
    """A value as JSON to be edited: whole, however long."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def lines(text: str) -> str:
    """Text of several lines, in which nothing hides or reorders its neighbours."""
    return "\n".join(map(clean, text.split("\n")))
