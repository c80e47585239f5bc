"""The figures of the strip, and what they lead to."""

import time
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, QTimer

from desktop_app.monitor.rows import Batch, Counters, TaskRow
from desktop_app.services.history import TaskHistory
from desktop_app.ui.background import Background

COUNTED_STATES = {
    "waiting": frozenset({"PENDING", "RECEIVED"}),
    "running": frozenset({"STARTED", "PROGRESS"}),
    "failed": frozenset({"FAILURE"}),
    "retrying": frozenset({"RETRY"}),
}

# As often as the Tasks page counts the same.
_COUNT_AGAIN_MS = 10_000


def figures(counters: Counters, older: Mapping[str, int]) -> dict[str, int | None]:
    """What the strip counts; None where it is not known. ``older`` tasks by state are in the
    history alone: a task that failed still has when it has left memory."""
    return {
        "waiting": counters.waiting,
        "running": counters.running,
        "failed": counters.states.get("FAILURE", 0) + older.get("FAILURE", 0),
        "retrying": counters.retrying,
        "workers": counters.workers_online,
    }


class Figures(QObject):
    """Shows each batch's figures, those of the history with them.

    :param rows: gives all tasks in memory, by ``seq``
    :param show: is given each figure by its name
    """

    def __init__(
        self,
        history: TaskHistory,
        rows: Callable[[], Sequence[TaskRow]],
        show: Callable[[str, int | None], None],
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._history, self._rows, self._show = history, rows, show
        self._background = background
        self._counters = Counters()
        self._counting = False
        self._again = QTimer(self, interval=_COUNT_AGAIN_MS)
        self._again.timeout.connect(self.count)

    def start(self) -> None:
        self._again.start()

    def stop(self) -> None:
        self._again.stop()

    def take(self, batch: Batch) -> None:
        self._counters = batch.counters
        self._show_all()
        if batch.reset:
            self.count()

    def count(self) -> None:
        """Count anew what the history alone has."""
        if self._counting or not self._history.kept:
            return
        self._counting = True

        def counted(_: object) -> None:
            self._show_all()

        def quietly(_: Exception) -> None:
            """The Tasks page reads the same file, and says what is wrong with it."""

        def ended() -> None:
            self._counting = False

        self._background.run(
            self._history.count_all(self._rows(), time.time()),
            "count older tasks",
            on_success=counted,
            on_failure=quietly,
            on_end=ended,
            owner=self,
        )

    def _show_all(self) -> None:
        for key, value in figures(self._counters, self._history.of_all.states).items():
            self._show(key, value)
