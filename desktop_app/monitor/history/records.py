"""A task as a row of the file."""

import sqlite3
import sys
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from desktop_app.monitor.durations import waited
from desktop_app.monitor.rows import FINISHED, TaskRow

TEXTS: Final = ("name", "args", "kwargs", "result", "exception")
"""What the full-text index holds."""

FIELDS: Final = tuple(field.name for field in msgspec.structs.fields(TaskRow))
COLUMNS: Final = (*FIELDS, "wait", "indexed")
Record = tuple[Any, ...]

_SHARED_SHORT: Final = frozenset({"args", "kwargs", "result"})
_SHARED: Final = ("name", "queue", "state", "worker", "stage", *_SHARED_SHORT)
_SHORT: Final = 8

_END_RANK: Final = {"REJECTED": 1, "REVOKED": 2, "FAILURE": 3, "SUCCESS": 4}


def record(row: TaskRow, *, indexed: bool) -> Record:
    """The row's values in the order of ``COLUMNS``."""
    return (*msgspec.structs.astuple(row), waited(row), indexed)


def task(values: Sequence[Any]) -> TaskRow:
    """The row of which these are ``FIELDS``."""
    told = dict(zip(FIELDS, values, strict=True))
    # Many rows share few texts: each is held once.
    for name in _SHARED:
        text = told[name]
        if text is not None and (name not in _SHARED_SHORT or len(text) <= _SHORT):
            told[name] = sys.intern(text)
    if told["root_id"] == told["uuid"]:
        told["root_id"] = told["uuid"]
    if told["redelivered"] is not None:
        told["redelivered"] = bool(told["redelivered"])
    return TaskRow(**told)


def texts(row: TaskRow) -> tuple[str | None, ...]:
    return row.name, row.args, row.kwargs, row.result, row.exception


def storable(row: TaskRow) -> TaskRow:
    """The row without what UTF-8 cannot say: halves of characters, which JSON lets through."""
    changed = {
        name: value.encode("utf-8", "replace").decode()
        for name in FIELDS
        if isinstance(value := getattr(row, name), str)
    }
    return replace(row, **changed)


def merged(kept: TaskRow, row: TaskRow) -> TaskRow:
    """What two rows say together about one task that had left memory when it was heard of again:
    an end is never undone, and what is newly known is added."""
    ranks = [_END_RANK.get(one.state, 0) for one in (kept, row)]
    first, second = (kept, row) if ranks[0] > ranks[1] else (row, kept)
    if first.state not in FINISHED and kept.last_seen > row.last_seen:
        first, second = kept, row
    filled: dict[str, Any] = {
        name: getattr(second, name)
        for name in FIELDS
        if getattr(first, name) in (None, "") and name not in {"reason", "progress", "stage"}
    }
    if first.state in FINISHED:
        for name in ("exception", "traceback", "result", "finished", "runtime"):
            filled.pop(name, None)
    return replace(
        first,
        **filled
        | {
            "seq": kept.seq,
            "first_seen": min(kept.first_seen, row.first_seen),
            "last_seen": max(kept.last_seen, row.last_seen),
            "retries": max(kept.retries, row.retries),
        },
    )


def adopt(connection: sqlite3.Connection, condition: str, values: Sequence[Any]) -> list[TaskRow]:
    """The tasks that meet a condition, in no order."""
    found = connection.execute(f"SELECT {', '.join(FIELDS)} FROM tasks WHERE {condition}", values)
    return [task(values) for values in found]
