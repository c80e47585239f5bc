"""The window over a broker that is slow, that refuses, or that came back empty: each page says so,
and the thread that paints waits for none of it."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from redis.connection import AbstractConnection

from desktop_app.views.overview import OverviewPage
from desktop_app.views.tasks import TasksPage
from tests.monitor.conftest import Server
from tests.proxies import proxy
from tests.window import Window, windows

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

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


@pytest.fixture
def window(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Window]]:
    yield from windows(qapp, tmp_path, monkeypatch)


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
        overview = one.shell.show_page("overview")
        assert isinstance(overview, OverviewPage)
        await one.until(lambda: all(chart.gaps for chart in overview.charts))
        tasks = one.shell.show_page("tasks")
        assert isinstance(tasks, TasksPage)
        await one.until(lambda: tasks.model.gap_at(0) is not None)

    one.run(scenario())
