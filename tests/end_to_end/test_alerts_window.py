"""Alerts in the whole window: the figure of the strip, the way from it, the overview."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_app.views.alerts import AlertsPage
from tests.monitor.conftest import Server
from tests.window import Window, windows, words_of
from worker_core import settings
from worker_core.operations import alert_rules
from worker_core.operations.alert_judge import judge
from worker_core.operations.ledger import stored
from worker_core.storage import MeasureReading

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


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


def evaluate(**values: float) -> None:
    with stored(settings.current()) as storage:
        storage.alerts.evaluate([MeasureReading("queue_depth", values)], judge)


@pytest.mark.qt_log_ignore("does not support")  # no screen, so nothing to raise the window above
def test_the_strip_counts_what_fires_and_leads_to_it(
    window: Callable[[str], Window], server: Server
) -> None:
    opened = window(server.url)
    rule = alert_rules.validate(
        {"name": "Forecasts wait", "measure": "queue_depth", "threshold": 10, "cooldown_s": 0.0}
    )

    def active() -> bool:
        """The notification, which Qt draws where no desktop does, takes the keys from it."""
        opened.shell.activateWindow()
        return opened.shell.isActiveWindow()

    async def scenario() -> None:
        await opened.heard_by(server)
        counter = opened.shell.strip.counters["alerts"]
        await opened.until(lambda: counter.text() == "0")
        alert_rules.add(rule, armed=True)
        evaluate(forecasting=12)
        await opened.until(lambda: counter.text() == "1")
        assert counter.accessibleName() == "Alerts: 1"
        await opened.says("overview", "Forecasts wait (forecasting) for")
        assert [one.text for one in opened.shell.messages.recent] == ["Forecasts wait"]
        QTest.mouseClick(counter, Qt.MouseButton.LeftButton)
        page = opened.shell.show_page("alerts")
        assert isinstance(page, AlertsPage)
        await opened.until(lambda: page.list.model.rowCount() == 1, page)
        await opened.until(active, page)
        page.list.setFocus()
        QTest.keyClick(page.list.table, Qt.Key.Key_A)
        await opened.until(lambda: counter.text() == "0", page)
        assert "1 acknowledged" in words_of(page)
        await opened.until(active, page)
        QTest.keyClick(page.list.table, Qt.Key.Key_G)
        queues = opened.shell.show_page("queues")
        await opened.until(queues.isVisible, queues)

    opened.run(scenario())
