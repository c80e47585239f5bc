"""Asking the workers without holding up the thread that paints."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.services.blocking import Blocking
from desktop_app.services.commands import ReadOnly
from desktop_app.services.workers import Workers
from worker_core import settings
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.errors import BrokerUnreachable
from worker_core.operations.worker_answers import Answer
from worker_core.operations.worker_survey import PARTS


@pytest.fixture
def broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedBroker]:
    """Not started, but the one that the settings lead to."""
    monkeypatch.setenv("AFI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("CELERY_BROKER_URL", "")
    settings.current.cache_clear()
    broker = EmbeddedBroker(settings.current().data_dir)
    yield broker
    broker.stop()
    settings.current.cache_clear()


@pytest.fixture
def workers() -> Iterator[Workers]:
    blocking = Blocking(1, "test")
    yield Workers(blocking)
    blocking.close()


def test_where_no_worker_is_each_is_answered_for(broker: EmbeddedBroker, workers: Workers) -> None:
    broker.start()
    heard: list[tuple[Answer, threading.Thread]] = []

    async def scenario() -> None:
        assert await workers.survey() == {}
        assert set((await workers.details("a@b")).problems) == set(PARTS)
        await workers.ask(
            "heartbeat",
            {},
            ["a@b", "c@d"],
            lambda answer: heard.append((answer, threading.current_thread())),
        )

    asyncio.run(scenario())
    assert [answer.node for answer, _ in heard] == ["a@b", "c@d"]
    assert {answer.outcome for answer, _ in heard} == {"no answer"}
    assert {thread for _, thread in heard} == {threading.current_thread()}


def test_a_broker_that_is_away_is_told(
    broker: EmbeddedBroker, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://127.0.0.1:1/0")
    settings.current.cache_clear()
    with pytest.raises(BrokerUnreachable):
        asyncio.run(workers.survey())


def test_a_read_only_connection_lets_workers_be_looked_at_alone(
    broker: EmbeddedBroker, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker.start()
    monkeypatch.setenv("AFI_READ_ONLY", "true")
    settings.current.cache_clear()
    heard: list[Answer] = []
    asyncio.run(workers.ask("heartbeat", {}, ["a@b"], heard.append))
    assert len(heard) == 1
    with pytest.raises(ReadOnly):
        asyncio.run(workers.ask("shutdown", {}, ["a@b"], heard.append))
