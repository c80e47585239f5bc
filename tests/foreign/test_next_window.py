"""What is in the broker is there for the next window too: messages that were removed, those that a
worker holds, and those that were delivered a second time."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kombu import Connection
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from desktop_app.qt_models.message_table import HeldColumn
from desktop_app.views.queues import QueuesPage
from tests.applications import application
from tests.monitor.conftest import Server
from tests.window import Window, windows

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

QUEUE = "parked"


@pytest.fixture
def window(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Window]]:
    yield from windows(qapp, tmp_path, monkeypatch)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    server.start()
    yield server
    server.kill()


async def press(one: Window, where: QWidget, text: str) -> None:
    def found() -> list[QPushButton]:
        buttons = where.findChildren(QPushButton)
        named = (each for each in buttons if each.text() == text)
        return [each for each in named if each.isVisible() and each.isEnabled()]

    await one.until(lambda: bool(found()), where)
    QTest.mouseClick(found()[0], Qt.MouseButton.LeftButton)


async def opened(one: Window, count: int) -> QueuesPage:
    page = one.shell.show_page("queues")
    assert isinstance(page, QueuesPage)
    await one.until(lambda: QUEUE in page.queues.names(), page)
    page.open({"queue": QUEUE})
    page.messages.look()
    await one.until(lambda: len(page.messages.model.rows) == count, page)
    return page


def test_what_one_window_removed_the_next_one_puts_back(
    server: Server, window: Callable[[str], Window]
) -> None:
    with application("other-hands", broker=server.url) as app:
        for number in range(4):
            app.send_task("shop.add", (number, 0), queue=QUEUE)
    with Connection(server.url, transport_options={"visibility_timeout": 600}) as worker:
        taken = worker.SimpleQueue(QUEUE).get(timeout=30)
        first = window(server.url)

        async def remove() -> None:
            await first.heard_by(server)
            page = await opened(first, 3)
            page.tabs.setCurrentIndex(1)
            held = page.held.model
            await first.until(lambda: held.rowCount() == 1, page)
            left = float(held.index(0, HeldColumn.LEFT).data())
            assert 0 < left <= 3600
            assert held.index(0, HeldColumn.AGAIN).data() is None
            page.tabs.setCurrentIndex(0)
            await press(first, page, "Purge…")
            await press(first, page, "Purge 3 messages")
            await first.until(lambda: not page.messages.model.rows, page)

        first.run(remove())
        # As its worker does that is told to stop: what it holds goes back.
        taken.reject(requeue=True)
    second = window(server.url)

    async def put_back() -> None:
        await second.heard_by(server)
        page = await opened(second, 1)
        page.tabs.setCurrentIndex(2)
        await second.until(lambda: page.removed.model.rowCount() == 1, page.removed)
        page.removed.table.selectRow(0)
        await press(second, page.removed, "Put back")
        page.tabs.setCurrentIndex(0)
        page.messages.look()
        await second.until(lambda: len(page.messages.model.rows) == 4, page)
        with Connection(server.url) as worker:
            waiting = worker.SimpleQueue(QUEUE)
            for _ in range(4):
                await asyncio.to_thread(waiting.get, timeout=30)
            page.tabs.setCurrentIndex(1)
            held = page.held.model
            await second.until(lambda: held.rowCount() == 4, page)
            told = [held.index(row, HeldColumn.AGAIN).data() for row in range(4)]
            assert sorted(map(str, told)) == ["None", "None", "None", "redelivered"]

    second.run(put_back())
