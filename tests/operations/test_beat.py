"""Real schedulers over one database: nothing is started twice, nothing is forgotten."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from celery.beat import Service

from tests.operations.conftest import Until
from tests.operations.schedulers import (
    EDIT,
    QUEUE,
    SECOND,
    Beat,
    beats,
    brokers,
    due,
    plan,
    runs,
    settings_in,
)
from worker_core.operations import queues, schedule
from worker_core.operations.client import client_app
from worker_core.operations.connection import client
from worker_core.operations.sweep import sweep
from worker_core.schedule.beat import TableScheduler
from worker_core.settings import Settings


@pytest.fixture
def settings(data_dir: Path) -> Iterator[Settings]:
    with settings_in(data_dir) as values:
        yield values


@pytest.fixture
def server(settings: Settings, bundled: Path, tmp_path: Path) -> Iterator[Callable[[], None]]:
    with brokers(bundled, settings.broker_url or "", tmp_path) as start:
        yield start


@pytest.fixture
def beat(settings: Settings, tmp_path: Path) -> Iterator[Callable[..., Beat]]:
    assert settings.broker_url
    with beats(tmp_path) as start:
        yield start


def swept(settings: Settings) -> bool:
    sweep(settings)
    return {row.state for row in runs(settings)} == {"published"}


@pytest.mark.slow
def test_two_schedulers_start_each_due_time_once_and_one_goes_on_when_the_other_is_killed(
    settings: Settings,
    server: Callable[[], None],
    beat: Callable[..., Beat],
    until: Until,
) -> None:
    server()
    killed, other = beat(), beat("celery", "-A", "worker_core", "beat")
    both = killed, other
    until(lambda: all("Starting" in one.log() or "schedule ->" in one.log() for one in both))
    schedule.add("tick", EDIT)
    until(lambda: len(runs(settings)) >= 4, "four runs")
    killed.kill()
    killed.wait()
    before = len(runs(settings))
    until(lambda: len(runs(settings)) >= before + 3, "runs of the other")
    other.stopped()
    rows, entry = runs(settings), schedule.entry("tick")
    dues = [due(row) for row in rows]
    # Each due time has its run, or is counted as missed where this computer was too busy.
    first = min(dues[0], entry.missed_since or dues[0])
    assert (dues[-1] - first) / SECOND + 1 == len(rows) + entry.missed
    assert len(set(dues)) == len(rows)
    # One that ended between the claim and the broker leaves its row to the sweep; one that was
    # killed between the broker and the table, a second message with the same id.
    until(lambda: swept(settings), "the sweep")
    with client(settings.broker_url or "") as redis:
        messages = [str(waiting.task_id) for waiting in queues.peek(redis, QUEUE, 1000)]
    assert set(messages) == {row.id for row in rows}
    assert len(messages) - len(set(messages)) <= 1
    assert entry.last_task_id == rows[-1].id
    assert entry.last_drift_s is not None
    assert entry.last_drift_s >= 0


@pytest.mark.slow
def test_without_a_broker_runs_are_kept_and_delivered_when_it_is_back(
    settings: Settings,
    server: Callable[[], None],
    beat: Callable[..., Beat],
    until: Until,
) -> None:
    schedule.add("tick", EDIT)
    running = beat()
    until(lambda: len(runs(settings)) >= 3, "runs without a broker")
    assert {row.state for row in runs(settings)} == {"waiting"}
    server()
    until(lambda: runs(settings)[-1].state == "published", "a run over the broker")
    assert running.stopped().count("waits in the ledger") == 1
    until(lambda: swept(settings), "the sweep of those that waited")
    with client(settings.broker_url or "") as redis:
        messages = {waiting.task_id for waiting in queues.peek(redis, QUEUE, 1000)}
    assert messages == {row.id for row in runs(settings)}


@pytest.mark.slow
def test_a_database_that_cannot_be_used_is_said_once_and_tried_again(
    settings: Settings,
    server: Callable[[], None],
    beat: Callable[..., Beat],
    until: Until,
) -> None:
    server()
    file = settings.data_dir / "afi.sqlite3"
    file.write_bytes(b"This is no database. " * 1000)
    running = beat()
    until(lambda: "database: " in running.log(), "a word about the database")
    file.unlink()
    until(lambda: "database: well again" in running.log(), "the database's return")
    assert running.stopped().count("WARNING") == running.log().count("yet.") + 1
    assert schedule.entry("sweep").next_run is not None


def test_an_unknown_exchange_is_the_reason_for_no_run(
    settings: Settings, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    abroad = Settings(data_dir=settings.data_dir, exchange="ZZZZ")
    schedule.add("tick", replace(EDIT, market_hours=True))
    plan(settings, "tick", -SECOND)
    monkeypatch.setattr("worker_core.settings.current", lambda: abroad)
    scheduler = TableScheduler(client_app(settings), lazy=True)

    def reason() -> str | None:
        scheduler.tick()
        return schedule.entry("tick").skipped_why

    assert "ZZZZ" in str(until(reason, "a reason"))
    assert runs(settings) == []


def test_a_stop_whose_exception_python_drops_is_a_stop_all_the_same(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As happens where the signal comes while an object is taken down."""
    service = Service(client_app(settings), scheduler_cls=TableScheduler)
    looks: list[float] = []

    def look(_self: TableScheduler) -> float:
        looks.append(1)
        service.sync()  # All that is left of Celery's handler then.
        assert len(looks) < 3, "it runs on"
        return 0.0

    monkeypatch.setattr(TableScheduler, "_look", look)
    service.start()
    assert len(looks) == 1
