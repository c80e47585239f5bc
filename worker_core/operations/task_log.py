"""What single tasks logged, kept in the broker for those who look at them.

A worker's log is a file on its own machine. What is logged while a task runs is also appended to a
list of the task's own, ``afi:log:ID``, the first ``KEPT`` lines of it, for as long as results are
kept.
"""

from dataclasses import dataclass
from typing import cast

import msgspec

from worker_core.operations.connection import broker_url, client, reaching
from worker_core.settings import Settings, current

KEY = "afi:log:"
KEPT = 500
LONGEST = 4000


class LogLine(msgspec.Struct, frozen=True, array_like=True):
    """One record: Unix seconds, level, logger, text (with its traceback, if it has one)."""

    at: float
    level: str
    logger: str
    text: str


@dataclass(frozen=True, slots=True)
class TaskLog:
    """The first lines of a task, oldest first; ``cut`` when there may be more in the worker's own
    log."""

    lines: tuple[LogLine, ...]
    cut: bool


def log_key(task_id: str, prefix: str = "") -> str:
    """The list's key in a broker whose keys begin with ``prefix``."""
    return f"{prefix}{KEY}{task_id}"


def task_log(task_id: str, *, settings: Settings | None = None) -> TaskLog:
    """What a task logged, as far as it is kept; empty for one that logged nothing, whose lines have
    expired, or whose worker keeps none.

    Raises:
        BrokerUnreachable, BrokerRefused: the broker does not answer.
    """
    settings = settings or current()
    url = broker_url(settings)
    with reaching(url), client(url) as redis:
        raw = cast("list[bytes]", redis.lrange(log_key(task_id, settings.key_prefix), 0, KEPT - 1))
    lines = []
    for one in raw:
        try:
            lines.append(msgspec.json.decode(one, type=LogLine))
        except msgspec.DecodeError:
            continue  # someone else's
    return TaskLog(tuple(lines), cut=len(raw) >= KEPT)
