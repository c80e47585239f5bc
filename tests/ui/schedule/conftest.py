"""The page over a real database and a real broker, on a running loop."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import qasync

from tests.ui.schedule.desk import Desk
from worker_core import settings
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.connection import client


@pytest.fixture(scope="session")
def broker_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A broker that runs for all tests of a session."""
    broker = EmbeddedBroker(tmp_path_factory.mktemp("schedule-broker"))
    broker.start()
    assert broker.url is not None
    yield broker.url
    broker.stop()


@pytest.fixture
def desk(
    loop: qasync.QEventLoop, broker_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """A desk whose database is its own."""
    for name in ("CELERY_RESULT_BACKEND", "AFI_DATABASE_URL"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("CELERY_BROKER_URL", broker_url)
    monkeypatch.setenv("AFI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    settings.current.cache_clear()
    with client(broker_url) as redis:
        redis.flushall()
        desk = Desk(redis)
        yield desk
        loop.run_until_complete(desk.close())
    settings.current.cache_clear()
