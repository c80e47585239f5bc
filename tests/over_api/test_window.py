"""What an analyst does in a window that may reach the API alone: looked for at the server."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import redis.connection

from desktop_app.services.tray import Phase
from desktop_app.views.documents.served import ServedDocumentsPage
from desktop_app.views.enqueue import EnqueuePage
from tests.api.house import House
from tests.over_api.conftest import Analyst, Sit
from tests.window import words_of
from worker_core.operations.ledger import ledger
from worker_core.storage import NewTask, Storage

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PROCESS = "document_processing.process_document"
FORECAST = "forecasting.generate_stock_forecast"
CONTENT = "Revenue rose by 8 percent to 12 million dollars. The outlook is strong. " * 20


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """What a window reaches for that it should not: the brokers that its settings could name, and
    a database in its folder. What else runs in this process is left alone."""
    found: list[str] = []
    connect, opened = redis.connection.Connection.connect, Storage.open

    def watched_connect(self: Any, *args: Any, **more: Any) -> None:
        if self.port == 1 or str(self.host).endswith(".invalid"):
            found.append(f"{self.host}:{self.port}")
        connect(self, *args, **more)  # type: ignore[no-untyped-call]  # redis-py's own

    def watched_open(url: str, *args: Any, **more: Any) -> Storage:
        if str(tmp_path) in url:
            found.append(url)
        return opened(url, *args, **more)

    monkeypatch.setattr(redis.connection.Connection, "connect", watched_connect)
    monkeypatch.setattr(Storage, "open", watched_open)
    return found


def written(folder: Path, name: str, about: str) -> Path:
    path = folder / name
    path.write_text(f"{about}. {CONTENT}")
    return path


def waiting(house: House, who: str, name: str = FORECAST) -> str:
    """A task that waits for an hour."""
    task = NewTask(
        str(uuid4()), name, name.partition(".")[0], {}, owner=f"user:{who}", delay_s=3600
    )
    with ledger(house.settings) as tasks:
        tasks.add(task)
    return task.id


def test_a_window_over_the_api_reaches_no_broker_and_no_database_on_any_page(
    sit: Sit, reached: list[str], tmp_path: Path
) -> None:
    async def scenario(analyst: Analyst) -> None:
        window = analyst.window
        await analyst.live()
        assert window.shell.current_page == "tasks"
        wanted = {
            "overview": "of the whole system",
            "queues": "through the broker alone",
            "workers": "through the broker alone",
            "performance": "everybody’s tasks",
            "alerts": "of the whole system",
            "schedule": "who operate",
            "insights": "out of the database",
            "models": "not reached from here",
            "documents": "Your documents",
            "enqueue": "Enqueue a task",
            "connections": "Connections",
        }
        for page, words in wanted.items():
            await window.says(page, words)
        enqueue = window.shell.show_page("enqueue")
        assert isinstance(enqueue, EnqueuePage)
        enqueue.open({"name": FORECAST})
        await window.says("documents", "No documents yet")
        window.shell.open_palette()
        await asyncio.sleep(0)

    sit("eve", scenario)
    assert reached == []
    assert not list((tmp_path / "data").rglob("*.sqlite3"))


def test_a_dropped_file_is_processed_once_although_the_answer_to_it_was_lost(
    sit: Sit, tmp_path: Path
) -> None:
    async def scenario(analyst: Analyst) -> None:
        window = analyst.window
        await analyst.sign_in()
        analyst.way.cut_after(b"/document/upload")
        window.desk.take_in([written(tmp_path, "release.txt", "Of Ann")])
        page = window.shell.show_page("documents")
        assert isinstance(page, ServedDocumentsPage)
        documents = window.desk._over_api.documents
        assert documents is not None
        await window.until(
            lambda: any(one.phase in {Phase.DONE, Phase.FAILED} for one in documents.tray), page
        )
        assert analyst.way.cut
        (item,) = documents.tray
        assert item.phase is Phase.DONE, item.message
        (task,) = await analyst.handed_in(PROCESS)
        assert task["task_id"] == item.task_id
        await window.until(lambda: page.library.table.rows.rowCount() == 1, page)
        page.open({"sha256": item.sha256})
        await window.until(lambda: "Summary" in words_of(page.result), page)
        await window.until(lambda: "release.txt" in words_of(page.result), page)
        await window.until(lambda: "Of Ann" in page.result.text.reader.toPlainText(), page)
        assert "Compare" not in words_of(page.result)
        tasks = await analyst.opened(f"id:{item.task_id}")
        await analyst.state(tasks, "SUCCESS")
        await window.until(lambda: "document_processing" in tasks.drawer.log.text(), tasks)
        await window.says("tasks", item.sha256 or "")

    sit("ann", scenario, signed_in=False)


def test_what_is_enqueued_and_what_waits_is_seen_and_cancelled_and_anothers_is_not(
    sit: Sit, house: House
) -> None:
    own, others = waiting(house, "bob"), waiting(house, "ann")

    async def scenario(analyst: Analyst) -> None:
        window = analyst.window
        await analyst.live()
        enqueue = window.shell.show_page("enqueue")
        assert isinstance(enqueue, EnqueuePage)
        enqueue.open({"name": FORECAST, "arguments": {"ticker": "AAPL"}})
        analyst.way.cut_after(b"/forecasting/generate_stock_forecast")
        await analyst.press(enqueue, "Enqueue")
        await window.until(lambda: "Enqueued as" in words_of(enqueue), enqueue)
        assert analyst.way.cut
        ids = {one["task_id"] for one in await analyst.handed_in(FORECAST)}
        (new,) = ids - {own}
        page = await analyst.opened(f"id:{new}")
        await analyst.state(page, "FAILURE")
        arguments = page.drawer.values.arguments
        await window.until(lambda: '"ticker": "AAPL"' in arguments.text(), page.drawer)
        page = await analyst.opened(f"id:{own}")
        await analyst.state(page, "PENDING")
        await analyst.press(page.drawer, "Cancel")
        await analyst.state(page, "REVOKED")
        session = window.desk._over_api._session
        assert session is not None
        assert session.state.task(others) is None
        assert {row.uuid for row in session.state.rows()} == ids

    sit("bob", scenario)
    assert house.served.ask("ann", "GET", f"/api/background-tasks/task/{others}/status").json()[
        "status"
    ] in {"waiting", "published"}


def test_a_server_that_goes_away_costs_no_submission_and_comes_back_by_itself(
    sit: Sit, tmp_path: Path
) -> None:
    async def scenario(analyst: Analyst) -> None:
        window = analyst.window
        await analyst.live()
        before = {one["task_id"] for one in await analyst.handed_in(PROCESS)}
        analyst.way.away = True
        strip = window.shell.strip
        await window.until(lambda: strip.state == "lost", strip)
        message = window.desk._services.monitor.snapshot().connection.message
        assert "does not answer" in message or "broke" in message
        assert "tried again by itself" in message
        window.desk.take_in([written(tmp_path, "late.txt", "Of Bob")])
        documents = window.desk._over_api.documents
        assert documents is not None
        await window.until(lambda: any(one.stage == "Sending" for one in documents.tray))
        attempts = analyst.way.turned_away
        await window.until(lambda: analyst.way.turned_away > attempts + 1)
        analyst.way.away = False
        await analyst.live()
        await window.until(lambda: any(one.settled for one in documents.tray))
        (item,) = documents.tray
        assert item.phase is Phase.DONE, item.message
        after = {one["task_id"] for one in await analyst.handed_in(PROCESS)}
        assert after - before == {item.task_id}

    sit("bob", scenario)
