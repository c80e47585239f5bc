"""The page under test with its surroundings."""

import asyncio
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QLabel, QWidget

from desktop_app.monitor.history import HistoryReader
from desktop_app.monitor.history.schema import open_writer
from desktop_app.monitor.history.tables import Tables
from desktop_app.monitor.rows import Batch, Connection, Counters, Gap, Status, TaskRow
from desktop_app.qt_models.bridge import Bridge
from desktop_app.services.blocking import Blocking
from desktop_app.services.history import TaskHistory
from desktop_app.ui.background import Background
from desktop_app.ui.messages import Messages
from desktop_app.views.performance import PerformancePage
from desktop_app.views.performance.table import Column
from tests.ui.surroundings import Surroundings

BOUND = 90.0


async def until(condition: Callable[[], object], what: str = "it came to pass") -> None:
    """Wait for a condition, generously."""
    end = time.monotonic() + BOUND
    while not condition():
        assert time.monotonic() < end, f"waited {BOUND:.0f} s in vain until {what}"
        await asyncio.sleep(0.005)


class Bench(Surroundings):
    """A history to fill, and the page that reads it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.reader: HistoryReader | None = HistoryReader(path)
        self.status: Status = "live"
        self.messages = Messages()
        self.background = Background(self.messages)
        self.blocking = Blocking(2, "performance-page")
        self.history = TaskHistory(self.blocking, lambda: self.reader, lambda _: None)
        self.bridge = Bridge(self, interval_ms=10)
        self.asked: list[tuple[str, Any]] = []
        self._numbers = count()
        self._page: PerformancePage | None = None

    # What a monitor does

    def take(self) -> Batch | None:
        return None

    def snapshot(self) -> Batch:
        connection = Connection(self.status, "redis://127.0.0.1/0", time.time())
        return Batch(connection, Counters(), reset=True)

    def ended(
        self,
        name: str,
        number: int = 1,
        *,
        failed: int = 0,
        ran: float = 2.0,
        waited: float = 1.0,
        ago: float = 130.0,
        queue: str = "q",
        worker: str = "w@h",
    ) -> None:
        """So many tasks ended that long ago, ``failed`` of them badly."""
        end = time.time() - ago
        rows = [
            TaskRow(
                seq := next(self._numbers),
                f"task-{seq}",
                end - ran - waited,
                end,
                name=name,
                queue=queue,
                worker=worker,
                state="FAILURE" if place < failed else "SUCCESS",
                sent=end - ran - waited,
                started=end - ran,
                finished=end,
                runtime=ran,
            )
            for place in range(number)
        ]
        connection = open_writer(self.path)
        Tables(connection).write(rows, [], {})
        connection.close()

    def missed(self, *spans: tuple[float, float]) -> None:
        """Gaps, by how many seconds ago they began and ended."""
        now = time.time()
        gaps = [Gap(now - start, now - end, "disconnected", None, "") for start, end in spans]
        connection = open_writer(self.path)
        Tables(connection).write([], gaps, {})
        connection.close()

    async def open(self, width: int = 1300, height: int = 800) -> PerformancePage:
        """The page, on show, with its first answer."""
        page = PerformancePage(self.bridge, self.history, self.background)
        self._page = page
        page.navigate.connect(lambda where, detail: self.asked.append((where, detail)))
        page.resize(width, height)
        page.show()
        page.shown()
        await until(page.totals.text, "there was an answer")
        return page

    async def quiet(self) -> None:
        await until(lambda: not self.background.busy, "nothing was under way")

    async def close(self) -> None:
        if self._page is not None:
            self._page.hidden()
            await self.quiet()
            self._page.close()
            self._page.deleteLater()
            self._page = None
        await self.background.close()
        self.blocking.close()
        if self.reader is not None:
            self.reader.close()


def column(page: PerformancePage, place: Column) -> list[Any]:
    """What the table holds in a column, from the top."""
    return [page.model.index(row, place).data() for row in range(page.model.rowCount())]


def words(widget: QWidget) -> str:
    """All that can be read in a widget."""
    labels = [label for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]
    return "\n".join(label.text() for label in labels)
