"""The tables of messages: those that wait in a queue, and those that workers hold."""

from collections.abc import Callable
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QObject

from desktop_app.qt_models.keyed_table import Cell
from desktop_app.qt_models.listed_table import ListedTableModel
from desktop_app.qt_models.words import clean, tip
from worker_core.operations.messages import Waiting
from worker_core.operations.unacknowledged import Held

NAMELESS = "(names no task)"
_SHOWN = 300
_DEEP = 200


class Column(IntEnum):
    TASK = 0
    ARGUMENTS = 1
    WAITED = 2
    PRIORITY = 3
    SIZE = 4
    ID = 5


class MessageTableModel(ListedTableModel[Waiting]):
    """Waiting messages. WAITED is in unix seconds. Not every sender writes it into its messages:
    ``sent`` tells when a task was first heard of, by its id, None where it never was."""

    def __init__(self, sent: Callable[[str], float | None], parent: QObject | None = None) -> None:
        cells = {
            Column.TASK: Cell[Waiting]("Task", title, lambda row: tip(row.name)),
            Column.ARGUMENTS: Cell[Waiting]("Arguments", summary, lambda row: tip(row.problem)),
            Column.WAITED: Cell[Waiting]("Waited", lambda row: since(row, sent)),
            Column.PRIORITY: Cell[Waiting]("Priority", lambda row: row.priority),
            Column.SIZE: Cell[Waiting]("Size", lambda row: row.size),
            Column.ID: Cell[Waiting]("Id", lambda row: clean(row.task_id or "")),
        }
        super().__init__([cells[column] for column in Column], _identity, parent)


class HeldColumn(IntEnum):
    TASK = 0
    QUEUE = 1
    WORKER = 2
    DELIVERED = 3
    LEFT = 4
    AGAIN = 5
    ID = 6


class HeldTableModel(ListedTableModel[Held]):
    """Messages that workers hold. LEFT is in seconds, DELIVERED in unix seconds; ``worker`` tells
    where a task is, by its id."""

    def __init__(self, worker: Callable[[str], str | None], parent: QObject | None = None) -> None:
        cells = {
            HeldColumn.TASK: Cell[Held]("Task", held_title, lambda row: tip(row.problem)),
            HeldColumn.QUEUE: Cell[Held](
                "Queue", lambda row: clean(row.message.queue) if row.message else None
            ),
            HeldColumn.WORKER: Cell[Held](
                "Worker", lambda row: clean(worker(_task_id(row) or "") or "") or None
            ),
            HeldColumn.DELIVERED: Cell[Held]("Delivered", lambda row: row.delivered_at),
            HeldColumn.LEFT: Cell[Held]("Delivered again in", lambda row: row.left_s),
            HeldColumn.AGAIN: Cell[Held](
                "", lambda row: "redelivered" if row.message and row.message.redelivered else None
            ),
            HeldColumn.ID: Cell[Held]("Id", lambda row: clean(_task_id(row) or "")),
        }
        super().__init__([cells[column] for column in HeldColumn], lambda row: row.tag, parent)


def since(row: Waiting, sent: Callable[[str], float | None]) -> float | None:
    """When a message was sent, in unix seconds: by its own word, else when its task was first
    heard of; None where neither is known."""
    return row.enqueued_at if row.enqueued_at is not None else sent(row.task_id or "")


def title(row: Waiting) -> str:
    """A task's name on one line."""
    return clean(row.name) if row.name else NAMELESS


def held_title(row: Held) -> str:
    return title(row.message) if row.message else (row.problem or NAMELESS)


def summary(row: Waiting) -> str:
    """The beginning of the arguments, or why they are not known."""
    if row.problem is not None:
        return row.problem
    given = [_short(value) for value in row.args or ()]
    given += [f"{clean(name)}={_short(value)}" for name, value in (row.kwargs or {}).items()]
    text = ", ".join(given)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _short(value: Any) -> str:
    match value:
        case str():
            return clean(value[:_DEEP])
        case list() | dict() if value:
            return f"[{len(value)}]" if isinstance(value, list) else f"{{{len(value)}}}"
        case _:
            return str(value)[:_DEEP]


def _identity(row: Waiting) -> tuple[int, bytes]:
    return row.priority, row.raw


def _task_id(row: Held) -> str | None:
    return row.message.task_id if row.message else None
