"""The table of queues."""

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QObject

from desktop_app.monitor.rows import Batch, QueueRow
from desktop_app.qt_models.keyed_table import Cell, KeyedTableModel, RowRole
from desktop_app.qt_models.words import clean, tip

__all__ = ["Column", "QueueTableModel", "RowRole"]


class Column(IntEnum):
    NAME = 0
    DEPTH = 1
    COURSE = 2
    PRIORITIES = 3
    OLDEST = 4
    IN = 5
    OUT = 6
    DRAIN = 7
    CONSUMERS = 8
    CONDITION = 9


class QueueTableModel(KeyedTableModel[QueueRow]):
    """Queues: those in ``first`` in that order, then the others by name. PRIORITIES is empty
    unless messages of more than one priority wait; CONSUMERS is None while unknown; CONDITION is
    the name of what is wrong, if anything is."""

    def __init__(self, parent: QObject | None = None, *, first: Sequence[str] = ()) -> None:
        order = {name: place for place, name in enumerate(first)}
        cells = {
            Column.NAME: Cell[QueueRow](
                "Queue", lambda row: clean(row.name), lambda row: tip(row.name)
            ),
            Column.DEPTH: Cell[QueueRow]("Waiting", lambda row: row.depth),
            Column.PRIORITIES: Cell[QueueRow]("By priority", priorities),
            Column.COURSE: Cell[QueueRow]("10 minutes", lambda row: row.course),
            Column.OLDEST: Cell[QueueRow]("Oldest", lambda row: row.oldest, _why_oldest),
            Column.IN: Cell[QueueRow]("In", lambda row: row.in_rate),
            Column.OUT: Cell[QueueRow]("Out", lambda row: row.out_rate),
            Column.DRAIN: Cell[QueueRow]("Empty in", lambda row: row.drain_s),
            Column.CONDITION: Cell[QueueRow]("", condition),
            Column.CONSUMERS: Cell[QueueRow]("Workers", lambda row: row.consumers),
        }
        super().__init__(
            [cells[column] for column in Column],
            lambda row: (order.get(row.name, len(order)), row.name),
            parent,
        )

    def apply(self, batch: Batch) -> None:
        if batch.queues is not None:
            self.replace_all(batch.queues)
        elif batch.reset:
            self.replace_all([])


def condition(row: QueueRow) -> str | None:
    """``unserved`` where messages wait that no worker takes, ``unattended`` where none would."""
    if row.consumers == 0:
        return "unserved" if row.depth else "unattended"
    if row.depth and row.in_rate and row.out_rate is not None and row.in_rate > row.out_rate:
        return "growing"
    return None


def _why_oldest(row: QueueRow) -> str | None:
    if row.oldest is None or row.oldest_exact:
        return None
    return tip("At least so long: its sender did not say when it was sent.")


def priorities(row: QueueRow) -> str | None:
    """``priority: messages``, the first to be served first."""
    waiting = {step: count for step, count in sorted(row.by_priority.items()) if count}
    if len(waiting) < 2:
        return None
    return ", ".join(f"{step}: {count:,}" for step, count in waiting.items())
