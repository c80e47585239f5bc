"""Finds a task by its id, also one of earlier days, and one that was just sent and has yet to be
heard of; and the tree of tasks that one belongs to."""

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.monitor.rows import Batch, TaskRow
from desktop_app.qt_models.bridge import Bridge
from desktop_app.services.history import TaskHistory
from desktop_app.ui.background import Background

PATIENCE_MS = 5_000


class Finder(QObject):
    """Seeks one task at a time: in what is held, in the history, and in what arrives."""

    found = Signal(object)
    missing = Signal()
    """It was not heard of in time."""
    related = Signal(list)
    """Tasks of the tree that was sought."""

    def __init__(
        self, bridge: Bridge, history: TaskHistory, background: Background, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._history = history
        self._background = background
        self._sought: str | None = None
        self._root = ""
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._give_up)

    def seek(self, uuid: str) -> None:
        self._sought = uuid
        self._patience.start()
        self.look_into(self._bridge.snapshot())
        if self._sought is not None:
            self._background.run(
                self._history.task(uuid),
                "look for the task in the history",
                on_success=partial(self._remembered, uuid),
                owner=self,
            )

    def _remembered(self, uuid: str, row: TaskRow | None) -> None:
        if row is not None and uuid == self._sought:
            self.stop()
            self.found.emit(row)

    def look_into(self, batch: Batch) -> None:
        """Take in what arrived."""
        if self._sought is None:
            return
        row = next((row for row in batch.tasks if row.uuid == self._sought), None)
        if row is not None:
            self.stop()
            self.found.emit(row)

    def seek_family(self, root: str) -> None:
        """All of the tree with that root: what is in memory at once, what the history has of it
        once it is read."""
        self._root = root
        rows = self._bridge.snapshot().tasks
        self.related.emit([row for row in rows if root in {row.root_id, row.uuid}])

        def quietly(_: Exception) -> None:
            """Reading older tasks fails for the same reason, and says so."""

        self._background.run(
            self._history.family(root),
            "look for the task's tree in the history",
            on_success=partial(self._relate, root),
            on_failure=quietly,
            owner=self,
        )

    def _relate(self, root: str, rows: list[TaskRow]) -> None:
        if rows and root == self._root:
            self.related.emit([self._history.held(row.uuid) or row for row in rows])

    def stop(self) -> None:
        self._sought = None
        self._patience.stop()

    def _give_up(self) -> None:
        self.stop()
        self.missing.emit()
