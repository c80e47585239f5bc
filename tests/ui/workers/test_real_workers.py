"""The page over a real broker and a real worker."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop_app.monitor.monitor import Monitor
from desktop_app.qt_models.bridge import Bridge
from desktop_app.qt_models.fleet_table import Column
from desktop_app.services.blocking import Blocking
from desktop_app.services.workers import Workers
from desktop_app.ui.background import Background
from desktop_app.ui.messages import Messages
from desktop_app.views.workers import WorkersPage
from tests.ui.workers import desk
from worker_core import settings
from worker_core.operations import process
from worker_core.operations.broker import EmbeddedBroker

STANDIN = Path(__file__).parents[2] / "operations" / "standins" / "any_worker.py"
NODE = "real@worker"


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A broker with one worker of two processes."""
    monkeypatch.setenv("AFI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("CELERY_BROKER_URL", "")
    settings.current.cache_clear()
    broker = EmbeddedBroker(settings.current().data_dir)
    url = broker.start()
    worker = process.start(
        [sys.executable, str(STANDIN), NODE, "prefork", "2"],
        log=tmp_path / "worker.log",
        environment={"AFI_DATA_DIR": str(settings.current().data_dir)},
    )
    yield url
    process.ask(worker, "TERM")
    if not process.wait(worker, 30):
        process.kill(worker)
    process.forget(worker.watchdog.pid)
    broker.stop()
    settings.current.cache_clear()


async def test_a_real_worker_is_seen_grows_and_shuts_down(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "BOUND", 90.0)
    messages = Messages()
    background, blocking = Background(messages), Blocking(2, "real")
    monitor = Monitor()
    monitor.start(url)
    bridge = Bridge(monitor)
    bridge.start()
    page = WorkersPage(bridge, Workers(blocking), monitor.dismiss, background, messages)
    page.resize(1084, 756)
    page.show()
    page.shown()
    page.activateWindow()

    def cell(column: Column) -> object:
        place = page.model.place_of(NODE)
        return None if place is None else page.model.index(place, column).data()

    def rows(part: str) -> int:
        return page.panel.listings[part].model.rowCount()

    try:
        await desk.until(lambda: cell(Column.SLOTS) == "0/2", "it had answered")
        await desk.until(lambda: rows("registered") == 2 and rows("conf") > 10, "it had told all")
        # The keys of actions are those of the window that is active.
        await desk.until(page.isActiveWindow, "its window was active")
        page.table.setFocus()
        QTest.keyClick(page.table, Qt.Key.Key_Plus)
        QTest.keyClick(page.prompt.edits["n"], Qt.Key.Key_Return)
        await desk.until(lambda: page.answers.texts == [f"{NODE}: its pool grows by 1."])
        await desk.until(lambda: cell(Column.SLOTS) == "0/3", "it had grown")
        QTest.keyClick(page.table, Qt.Key.Key_Delete)
        page.prompt.yes.click()
        await desk.until(lambda: page.answers.texts == [f"{NODE}: has left."], "it had left")
        page.dismiss_gone.click()
        await desk.until(lambda: page.model.rowCount() == 0, "it was dismissed")
    finally:
        page.hidden()
        await background.close()
        bridge.stop()
        await blocking.run(monitor.stop)
        blocking.close()
        page.close()
        page.deleteLater()
