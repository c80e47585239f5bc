"""The page under test with its surroundings."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton, QWidget

from desktop_app.monitor.history import HistoryReader
from desktop_app.monitor.rows import Batch, TaskRow
from desktop_app.qt_models.bridge import Bridge
from desktop_app.services.blocking import Blocking
from desktop_app.services.commands import Commands
from desktop_app.services.history import TaskHistory
from desktop_app.services.saved_queries import SavedQueries
from desktop_app.ui.background import Background
from desktop_app.ui.messages import Messages
from desktop_app.views.tasks import TasksPage
from tests.ui.surroundings import Surroundings
from tests.ui.tasks.feed import Feed
from worker_core.operations.canvas import Plan
from worker_core.operations.control import Call
from worker_core.operations.errors import OperationError
from worker_core.operations.results import TaskResult
from worker_core.operations.submit import Submission
from worker_core.operations.task_log import TaskLog

BOUND = 90.0


async def until(condition: Callable[[], object], what: str = "it came to pass") -> None:
    """Wait for a condition, generously."""
    end = time.monotonic() + BOUND
    while not condition():
        assert time.monotonic() < end, f"waited {BOUND:.0f} s in vain until {what}"
        await asyncio.sleep(0.005)


@dataclass
class Recorded(Commands):
    """Commands that reach no broker: each is noted, and refused where a test says so."""

    given: list[tuple[str, str]] = field(default_factory=list)
    outcomes: dict[str, TaskResult] = field(default_factory=dict)
    refusals: dict[str, OperationError] = field(default_factory=dict)
    gate: asyncio.Event | None = None
    calls: dict[str, Call] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    logs: dict[str, TaskLog] = field(default_factory=dict)

    async def _give(self, command: str, task_id: str) -> None:
        self.given.append((command, task_id))
        if self.gate is not None:
            await self.gate.wait()
        if task_id in self.refusals:
            raise self.refusals[task_id]

    async def cancel(self, task_id: str, queue: str) -> None:
        await self._give("cancel", task_id)

    async def terminate(self, task_id: str, worker: str | None = None) -> None:
        await self._give("terminate", task_id)

    async def retry(self, task_id: str) -> Submission:
        await self._give("retry", task_id)
        return Submission(f"{task_id}-again", "a.task", "a")

    async def outcome(self, task_id: str) -> TaskResult | None:
        await self._give("outcome", task_id)
        return self.outcomes.get(task_id)

    async def call_of(self, task_id: str, queue: str) -> Call:
        return self.calls[task_id]

    async def plan(self, task_id: str, queue: str) -> Plan:
        return self.plans.get(task_id, Plan((), None))

    async def log(self, task_id: str) -> TaskLog:
        return self.logs.get(task_id, TaskLog((), cut=False))

    def commands(self) -> list[tuple[str, str]]:
        """What was given but for looking at results."""
        return [(command, task) for command, task in self.given if command != "outcome"]


def stored(task_id: str, result: object = None, **fields: Any) -> TaskResult:
    """A result as the backend keeps it."""
    told: dict[str, Any] = {
        "state": "SUCCESS",
        "error": None,
        "traceback": None,
        "children": (),
        "parent_id": None,
        "finished": None,
        "name": None,
        "args": None,
        "kwargs": None,
        "worker": None,
        "queue": None,
        "retries": None,
    }
    return TaskResult(task_id, result=result, **(told | fields))


class Desk(Surroundings):
    """Builds the page and takes it down."""

    def __init__(self, feed: Feed, folder: Path) -> None:
        self.feed = feed
        self.saved = SavedQueries(folder / "searches.json")
        self.messages = Messages()
        self.background = Background(self.messages)
        self.commands = Recorded()
        self.bridge = Bridge(self, interval_ms=10)
        self.reader: HistoryReader | None = None
        self.blocking = Blocking(2, "tasks-page")
        self.history = TaskHistory(self.blocking, lambda: self.reader, self.task)
        self._page: TasksPage | None = None

    # What a monitor does, which can be pointed at another system

    def take(self) -> Batch | None:
        return self.feed.take()

    def task(self, uuid: str) -> TaskRow | None:
        return self.feed.state.task(uuid)

    def snapshot(self) -> Batch:
        return self.feed.snapshot()

    def switch(self, feed: Feed) -> None:
        self.feed = feed

    async def open(self, width: int = 1500, height: int = 800) -> TasksPage:
        """The page, on show and caught up."""
        services = (self.commands, self.background, self.messages, self.saved, self.history)
        page = TasksPage(self.bridge, *services)
        self._page = page
        page.resize(width, height)
        page.show()
        page.shown()
        page.activateWindow()
        heard: list[object] = []
        self.bridge.batch.connect(heard.append)
        self.bridge.start()
        await until(lambda: heard and page.isActiveWindow(), "the first batch had come")
        self.bridge.batch.disconnect(heard.append)
        page.table.doItemsLayout()
        return page

    async def quiet(self) -> None:
        """Until nothing is under way and nothing is awaited but the next second."""
        page = self._page

        def at_rest() -> bool:
            timers = [] if page is None else page.findChildren(QTimer)
            return not any(timer.isActive() and timer.isSingleShot() for timer in timers)

        await until(lambda: not self.background.busy and at_rest(), "nothing was under way")

    async def arrives(self, uuid: str) -> None:
        """Until the page has the task as it stands now."""
        page = self._page
        assert page is not None
        row = self.feed.task(uuid)
        await until(lambda: row in list(page.model.matching()), f"{uuid} had arrived")

    async def close(self) -> None:
        """A hidden page comes to rest; then it goes."""
        page = self._page
        if page is not None:
            page.hidden()
            await self.quiet()
            assert not [timer for timer in page.findChildren(QTimer) if timer.isActive()]
            self._page = None
            page.close()
            page.deleteLater()
        self.bridge.stop()
        await self.background.close()
        self.blocking.close()


def uuids(page: TasksPage) -> list[str]:
    """What the table shows, from the top."""
    return [page.model.row_at(row).uuid for row in range(page.model.rowCount())]


def words(widget: QWidget) -> str:
    """All that can be read in a widget."""
    labels = [label for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]
    return "\n".join(label.text() for label in labels)


def shown_buttons(widget: QWidget) -> list[str]:
    found = [b for b in widget.findChildren(QPushButton) if b.isVisibleTo(widget)]
    return [button.text() for button in found]


def press(widget: QWidget, text: str) -> None:
    """Click the one visible button of that text, with the mouse."""
    found = [
        button
        for button in widget.findChildren(QAbstractButton)
        if button.isVisibleTo(widget) and text in {button.text(), button.accessibleName()}
    ]
    assert len(found) == 1, f"{len(found)} buttons say {text!r}"
    QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)
