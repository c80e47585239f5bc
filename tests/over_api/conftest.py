"""A window that reaches the API alone, before a server, a worker and a broker of their own."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from desktop_app.services.blocking import Blocking
from desktop_app.services.connection import Connections
from desktop_app.services.profiles import Profile
from desktop_app.views.tasks import TasksPage
from tests.api.house import House, housed
from tests.proxies import Proxy
from tests.services.keyrings import MemoryKeyring, using
from tests.window import Window, windows
from worker_core import settings

NOWHERE = "redis://127.0.0.1:1/0"
USERS = {"ann": "analyst", "bob": "analyst", "eve": "analyst"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        with housed(tmp_path_factory.mktemp("house"), USERS, AFI_API_BODY_TIMEOUT_S="60") as house:
            # Its first answer takes the longest, and no window is to wait for it.
            house.served.ask("ann", "GET", "/api/me")
            yield house


@pytest.fixture
def way(house: House) -> Iterator[Proxy]:
    """The network between window and server."""
    way = Proxy(house.served.port)
    yield way
    way.close()


@dataclass
class Analyst:
    """Somebody before the window."""

    window: Window
    house: House
    way: Proxy
    who: str

    async def sign_in(self) -> None:
        """The profile is saved and used, as the page of connections does it."""
        shell = self.window.shell
        page: Any = shell.show_page("connections")
        await self.press(page, "New connection")
        page.editor.kind.setCurrentIndex(page.editor.kind.findData("server"))
        page.editor.kind.activated.emit(page.editor.kind.currentIndex())
        form = page.editor.server
        form.name.setText("Desk")
        form.address.setText(f"http://127.0.0.1:{self.way.port}")
        form.token_field.setText(self.house.served.tokens[self.who])
        await self.press(page, "Use it")
        await self.live()

    async def live(self) -> None:
        strip = self.window.shell.strip
        await self.window.until(lambda: strip.state == "live", strip)

    async def press(self, where: QWidget, text: str) -> None:
        """Click the button of that text once it can be clicked."""

        def found() -> QPushButton | None:
            ready = (
                one
                for one in where.findChildren(QPushButton)
                if one.text() == text and one.isVisible() and one.isEnabled()
            )
            return next(ready, None)

        await self.window.until(lambda: found() is not None, where)
        button = found()
        assert button is not None
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def tasks(self) -> TasksPage:
        page = self.window.shell.show_page("tasks")
        assert isinstance(page, TasksPage)
        return page

    async def opened(self, query: str) -> TasksPage:
        """The Tasks page with the details of the one task that a search finds."""
        page = self.tasks()
        page.query.set_text(query)
        await self.window.until(
            lambda: not page.model.filter.everything and page.model.shown == 1, page
        )
        page.table.selectRow(0)
        QTest.keyClick(page.table, Qt.Key.Key_Space)
        await self.window.until(lambda: not page.drawer.isHidden(), page)
        return page

    async def state(self, page: TasksPage, wanted: str) -> None:
        await self.window.until(
            lambda: page.drawer.row is not None and page.drawer.row.state == wanted, page
        )

    def said(self) -> list[str]:
        """All that toasts have said."""
        return [f"{one.text} {one.what_to_do}" for one in self.window.shell.messages.recent]

    async def handed_in(self, task: str) -> list[dict[str, Any]]:
        """The tasks of that name that the server has of this user."""
        answer = await asyncio.to_thread(
            self.house.served.ask,
            self.who,
            "GET",
            f"/api/background-tasks/tasks?task={task}&limit=100",
        )
        found: list[dict[str, Any]] = answer.json()["tasks"]
        return found


Sit = Callable[..., None]


@pytest.fixture
def sit(
    qapp: QApplication,
    house: House,
    way: Proxy,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Sit]:
    """Lets a user go through a scenario in a window of theirs, which opens with the connection in
    use unless ``signed_in`` is False."""
    settings.override({})

    def sitting(opened: Callable[[str], Window]) -> Sit:
        def sit(who: str, scenario: Callable[[Analyst], Any], *, signed_in: bool = True) -> None:
            if signed_in:
                _save(f"http://127.0.0.1:{way.port}", house.served.tokens[who])
            window = opened(NOWHERE)
            window.run(scenario(Analyst(window, house, way, who)))

        return sit

    with using(MemoryKeyring()):
        for opened in windows(qapp, tmp_path, monkeypatch):
            yield sitting(opened)
    settings.override({})


def _save(address: str, token: str) -> None:
    """As an earlier window has left it."""
    blocking = Blocking(1, "test")

    async def save() -> None:
        connections = Connections(blocking)
        await connections.save(Profile("Desk", address, kind="server"), token=token)
        await connections.use("Desk")

    try:
        asyncio.run(save())
    finally:
        blocking.close()
        settings.override({})
