"""The page under test with its surroundings."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from desktop_app.services.blocking import Blocking
from desktop_app.services.models import Models
from desktop_app.ui.background import Background
from desktop_app.ui.messages import Message, Messages
from desktop_app.views.models import ModelsPage
from tests.ui.surroundings import Surroundings
from worker_core import settings
from worker_core.operations.ledger import opened
from worker_core.storage import Storage

BOUND = 90.0


async def until(condition: Callable[[], object], what: str = "it came to pass") -> None:
    """Wait for a condition, generously."""
    end = time.monotonic() + BOUND
    while not condition():
        assert time.monotonic() < end, f"waited {BOUND:.0f} s in vain until {what}"
        await asyncio.sleep(0.005)


class Desk(Surroundings):
    """Shows the page over a registry, and takes it down."""

    def __init__(self) -> None:
        self.messages = Messages()
        self.background = Background(self.messages)
        self.blocking = Blocking(2, "desk")
        self.went: list[tuple[str, Any]] = []
        self._page: ModelsPage | None = None

    @property
    def storage(self) -> Storage:
        return opened(settings.current())

    async def open(self, width: int = 1084, height: int = 740) -> ModelsPage:
        page = ModelsPage(Models(self.blocking), self.background, self.messages)
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
        assert self._page is not None
        self._page.look()
        await self.quiet()

    async def quiet(self) -> None:
        await asyncio.sleep(0)
        await until(lambda: not self.background.busy, "nothing was under way")

    async def choose(self, name: str) -> None:
        page = self._page
        assert page is not None
        assert page.list.choose(name)
        await self.quiet()
        await until(lambda: page.detail.history is not None, "its versions were shown")
        await self.quiet()

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
        self.storage.close()


def words(widget: QWidget) -> str:
    """All that can be read in a widget."""
    labels = [label for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]
    return "\n".join(label.text() for label in labels).replace("\u200b", "")


def press(widget: QWidget, text: str) -> None:
    """Click the one visible button of that text, with the mouse."""
    found = [
        button
        for button in widget.findChildren(QAbstractButton)
        if button.isVisibleTo(widget) and text in {button.text(), button.accessibleName()}
    ]
    assert len(found) == 1, f"{len(found)} buttons say {text!r}"
    QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)
