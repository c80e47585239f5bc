"""The page under test over a real store, with what it tells and asks noted."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtWidgets import QLabel, QWidget

from desktop_app.monitor.rows import Batch, Connection, Counters, TaskRow
from desktop_app.qt_models.bridge import Bridge
from desktop_app.services.blocking import Blocking
from desktop_app.services.commands import Commands, must_be_allowed
from desktop_app.services.insights import Insights
from desktop_app.ui.background import Background
from desktop_app.ui.export import Exporter
from desktop_app.ui.messages import Message, Messages
from desktop_app.views.insights import InsightsPage
from tests.ui.surroundings import Surroundings
from worker_core.catalog import task
from worker_core.operations.submit import Submission, checked

BOUND = 90.0


async def until(condition: Callable[[], object], what: str = "it came to pass") -> None:
    """Wait for a condition, generously."""
    end = time.monotonic() + BOUND
    while not condition():
        assert time.monotonic() < end, f"waited {BOUND:.0f} s in vain until {what}"
        await asyncio.sleep(0.005)


class Noted(Commands):
    """Stands where the broker stands: what is enqueued is checked as there, and noted."""

    def __init__(self, blocking: Blocking) -> None:
        super().__init__(blocking)
        self.sent: list[tuple[str, dict[str, Any]]] = []

    async def enqueue(self, name: str, arguments: Mapping[str, Any]) -> Submission:
        must_be_allowed()
        spec = task(name)
        self.sent.append((name, dict(checked(spec, arguments))))
        return Submission(f"task-{len(self.sent)}", name, spec.queue)


class Desk(Surroundings):
    def __init__(self) -> None:
        self.messages = Messages()
        self.said: list[Message] = []
        self.messages.posted.connect(self.said.append)
        self.background = Background(self.messages)
        self.blocking = Blocking(2, "insights-page")
        self.commands = Noted(self.blocking)
        self.bridge = Bridge(self, interval_ms=5)
        self.went: list[tuple[str, Any]] = []
        self._tasks: list[TaskRow] = []
        self._page: InsightsPage | None = None

    # What a monitor does

    def _batch(self, tasks: list[TaskRow], *, reset: bool) -> Batch:
        return Batch(Connection("live", "", time.time()), Counters(), tasks=tasks, reset=reset)

    def take(self) -> Batch | None:
        tasks, self._tasks = self._tasks, []
        return self._batch(tasks, reset=False) if tasks else None

    def snapshot(self) -> Batch:
        return self._batch([], reset=True)

    def happened(self, uuid: str, name: str, state: str, **more: Any) -> None:
        """The next batch tells that of a task."""
        self._tasks.append(TaskRow(1, uuid, 0.0, 0.0, name=name, state=state, **more))

    # The page

    async def open(
        self, detail: Mapping[str, Any] | None = None, size: tuple[int, int] = (1084, 756)
    ) -> InsightsPage:
        exporter = Exporter(self.background, self.messages)
        page = InsightsPage(
            self.bridge, Insights(self.blocking), self.commands, self.background, self.messages,
            exporter,
        )  # fmt: skip
        self._page = page
        page.navigate.connect(lambda where, what: self.went.append((where, what)))
        page.resize(*size)
        page.show()
        self.bridge.start()
        page.shown()
        if detail is not None:
            page.open(detail)
        await self.quiet()
        return page

    async def quiet(self) -> None:
        await until(lambda: not self.background.busy, "nothing was under way")

    async def close(self) -> None:
        self.bridge.stop()
        if self._page is not None:
            self._page.hidden()
            await self.quiet()
            self._page.close()
            self._page.deleteLater()
            self._page = None
        await self.background.close()
        self.blocking.close()


def words(widget: QWidget) -> str:
    """All that can be read in a widget."""
    labels = [label for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]
    return "\n".join(label.text() for label in labels)
