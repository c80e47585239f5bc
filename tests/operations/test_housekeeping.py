"""What has expired goes, once an hour over all workers together."""

from pathlib import Path

import pytest

from worker_core.operations import scratch
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.connection import client
from worker_core.operations.housekeeping import DONE, EVERY_S, tidy
from worker_core.operations.ledger import opened
from worker_core.settings import Settings
from worker_core.storage.artifacts import DAY_S
from worker_core.storage.stores import INCOMING

LONG_AGO = int(2 * DAY_S)


@pytest.fixture
def settings(broker: EmbeddedBroker, data_dir: Path) -> Settings:
    return Settings(data_dir=data_dir, broker_url=broker.start())


def draft(settings: Settings) -> Path:
    """A file as a writer leaves it that was killed long ago."""
    folder = Path(settings.artifacts_url) / INCOMING
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{LONG_AGO:012d}-{'0' * 32}.part"
    file.write_bytes(b"half")
    return file


def test_expired_results_and_half_written_files_are_removed_once_an_hour(
    settings: Settings,
) -> None:
    results, half = opened(settings).results, draft(settings)
    results.save("old", b"{}", 0.0)
    results.save("new", b"{}", 60.0)
    assert tidy(settings) == 2
    assert not half.exists()
    assert results.load("new") == b"{}"
    half = draft(settings)
    assert tidy(settings) == 0
    assert half.exists()
    with client(settings.broker_url or "") as redis:
        assert 0 < redis.ttl(DONE) <= EVERY_S
        redis.delete(DONE)
    assert tidy(settings) == 1
    assert not half.exists()


def test_folders_without_a_process_are_removed_every_time(settings: Settings) -> None:
    tidy(settings)
    base = scratch.base(settings)
    (base / "1-dead").mkdir(parents=True)
    (base / "1-dead.lock").touch()
    assert tidy(settings) == 1
    assert list(base.iterdir()) == []


def test_a_store_that_cannot_be_read_keeps_nothing_else_from_being_removed(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    opened(settings).results.save("old", b"{}", 0.0)
    incoming = Path(settings.artifacts_url) / INCOMING
    incoming.mkdir(parents=True)
    # A folder under a draft's name cannot be removed as a file.
    (incoming / f"{LONG_AGO:012d}-{'0' * 32}.part").mkdir()
    assert tidy(settings) == 1
    assert "was not removed" in caplog.text


def test_a_database_that_is_away_keeps_no_half_written_file(settings: Settings) -> None:
    half = draft(settings)
    away = Settings(
        data_dir=settings.data_dir,
        broker_url=settings.broker_url,
        database="postgresql://x@127.0.0.1:9/afi",
    )
    assert tidy(away) == 1
    assert not half.exists()
