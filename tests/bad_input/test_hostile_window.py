"""The window over a broker that anyone can write to: what it makes of each strange thing, on the
pages where it is met."""

import asyncio
import pickle
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget

from desktop_app.views.queues import QueuesPage
from desktop_app.views.tasks import TasksPage
from tests.monitor.conftest import Server, envelope
from tests.window import Window, windows, words_of
from worker_core.operations.journal import KEY as JOURNAL

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

CHANNEL = "/0.celeryev/task.multi"
LARGE = 10 * 2**20
EVIL = "evil\x1b[31m\u202e\n@host"


class Parcel:
    """Its pickle leaves a file behind when it is opened."""

    def __init__(self, trace: Path) -> None:
        self._trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self._trace,)


def event(kind: str, uuid: str = "", **fields: Any) -> dict[str, Any]:
    told = {"type": kind, "hostname": "w@h", "timestamp": time.time(), "pid": 1} | fields
    return told | ({"uuid": uuid, "name": "a.b"} if uuid else {})


def heartbeat(hostname: str, ahead_s: float = 0.0) -> dict[str, Any]:
    beat = {"freq": 2.0, "active": 0, "processed": 1, "sw_ident": "py-celery", "sw_ver": "5.7.0"}
    told = event("worker-heartbeat", hostname=hostname, timestamp=time.time() + ahead_s)
    return told | beat


@pytest.fixture
def window(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Window]]:
    yield from windows(qapp, tmp_path, monkeypatch)


@pytest.fixture
def hostile(server: Server, tmp_path: Path) -> Server:
    """With a queue that is called like a key of ours, and a result that must not be opened."""
    with server.client() as redis:
        redis.xadd(JOURNAL, {"events": "[]"})
        for name in (JOURNAL, "unacked", "orders"):
            redis.sadd(f"_kombu.binding.{name}x", f"{name}\x06\x16\x06\x16{name}")
        redis.hset("unacked", "tag", b"\x80 this is no message")
        redis.zadd("unacked_index", {"tag": 1.0})
        redis.lpush("orders", b"\xff\xfe", "[" * 5000, "{}")
        redis.set("celery-task-meta-pickled", pickle.dumps(Parcel(tmp_path / "opened")))
    return server


def publish(server: Server) -> None:
    """What a stranger may send."""
    with server.client() as redis:
        for raw in (b"", b"no json", b"\xff\xfe", b"[" * 100_000, b'{"body": "%%%"}', b"{}"):
            redis.publish(CHANNEL, raw)
        redis.publish(CHANNEL, envelope([{"type": "task-received"}, {"type": 5}, 7, None]))
    server.publish(heartbeat(EVIL), heartbeat("late@h", ahead_s=3600.0))
    server.publish(
        event("task-received", "large", args="(" + "x" * LARGE + ")", kwargs="{}"),
        event("task-received", "twice", args="()", kwargs="{}"),
        event("task-received", "twice", hostname="other@h"),
        event("task-started", "twice", hostname="other@h"),
        event("task-started", "twice"),
        event("task-succeeded", "twice", runtime=0.1, result="1"),
        event("task-succeeded", "twice", hostname="other@h", runtime=0.2, result="1"),
        event("task-received", "pickled", args="()", kwargs="{}"),
        event("task-succeeded", "pickled", runtime=0.1, result="<Parcel>"),
        event("task-received", "ahead", hostname="late@h", timestamp=time.time() + 3600),
    )


async def opened(one: Window, uuid: str) -> TasksPage:
    page = one.shell.show_page("tasks")
    assert isinstance(page, TasksPage)
    page.query.set_text(f"id:{uuid}")
    await one.until(lambda: not page.model.filter.everything and page.model.shown == 1, page)
    page.table.selectRow(0)
    QTest.keyClick(page.table, Qt.Key.Key_Space)
    await one.until(lambda: not page.drawer.isHidden() and uuid in words_of(page.drawer), page)
    return page


def test_strange_events_results_and_names_are_shown_for_what_they_are(
    hostile: Server, window: Callable[[str], Window], tmp_path: Path
) -> None:
    one = window(hostile.url)

    async def scenario() -> None:
        await one.heard_by(hostile)
        await asyncio.to_thread(publish, hostile)
        await one.says("tasks", "4 tasks")
        await one.says("overview", "10 event messages could not be read", "no JSON")
        page = await opened(one, "pickled")
        await one.until(lambda: "It was not opened" in words_of(page.drawer), page.drawer)
        page = await opened(one, "large")
        assert "As the event told them, shortened." in words_of(page.drawer)
        assert len(words_of(page.drawer)) < 10_000
        page = await opened(one, "twice")
        assert page.drawer.row is not None
        assert page.drawer.row.state == "SUCCESS"
        page = await opened(one, "ahead")
        assert "late@h" in words_of(page.drawer)
        shown = one.shell.show_page("workers")
        await one.until(lambda: "late@h" in cells(shown), shown)
        by_name = {row[1]: row for row in rows(shown)}
        assert by_name["evil\ufffd[31m\ufffd\ufffd@host"]
        assert round(float(by_name["late@h"][9]), -2) == 3600
        queues = one.shell.show_page("queues")
        assert isinstance(queues, QueuesPage)
        await one.says("queues", "cannot be counted as a queue", "and 1 more")
        queues.open({"queue": "orders"})
        await one.until(lambda: len(queues.messages.model.rows) == 3, queues)
        assert cells(queues).count("not a Celery message: it is not JSON") >= 2
        await one.says("overview", "cannot be counted as a queue")
        await asyncio.to_thread(publish, hostile)
        await one.says("overview", "20 event messages could not be read")

    one.run(scenario())
    assert not (tmp_path / "opened").exists()


def rows(page: QWidget) -> list[list[str]]:
    """What stands in the tables of a page, before it is put into words of a unit."""
    views = page.findChildren(QAbstractItemView)
    models: list[QAbstractItemModel | None] = [
        view.model() for view in views if view.isVisibleTo(page)
    ]
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for model in models
        if model is not None
        for row in range(min(model.rowCount(), 50))
    ]


def cells(page: QWidget) -> str:
    return "\n".join(map(" ".join, rows(page)))
