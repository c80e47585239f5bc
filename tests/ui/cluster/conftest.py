import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
import qasync
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.background import Background
from desktop_app.ui.messages import Messages
from desktop_app.views.cluster import ClusterPage
from desktop_app.views.cluster.processes import Processes

Scenario = Coroutine[Any, Any, None]


class Pages:
    """Makes shown pages, and ends what they began."""

    def __init__(self, qtbot: QtBot, messages: Messages) -> None:
        self.background = Background(messages)
        self._messages = messages
        self._qtbot = qtbot
        self._made: list[ClusterPage] = []
        self._windows: list[QWidget] = []

    def show(self, processes: Processes) -> ClusterPage:
        # A window without a layout of its own has no size hints to hand to a window manager.
        window = QWidget()
        self._qtbot.addWidget(window)
        self._windows.append(window)
        window.resize(1084, 756)
        page = ClusterPage(processes, self.background, self._messages, window, poll_ms=5)
        page.resize(window.size())
        window.show()
        page.shown()
        self._made.append(page)
        return page

    async def close(self) -> None:
        for page in self._made:
            page.hidden()
        await self.background.close()


@pytest.fixture
def messages() -> Messages:
    return Messages()


@pytest.fixture
def pages(qtbot: QtBot, messages: Messages) -> Pages:
    return Pages(qtbot, messages)


@pytest.fixture
def run(qapp: QApplication, pages: Pages) -> Iterator[Callable[[Scenario], None]]:
    """Runs a scenario in the loop that the window uses, and ends what its pages began."""
    loop = qasync.QEventLoop(qapp)
    asyncio.set_event_loop(loop)

    async def whole(scenario: Scenario) -> None:
        try:
            await scenario
        finally:
            await pages.close()

    yield lambda scenario: loop.run_until_complete(whole(scenario))
    loop.close()
    asyncio.set_event_loop(None)
