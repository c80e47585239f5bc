"""The page over real processes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop_app.services.cluster import Cluster
from desktop_app.ui.messages import Messages
from tests.ui.cluster.conftest import Pages, Scenario
from tests.ui.cluster.hands import cards, control, log_text, state, texts, until
from worker_core.operations.cluster import LocalCluster
from worker_core.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)
    monkeypatch.setenv("AFI_DATA_DIR", str(tmp_path))
    return Settings()


@pytest.fixture
def cluster(settings: Settings) -> Iterator[Cluster]:
    cluster = Cluster(settings)
    yield cluster
    cluster.close()
    LocalCluster(settings).stop_all()


def test_a_broker_is_started_watched_and_stopped_from_its_card(
    run: Callable[[Scenario], None],
    pages: Pages,
    cluster: Cluster,
    messages: Messages,
) -> None:
    async def scenario() -> None:
        page = pages.show(cluster)
        await until(lambda: cards(page) == ["broker", "worker", "forecasting", "training", "beat"])
        assert state(page, "broker") == "Stopped"
        control(page, "Show the log of the broker").click()
        QTest.mouseClick(control(page, "Start the broker"), Qt.MouseButton.LeftButton)
        await until(lambda: state(page, "broker") == "Running")
        await until(lambda: "Ready to accept connections" in log_text(page, "broker"))
        assert "1 of 5 running" in texts(page)
        QTest.mouseClick(control(page, "Stop the broker"), Qt.MouseButton.LeftButton)
        await until(lambda: state(page, "broker") == "Stopped")
        await until(lambda: "Nothing runs" in texts(page))
        assert messages.recent == []

    run(scenario())
