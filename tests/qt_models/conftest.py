"""Batches as the bridge delivers them."""

from collections.abc import Iterable
from typing import Any

from desktop_app.monitor.rows import Batch, Connection, Counters, TaskRow

LIVE = Connection("live", "redis://test", 0.0)


def task(seq: int, state: str = "RECEIVED", **fields: Any) -> TaskRow:
    told: dict[str, Any] = {"name": "a.b", "queue": "q", "worker": "w@h", "sent": 1.0} | fields
    return TaskRow(seq, f"uuid-{seq}", 1.0, 1.0, state=state, **told)


def batch(tasks: Iterable[TaskRow] = (), **fields: Any) -> Batch:
    return Batch(LIVE, Counters(), tasks=sorted(tasks, key=lambda row: row.seq), **fields)
