"""The columns of the task table and what stands in them."""

from collections.abc import Callable
from datetime import datetime
from enum import IntEnum
from typing import Any, Final

from desktop_app.monitor import durations
from desktop_app.monitor.rows import TaskRow
from desktop_app.qt_models.words import clean


class Column(IntEnum):
    STATE = 0
    TASK = 1
    QUEUE = 2
    WORKER = 3
    TIME = 4
    WAITED = 5
    RUNTIME = 6
    RETRIES = 7
    ID = 8


TITLES: Final = {
    Column.STATE: "State",
    Column.TASK: "Task",
    Column.QUEUE: "Queue",
    Column.WORKER: "Worker",
    Column.TIME: "Time",
    Column.WAITED: "Waited",
    Column.RUNTIME: "Runtime",
    Column.RETRIES: "Retries",
    Column.ID: "Id",
}

TIPS: Final = {
    Column.TIME: "When it started, else when a worker received it, else when it was sent",
    Column.WAITED: "From sending (of a retry: from its receipt) to the start, or until now",
    Column.RUNTIME: "From the start to the end, or until now",
    Column.RETRIES: "How often it was tried again",
}


def value(row: TaskRow, column: Column, now: float) -> Any:
    """What stands in a cell: a text, a time or a duration in seconds, a count, or None."""
    return _VALUES[column](row, now)


def spoken(row: TaskRow, column: Column, now: float) -> str:
    """A cell for those who hear it."""
    shown = value(row, column, now)
    if shown is None:
        return f"{TITLES[column]} unknown"
    if column is Column.TIME:
        shown = datetime.fromtimestamp(shown).astimezone().strftime("%H:%M:%S")
    elif isinstance(shown, float):
        shown = f"{shown:.3g} seconds"
    return f"{TITLES[column]} {shown}"


def shown_time(row: TaskRow) -> float:
    for at in (row.started, row.received, row.sent):
        if at is not None:
            return at
    return row.first_seen


def tip(row: TaskRow, column: Column) -> str | None:
    """What a cell leaves out."""
    match column:
        case Column.STATE:
            return row.reason or row.exception
        case Column.TASK:
            called = ", ".join(filter(None, (row.args, row.kwargs)))
            return f"{row.name}\n{called}".strip() or None
        case Column.WORKER:
            return row.worker
        case Column.RETRIES:
            return row.exception if row.retries else None
        case Column.ID:
            return row.uuid
        case _:
            return None


_VALUES: Final[dict[Column, Callable[[TaskRow, float], Any]]] = {
    Column.STATE: lambda row, _: row.state,
    Column.TASK: lambda row, _: clean(row.name),
    Column.QUEUE: lambda row, _: clean(row.queue),
    Column.WORKER: lambda row, _: None if row.worker is None else clean(row.worker),
    Column.TIME: lambda row, _: shown_time(row),
    Column.WAITED: durations.waited,
    Column.RUNTIME: durations.runtime,
    Column.RETRIES: lambda row, _: row.retries,
    Column.ID: lambda row, _: clean(row.uuid),
}
