"""The page under test with its surroundings."""

import asyncio
import base64
import json
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QPlainTextEdit, QWidget

from desktop_app.monitor.rows import Batch, Connection, Counters, QueueRow, TaskRow
from desktop_app.qt_models.bridge import Bridge
from desktop_app.services.blocking import Blocking
from desktop_app.services.queues import QueueCommands
from desktop_app.ui.background import Background
from desktop_app.ui.messages import Message, Messages
from desktop_app.views.queues import QueuesPage
from tests.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from redis import Redis

BOUND = 90.0
DEEP = "\x06\x16"


async def until(condition: Callable[[], object], what: str = "it came to pass") -> None:
    """Wait for a condition, generously."""
    end = time.monotonic() + BOUND
    while not condition():
        assert time.monotonic() < end, f"waited {BOUND:.0f} s in vain until {what}"
        await asyncio.sleep(0.005)


def message(
    task_id: str,
    kwargs: Mapping[str, Any] | None = None,
    *,
    task: str = "billing.charge",
    kind: str = "application/json",
    **headers: Any,
) -> str:
    body = json.dumps([[], dict(kwargs or {}), {}]).encode()
    return json.dumps(
        {
            "body": base64.b64encode(body).decode(),
            "content-type": kind,
            "headers": {"task": task, "id": task_id, **headers},
            "properties": {"body_encoding": "base64"},
        }
    )


class Bench(Surroundings):
    """Fills the broker, tells the page of it, and takes it down."""

    def __init__(self, redis: "Redis", url: str) -> None:
        self.redis = redis
        self.messages = Messages()
        self.background = Background(self.messages)
        self.blocking = Blocking(2, "bench")
        self.bridge = Bridge(self, interval_ms=10)
        self.connection = Connection("live", url, time.time() - 60, time.time())
        self.rows: list[QueueRow] = []
        self.tasks: list[TaskRow] = []
        self._given = True
        self._page: QueuesPage | None = None

    def fill(self, queue: str, *raws: str | bytes, declared: bool = True) -> None:
        """The first one is served first."""
        if raws:
            self.redis.lpush(queue, *raws)
        if declared:
            self.redis.sadd(f"_kombu.binding.{queue}", f"{queue}{DEEP}{DEEP}{queue}")

    def ids(self, queue: str) -> list[str]:
        raws: Any = self.redis.lrange(queue, 0, -1)
        return [json.loads(raw)["headers"]["id"] for raw in reversed(raws)]

    # What a monitor does

    def tell(self, *queues: str, consumers: int | None = 1, **more: Any) -> None:
        now = time.time()
        self.rows = []
        for name in queues:
            depth: Any = self.redis.llen(name) if self.redis.type(name) == b"list" else 0
            self.rows.append(QueueRow(name, depth, {0: depth}, consumers, now, **more))
        self._given = False

    def take(self) -> Batch | None:
        if self._given:
            return None
        self._given = True
        return self.snapshot()

    def snapshot(self) -> Batch:
        counters = Counters(unacknowledged=0)
        return Batch(
            self.connection, counters, tasks=self.tasks, queues=self.rows, reset=True, workers=[]
        )

    async def open(self, width: int = 1300, height: int = 800) -> QueuesPage:
        page = QueuesPage(
            self.bridge,
            QueueCommands(self.blocking),
            self.background,
            self.messages,
            lambda uuid: next((one for one in self.tasks if one.uuid == uuid), None),
        )
        self._page = page
        page.resize(width, height)
        page.show()
        page.shown()
        page.activateWindow()
        self.bridge.start()
        await until(page.isActiveWindow, "the page was active")
        await self.quiet()
        return page

    async def quiet(self) -> None:
        await until(lambda: not self.background.busy, "nothing was under way")

    def said(self) -> list[str]:
        return [message.text for message in self.messages.recent]

    def last(self) -> Message:
        return self.messages.recent[0]

    async def close(self) -> None:
        page = self._page
        if page is not None:
            page.hidden()
            await self.quiet()
            self._page = None
            page.close()
            page.deleteLater()
        self.bridge.stop()
        await self.background.close()
        self.blocking.close()


def shown_ids(page: QueuesPage) -> list[str | None]:
    return [row.task_id for row in page.messages.model.rows]


def words(widget: QWidget) -> str:
    """All that can be read in a widget."""
    labels = [label for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]
    texts = [edit for edit in widget.findChildren(QPlainTextEdit) if edit.isVisibleTo(widget)]
    said = [label.text() for label in labels] + [edit.toPlainText() for edit in texts]
    return "\n".join(said).replace("\u200b", "")


def press(widget: QWidget, text: str) -> None:
    """Click the one visible button of that text, with the mouse."""
    found = [
        button
        for button in widget.findChildren(QAbstractButton)
        if button.isVisibleTo(widget) and text in {button.text(), button.accessibleName()}
    ]
    assert len(found) == 1, f"{len(found)} buttons say {text!r}"
    QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)


def choose(page: QueuesPage, *places: int) -> None:
    """Select messages as a user with the Control key does."""
    table = page.messages.table
    table.clearSelection()
    for place in places:
        at = table.visualRect(page.messages.model.index(place, 0)).center()
        modifier = Qt.KeyboardModifier.ControlModifier
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, modifier, at)
