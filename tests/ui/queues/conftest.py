"""The page over a real broker, on a running loop."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import qasync

from tests.ui.queues.bench import Bench
from worker_core import settings
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.connection import client


@pytest.fixture(scope="session")
def broker_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder whose broker runs for all tests of a session."""
    folder = tmp_path_factory.mktemp("queues")
    broker = EmbeddedBroker(folder)
    broker.start()
    yield folder
    broker.stop()


@pytest.fixture
def bench(
    loop: qasync.QEventLoop,
    broker_data: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Bench]:
    for name in ("CELERY_BROKER_URL", "CELERY_RESULT_BACKEND", "AFI_DATABASE_URL"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("AFI_DATA_DIR", str(broker_data))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
    settings.current.cache_clear()
    url = EmbeddedBroker(broker_data).url
    assert url is not None
    with client(url) as redis:
        redis.flushall()
        bench = Bench(redis, url)
        yield bench
        loop.run_until_complete(bench.close())
    settings.current.cache_clear()
