"""The window over a broker that is slow, that refuses, or that came back empty: each page says so,
and the thread that paints waits for none of it."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
import qasync
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget
from redis.connection import AbstractConnection

from desktop_app.desk import Desk
from desktop_app.milestones import Milestones
from desktop_app.ui import theme
from desktop_app.ui.shell import Shell
from desktop_app.views.tasks import TasksPage
from desktop_app.window_state import WindowState
from tests.monitor.conftest import Server
from tests.proxies import proxy
from worker_core import settings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

LIMIT_S = 90
DELAY_S = 3.0
EVENT = {"type": "task-received", "uuid": "a", "name": "a.b", "hostname": "w@h", "timestamp": 1.0}


def _loop_runs() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


@pytest.fixture(autouse=True)
def _painting_waits_for_no_broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What reads from a socket may take for ever."""
    read, waited = AbstractConnection.read_response, []

    def watched(self: AbstractConnection, *args: Any, **kwargs: Any) -> Any:
        on_main = threading.current_thread() is threading.main_thread()
        if on_main and _loop_runs():
            waited.append(self)
        return read(self, *args, **kwargs)

    monkeypatch.setattr(AbstractConnection, "read_response", watched)
    yield
    assert not waited


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
        await self.until(lambda: all(words in _words(shown) for words in wanted), shown)
        assert not shown.grab().isNull()
        return _words(shown)

    async def until(self, met: Callable[[], bool], shown: QWidget | None = None) -> None:
        try:
            async with asyncio.timeout(LIMIT_S):
                while not met():  # noqa: ASYNC110 - what is waited for is what a user would see
                    await asyncio.sleep(0.05)
        except TimeoutError:
            pytest.fail("" if shown is None else f"it says: {_words(shown)}")


def _words(page: QWidget) -> str:
    kinds: tuple[type[QLabel | QPushButton | QLineEdit], ...] = (QLabel, QPushButton, QLineEdit)
    said: list[str] = []
    for kind in kinds:
        said += [one.text() for one in page.findChildren(kind) if one.isVisibleTo(page)]
    said += [one.toPlainText() for one in page.findChildren(QPlainTextEdit)]
    return "\n".join(filter(None, said))


@pytest.fixture
def window(
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


@pytest.fixture
def filled(server: Server) -> Server:
    with server.client() as redis:
        redis.lpush("orders", "{}")
        redis.sadd("_kombu.binding.orders", "orders\x06\x16\x06\x16orders")
    return server


def test_a_slow_broker_is_said_to_be_slow_on_the_pages_that_need_its_answers(
    filled: Server, window: Callable[[str], Window]
) -> None:
    with proxy(filled.url, DELAY_S) as (_, url):
        one = window(url)

        async def scenario() -> None:
            await one.heard_by(filled)
            await one.says("queues", "What waits in the queues is not known", "in time")
            await asyncio.to_thread(filled.publish, EVENT)
            await one.says("tasks", "1 task")
            await one.says("workers", "did not answer in time")
            await one.says("overview", "What waits in the queues is not known")
            said = await one.says(
                "schedule", "Nothing is scheduled yet"
            )  # a matter of the database
            assert "cannot" not in said
            await one.says("connections", url)

        one.run(scenario())


def test_what_a_user_may_not_do_is_named_with_the_right_that_is_missing(
    filled: Server, window: Callable[[str], Window]
) -> None:
    may = ("&*", "+psubscribe", "+punsubscribe", "+ping", "+select", "+client")
    with filled.client() as redis:
        redis.execute_command("ACL", "SETUSER", "guest", "reset", "on", ">pw", *may)
    one = window(filled.url.replace("redis://", "redis://guest:pw@"))

    async def scenario() -> None:
        await one.heard_by(filled)
        said = await one.says("queues", "What waits in the queues is not known", "more rights")
        assert "No queue is declared" not in said
        await asyncio.to_thread(filled.publish, EVENT)
        await one.says("tasks", "1 task")
        await one.says("workers", "cannot be asked", "more rights")
        said = await one.says("overview", "What waits in the queues is not known")
        assert "All is well" not in said
        assert "guest:pw" not in await one.says("connections", "redis://127.0.0.1")

    one.run(scenario())


def test_a_broker_that_comes_back_empty_is_shown_as_it_is_with_what_was_missed(
    filled: Server, window: Callable[[str], Window]
) -> None:
    one = window(filled.url)

    async def scenario() -> None:
        await one.heard_by(filled)
        await one.says("queues", "1 waiting", "orders")
        await asyncio.to_thread(filled.publish, EVENT)
        await one.says("tasks", "1 task")
        await asyncio.to_thread(filled.kill)
        await one.says("tasks", "Not live since", "does not answer")
        await one.says("queues", "Not looked at since")
        await one.says("overview", "Broker lost")
        await asyncio.to_thread(filled.start)
        await one.says("queues", "Nothing waits in orders", "0 waiting")
        await one.says("overview", "came back empty", "1 message that waited is gone", "in orders")
        await one.says("overview", "Events were missed for")
        tasks = one.shell.show_page("tasks")
        assert isinstance(tasks, TasksPage)
        await one.until(lambda: tasks.model.gap_at(0) is not None)

    one.run(scenario())
