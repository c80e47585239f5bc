"""What will happen to a task that is sent now: who takes it, and what comes before it."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from desktop_app.monitor.rows import Batch, QueueRow, Status
from desktop_app.qt_models.bridge import Bridge
from desktop_app.ui import formats

NOT_KNOWN = "Not known yet"
NOT_CONNECTED = "Not known: no broker answers"
AT_ONCE = "Nothing: it can begin at once"
NO_WORKER = "no worker takes from this queue"


@dataclass(frozen=True, slots=True)
class Ahead:
    """In words, and whether a person has to do something before anything happens."""

    words: str
    stuck: bool = False


class AheadWatch(QObject):
    """The queues as the monitor told last, while it is followed."""

    changed = Signal()

    def __init__(self, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._following = False
        self._rows: dict[str, QueueRow] = {}
        self._status: Status = "connecting"

    def follow(self, on: bool) -> None:
        """Nothing is heard, and costs nothing, while it is off."""
        if on is self._following:
            return
        self._following = on
        if on:
            self._take(self._bridge.snapshot())
            self._bridge.batch.connect(self._take)
        else:
            self._bridge.batch.disconnect(self._take)

    def _take(self, batch: Batch) -> None:
        before = self._rows, self._status
        self._status = batch.connection.status
        if batch.queues is not None:
            self._rows = {row.name: row for row in batch.queues}
        if before != (self._rows, self._status):
            self.changed.emit()

    def of(self, queue: str) -> Ahead:
        """What waits on the queue of that name before a task that is sent now."""
        if self._status in {"lost", "idle"}:
            return Ahead(NOT_CONNECTED)
        row = self._rows.get(queue)
        if row is None:
            return Ahead(NOT_KNOWN)
        if row.consumers == 0:
            waits = f"{formats.plural(row.depth, 'task')}; " if row.depth else ""
            said = f"{waits}{NO_WORKER}"
            return Ahead(f"{said[:1].upper()}{said[1:]}", stuck=True)
        if not row.depth:
            return Ahead(AT_ONCE if row.consumers else "Nothing")
        said = formats.plural(row.depth, "task")
        if row.drain_s is not None:
            said += f", about {formats.age(row.drain_s)}"
        return Ahead(said)
