"""The application as a user has it who has named a broker, driven from inside."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
import qasync
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from desktop_app.desk import Desk
from desktop_app.milestones import Milestones
from desktop_app.ui import theme
from desktop_app.ui.shell import Shell
from desktop_app.window_state import WindowState
from tests.monitor.conftest import Server
from worker_core import settings

LIMIT_S = 90


class Window:
    """The application as a user has it who has named a broker."""

    def __init__(self, loop: qasync.QEventLoop) -> None:
        self._loop = loop
        self.shell = Shell()
        self.desk = Desk(self.shell, WindowState(), Milestones(None))

    def run(self, scenario: Coroutine[Any, Any, None]) -> None:
        self._loop.run_until_complete(self._live(scenario))

    async def _live(self, scenario: Coroutine[Any, Any, None]) -> None:
        self.shell.show()
        life = asyncio.ensure_future(self.desk.live([], try_here=False))
        try:
            await scenario
        finally:
            self.shell.close()
            await life

    @staticmethod
    async def heard_by(server: Server) -> None:
        """Until the window listens to the broker, as the broker has it."""
        async with asyncio.timeout(LIMIT_S):
            # What is waited for is what the broker says.
            while not await asyncio.to_thread(server.subscribers):  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def says(self, page: str, *wanted: str) -> str:
        """What the page says, once all of that is in it."""
        shown = self.shell.show_page(page)
        await self.until(lambda: all(words in words_of(shown) for words in wanted), shown)
        assert not shown.grab().isNull()
        return words_of(shown)

    async def until(self, met: Callable[[], bool], shown: QWidget | None = None) -> None:
        try:
            async with asyncio.timeout(LIMIT_S):
                while not met():  # noqa: ASYNC110 - what is waited for is what a user would see
                    await asyncio.sleep(0.05)
        except TimeoutError:
            pytest.fail("" if shown is None else f"it says: {words_of(shown)}")


def words_of(page: QWidget) -> str:
    kinds: tuple[type[QLabel | QPushButton | QLineEdit], ...] = (QLabel, QPushButton, QLineEdit)
    said: list[str] = []
    for kind in kinds:
        said += [one.text() for one in page.findChildren(kind) if one.isVisibleTo(page)]
    said += [one.toPlainText() for one in page.findChildren(QPlainTextEdit)]
    return "\n".join(filter(None, said))


def windows(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Window]]:
    for name in ("CELERY_RESULT_BACKEND", "AFI_DATABASE_URL"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("AFI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(settings, "config_dir", lambda: tmp_path / "config")
    theme.apply(qapp, "light")
    loop = qasync.QEventLoop(qapp)
    asyncio.set_event_loop(loop)

    def opened(url: str) -> Window:
        monkeypatch.setenv("CELERY_BROKER_URL", url)
        settings.current.cache_clear()
        return Window(loop)

    yield opened
    loop.close()
    asyncio.set_event_loop(None)
    settings.current.cache_clear()
