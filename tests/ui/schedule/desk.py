"""The page under test with its surroundings."""

import asyncio
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QPlainTextEdit, QWidget

from desktop_app.qt_models.schedule_table import Column
from desktop_app.services.blocking import Blocking
from desktop_app.services.schedule import Schedule
from desktop_app.ui.background import Background
from desktop_app.ui.delegate import CellDelegate
from desktop_app.ui.messages import Message, Messages
from desktop_app.views.schedule import SchedulePage
from tests.ui.surroundings import Surroundings
from worker_core import settings
from worker_core.operations import schedule
from worker_core.operations.ledger import kept_schedule
from worker_core.schedule.builtin import built_in
from worker_core.storage import ScheduleClaim, ScheduleEdit

if TYPE_CHECKING:
    from redis import Redis

BOUND = 90.0
TASK = "document_processing.generate_document_summary"
QUEUE = "document_processing"
DOCUMENT = "ab" * 32
EDIT = ScheduleEdit(TASK, {"document": DOCUMENT}, "every", "300")


async def until(condition: Callable[[], object], what: str = "it came to pass") -> None:
    """Wait for a condition, generously."""
    end = time.monotonic() + BOUND
    while not condition():
        assert time.monotonic() < end, f"waited {BOUND:.0f} s in vain until {what}"
        await asyncio.sleep(0.005)


class Desk(Surroundings):
    """Fills the schedule, shows the page, and takes it down."""

    def __init__(self, redis: "Redis") -> None:
        self.redis = redis
        self.messages = Messages()
        self.background = Background(self.messages)
        self.blocking = Blocking(2, "desk")
        self.went: list[tuple[str, Any]] = []
        self._page: SchedulePage | None = None

    # What a scheduler does

    def seed(self) -> None:
        """Put in what comes with the program."""
        values = settings.current()
        with kept_schedule(values) as kept:
            kept.seed(built_in(values))

    def add(self, name: str, edit: ScheduleEdit = EDIT, *, enabled: bool = True) -> None:
        schedule.add(name, edit, enabled=enabled)

    def claim(self, name: str, **more: Any) -> None:
        """As if a scheduler had started the entry just now."""
        with kept_schedule() as kept:
            record, now = kept.get(name)
            assert record is not None
            after = now + timedelta(minutes=5)
            done, _ = kept.claim(record, ScheduleClaim(now, now, after, **more))
        assert done

    def delay(self, name: str, by: timedelta) -> None:
        """Its time came so long ago, and nobody started it."""
        with kept_schedule() as kept:
            record, _ = kept.get(name)
            assert record is not None
            assert kept.plan(record, datetime.now(UTC) - by)

    def sent(self, queue: str = QUEUE) -> list[dict[str, Any]]:
        """The headers of the messages of a queue, of whatever priority."""
        found = []
        for key in self.redis.keys(f"{queue}*"):
            if self.redis.type(key) == b"list":
                found += [json.loads(raw)["headers"] for raw in self.redis.lrange(key, 0, -1)]
        return found

    # The page

    async def open(self, width: int = 1300, height: int = 800) -> SchedulePage:
        page = SchedulePage(Schedule(self.blocking), self.background, self.messages)
        self._page = page
        page.navigate.connect(lambda where, detail: self.went.append((where, detail)))
        page.resize(width, height)
        page.show()
        page.shown()
        page.activateWindow()
        await until(page.isActiveWindow, "the page was active")
        await self.read()
        return page

    async def read(self) -> None:
        """Until the page shows what the database holds, and nothing is under way."""
        page = self._page
        assert page is not None
        page.look()
        await self.quiet()

    async def quiet(self) -> None:
        await until(lambda: not self.background.busy, "nothing was under way")

    def said(self) -> list[str]:
        return [message.text for message in self.messages.recent]

    def last(self) -> Message:
        return self.messages.recent[0]

    async def undo(self) -> None:
        action = self.last().action
        assert action is not None
        assert action.label == "Undo"
        action.callback()
        await self.quiet()

    async def close(self) -> None:
        page = self._page
        if page is not None:
            page.hidden()
            await self.quiet()
            self._page = None
            page.close()
            page.deleteLater()
        await self.background.close()
        self.blocking.close()


def column(page: SchedulePage, which: Column) -> list[Any]:
    model = page.list.model
    return [model.index(row, which).data() for row in range(model.rowCount())]


def cell(page: SchedulePage, name: str, which: Column) -> str:
    """What can be read in a cell."""
    place = column(page, Column.NAME).index(name)
    drawn = page.list.table.itemDelegate()
    assert isinstance(drawn, CellDelegate)
    look = drawn.columns[which]
    return look.text(page.list.model.index(place, which).data(look.role))


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
