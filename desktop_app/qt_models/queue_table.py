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
    PRIORITIES = 2
    CONSUMERS = 3


class QueueTableModel(KeyedTableModel[QueueRow]):
    """Queues: those in ``first`` in that order, then the others by name. PRIORITIES is empty
    unless messages of more than one priority wait; CONSUMERS is None while unknown."""

    def __init__(self, parent: QObject | None = None, *, first: Sequence[str] = ()) -> None:
        order = {name: place for place, name in enumerate(first)}
        cells = {
            Column.NAME: Cell[QueueRow](
                "Queue", lambda row: clean(row.name), lambda row: tip(row.name)
            ),
            Column.DEPTH: Cell[QueueRow]("Waiting", lambda row: row.depth),
            Column.PRIORITIES: Cell[QueueRow]("By priority", priorities),
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


def priorities(row: QueueRow) -> str | None:
    """``priority: messages``, the first to be served first."""
    waiting = {step: count for step, count in sorted(row.by_priority.items()) if count}
    if len(waiting) < 2:
        return None
    return ", ".join(f"{step}: {count:,}" for step, count in waiting.items())
