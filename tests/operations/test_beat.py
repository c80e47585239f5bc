"""Real schedulers over one database: nothing is started twice, nothing is forgotten."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.operations.conftest import Until
from worker_core import settings as settings_module
from worker_core.market.calendar import is_open
from worker_core.operations import queues, schedule
from worker_core.operations.connection import client, ping
from worker_core.operations.errors import BrokerUnreachable
from worker_core.operations.ledger import kept_schedule, ledger
from worker_core.operations.sweep import sweep
from worker_core.schedule.builtin import built_in
from worker_core.settings import Settings
from worker_core.storage import ScheduleEdit, TaskRecord
from worker_core.storage.tasks import TaskRepository

pytestmark = pytest.mark.slow

QUEUE = "document_processing"
TASK = f"{QUEUE}.generate_document_summary"
ARGUMENTS = {"document": "ab" * 32}
EDIT = ScheduleEdit(TASK, ARGUMENTS, "every", "1")
SECOND = timedelta(seconds=1)

Server = Callable[[], None]


class Beat(subprocess.Popen[bytes]):
    """A scheduler of its own process, in the words of ``celery`` or of ``afi``."""

    def __init__(self, log: Path, *words: str) -> None:
        self.log_path = log
        with log.open("ab") as output:
            super().__init__([sys.executable, "-m", *words], stdout=output, stderr=output)

    def log(self) -> str:
        return self.log_path.read_text()


@pytest.fixture
def settings(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Of a broker that is not there yet, and by which child processes go as well."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    monkeypatch.setenv("AFI_DATA_DIR", str(data_dir))
    monkeypatch.setenv("CELERY_BROKER_URL", f"redis://127.0.0.1:{port}/0")
    monkeypatch.setenv("AFI_SWEEP_GRACE_S", "0.1")
    settings_module.current.cache_clear()
    data_dir.mkdir()
    yield settings_module.current()
    settings_module.current.cache_clear()


@pytest.fixture
def server(settings: Settings, bundled: Path, tmp_path: Path, until: Until) -> Iterator[Server]:
    """Starts the broker."""
    url = settings.broker_url or ""
    started: list[subprocess.Popen[bytes]] = []

    def answers() -> bool:
        try:
            ping(url)
        except BrokerUnreachable:
            return False
        return True

    def start() -> None:
        port = url.rpartition(":")[2].partition("/")[0]
        words = ["--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
        started.append(subprocess.Popen([bundled, *words], stdout=subprocess.DEVNULL))
        until(answers, "the broker's answer")

    yield start
    for one in started:
        one.kill()
        one.wait()


@pytest.fixture
def beat(settings: Settings, tmp_path: Path) -> Iterator[Callable[..., Beat]]:
    """Starts a scheduler."""
    started: list[Beat] = []

    def start(*words: str) -> Beat:
        log = tmp_path / f"beat{len(started)}.log"
        started.append(Beat(log, *(words or ("worker_core", "beat"))))
        return started[-1]

    yield start
    for one in started:
        one.kill()
        one.wait()


def runs(settings: Settings, name: str = "tick") -> list[TaskRecord]:
    """The ledger's rows that an entry has led to, by their due times."""
    with ledger(settings) as tasks:
        found = [row for row in _all(tasks) if row.headers.get("afi_schedule") == name]
    return sorted(found, key=_due)


def _all(tasks: TaskRepository) -> tuple[TaskRecord, ...]:
    with sqlite3.connect(str(tasks._engine.url.database)) as connection:
        ids = [row[0] for row in connection.execute("SELECT id FROM tasks")]
    connection.close()
    return tuple(row for one in ids if (row := tasks.get(one)))


def _due(row: TaskRecord) -> datetime:
    return datetime.fromisoformat((row.idempotency_key or "").partition("@")[2])


def plan(settings: Settings, name: str, ahead: timedelta) -> datetime:
    """Let the next run of an entry be that far from now."""
    with kept_schedule(settings) as kept:
        record, now = kept.get(name)
        assert record is not None
        assert kept.plan(record, now + ahead)
    return now


def stopped(beat: Beat) -> str:
    """Stop it as a supervisor does; what it has logged."""
    beat.send_signal(signal.SIGTERM)
    assert beat.wait(120) == 0, beat.log()
    assert "Traceback" not in beat.log()
    return beat.log()


def test_two_schedulers_start_each_due_time_once(
    settings: Settings, server: Server, beat: Callable[..., Beat], until: Until
) -> None:
    server()
    both = beat(), beat("celery", "-A", "worker_core", "beat")
    until(lambda: all("Starting" in one.log() or "schedule ->" in one.log() for one in both))
    schedule.add("tick", EDIT)
    until(lambda: len(runs(settings)) >= 8, "eight runs")
    for one in both:
        stopped(one)
    rows, entry = runs(settings), schedule.entry("tick")
    dues = [_due(row) for row in rows]
    # Each due time has its run, or is counted as missed where this computer was too busy.
    first = min(dues[0], entry.missed_since or dues[0])
    assert (dues[-1] - first) / SECOND + 1 == len(rows) + entry.missed
    assert len(set(dues)) == len(rows)
    # One that was stopped between the claim and the broker leaves its row to the sweep.
    until(lambda: _swept(settings), "the sweep")
    with client(settings.broker_url or "") as redis:
        messages = [waiting.task_id for waiting in queues.peek(redis, QUEUE, 1000)]
    assert sorted(map(str, messages)) == sorted(row.id for row in rows)
    assert entry.last_task_id == rows[-1].id
    assert entry.last_drift_s is not None
    assert entry.last_drift_s >= 0


def test_a_killed_scheduler_is_not_missed(
    settings: Settings, server: Server, beat: Callable[..., Beat], until: Until
) -> None:
    server()
    schedule.add("tick", EDIT)
    first, second = beat(), beat()
    until(lambda: runs(settings), "a run")
    first.kill()
    first.wait()
    before = len(runs(settings))
    until(lambda: len(runs(settings)) >= before + 3, "runs of the standby")
    third = beat()
    second.kill()
    second.wait()
    before = len(runs(settings))
    until(lambda: len(runs(settings)) >= before + 3, "runs of the third")
    stopped(third)
    dues = [_due(row) for row in runs(settings)]
    assert len(set(dues)) == len(dues)


def test_it_follows_changes_while_it_runs(
    settings: Settings, server: Server, beat: Callable[..., Beat], until: Until
) -> None:
    server()
    running = beat()
    until(lambda: len(schedule.entries()) == len(built_in(settings)), "the entries of the program")
    schedule.add("tick", EDIT)
    schedule.add("other", EDIT)
    until(lambda: runs(settings), "a run of the new entry")
    schedule.edit("tick", {"arguments": {"document": "cd" * 32}})
    until(lambda: runs(settings)[-1].arguments == {"document": "cd" * 32}, "the new arguments")
    schedule.disable("tick")
    before, others = len(runs(settings)), len(runs(settings, "other"))
    until(lambda: len(runs(settings, "other")) >= others + 3, "runs of the other")
    assert len(runs(settings)) == before
    schedule.enable("tick")
    until(lambda: len(runs(settings)) > before, "a run of the enabled entry")
    schedule.remove("tick")
    before, others = len(runs(settings)), len(runs(settings, "other"))
    until(lambda: len(runs(settings, "other")) >= others + 3, "runs of the other")
    assert len(runs(settings)) == before
    stopped(running)


def test_what_was_missed_while_none_ran_is_counted_and_started_once(
    settings: Settings, server: Server, beat: Callable[..., Beat], until: Until
) -> None:
    server()
    schedule.add("tick", replace(EDIT, expression="10"))
    now = plan(settings, "tick", timedelta(seconds=-125))
    running = beat()
    until(lambda: runs(settings), "a run")
    entry = schedule.entry("tick")
    (row,) = runs(settings)
    assert entry.missed >= 12
    assert entry.missed_since == now - timedelta(seconds=125)
    assert entry.last_missed_at == _due(row) - timedelta(seconds=10)
    assert f"tick: {entry.missed} runs were missed" in stopped(running)


def test_a_clock_that_was_set_back_stops_nothing(
    settings: Settings, server: Server, beat: Callable[..., Beat], until: Until
) -> None:
    """The next run then seems to be far away."""
    server()
    schedule.add("tick", EDIT)
    plan(settings, "tick", timedelta(days=1))
    running = beat()
    until(lambda: len(runs(settings)) >= 2, "runs")
    stopped(running)
    rows = runs(settings)
    assert (_due(rows[-1]) - _due(rows[0])) / SECOND >= len(rows) - 1


def test_without_a_broker_runs_are_kept_and_delivered_when_it_is_back(
    settings: Settings, server: Server, beat: Callable[..., Beat], until: Until
) -> None:
    schedule.add("tick", EDIT)
    running = beat()
    until(lambda: len(runs(settings)) >= 3, "runs without a broker")
    assert {row.state for row in runs(settings)} == {"waiting"}
    server()
    until(lambda: runs(settings)[-1].state == "published", "a run over the broker")
    assert stopped(running).count("waits in the ledger") == 1
    until(lambda: _swept(settings), "the sweep of those that waited")
    with client(settings.broker_url or "") as redis:
        messages = {waiting.task_id for waiting in queues.peek(redis, QUEUE, 1000)}
    assert messages == {row.id for row in runs(settings)}


def _swept(settings: Settings) -> bool:
    sweep(settings)
    return {row.state for row in runs(settings)} == {"published"}


def test_a_locked_database_is_waited_for(
    settings: Settings, server: Server, beat: Callable[..., Beat], until: Until
) -> None:
    server()
    schedule.add("tick", EDIT)
    running = beat()
    until(lambda: runs(settings), "a run")
    with closing(sqlite3.connect(settings.data_dir / "afi.sqlite3", timeout=30)) as holder:
        holder.isolation_level = None
        holder.execute("BEGIN IMMEDIATE")
        before = len(runs(settings))
        until(lambda: _lateness(settings) > 4, "some seconds without a run")
        assert len(runs(settings)) == before
        holder.execute("ROLLBACK")
    until(lambda: len(runs(settings)) >= before + 3, "runs after the lock")
    stopped(running)
    entry, rows = schedule.entry("tick"), runs(settings)
    assert entry.missed >= 2
    assert (_due(rows[-1]) - _due(rows[0])) / SECOND + 1 >= len(rows)


def _lateness(settings: Settings) -> float:
    with kept_schedule(settings) as kept:
        record, now = kept.get("tick")
    assert record is not None
    assert record.next_run is not None
    return (now - record.next_run).total_seconds()


def test_a_database_that_cannot_be_used_is_said_once_and_tried_again(
    settings: Settings, server: Server, beat: Callable[..., Beat], until: Until
) -> None:
    server()
    file = settings.data_dir / "afi.sqlite3"
    file.write_bytes(b"This is no database. " * 1000)
    running = beat()
    until(lambda: "database: " in running.log(), "a word about the database")
    file.unlink()
    until(lambda: "database: well again" in running.log(), "the database's return")
    assert stopped(running).count("WARNING") == running.log().count("yet.") + 1
    assert schedule.entry("sweep").next_run is not None


def test_the_sweep_is_sent_without_a_row_and_expires(
    settings: Settings, server: Server, beat: Callable[..., Beat], until: Until
) -> None:
    server()
    os.environ["AFI_SWEEP_EVERY_S"] = "0.5"
    try:
        running = beat()
    finally:
        del os.environ["AFI_SWEEP_EVERY_S"]
    with client(settings.broker_url or "") as redis:
        (message, *_) = until(lambda: queues.peek(redis, "monitoring"), "a sweep's message")
    assert message.name == "afi.sweep"
    with ledger(settings) as tasks:
        assert tasks.get(str(message.task_id)) is None
    stopped(running)
    assert schedule.entry("sweep").text == "every 0.5 s"


def test_outside_trading_hours_a_run_is_skipped_with_the_reason(
    settings: Settings, server: Server, beat: Callable[..., Beat], until: Until
) -> None:
    server()
    schedule.add("tick", replace(EDIT, market_hours=True))
    running = beat()

    def decided() -> bool:
        entry = schedule.entry("tick")
        return entry.skipped_at is not None or entry.last_run is not None

    until(decided, "a run, or a reason for none")
    stopped(running)
    entry = schedule.entry("tick")
    if entry.last_run is not None:
        assert is_open(entry.last_run)
    if entry.skipped_at is not None:
        assert not is_open(entry.skipped_at)
        assert entry.skipped_why == "market closed"
        assert entry.last_run is not None or (entry.missed, runs(settings)) == (0, [])


def test_an_unknown_exchange_is_the_reason_for_no_run(
    settings: Settings,
    server: Server,
    beat: Callable[..., Beat],
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server()
    monkeypatch.setenv("AFI_EXCHANGE", "ZZZZ")
    schedule.add("tick", replace(EDIT, market_hours=True))
    running = beat()
    why = until(lambda: schedule.entry("tick").skipped_why, "a reason")
    assert "ZZZZ" in str(why)
    stopped(running)
    assert runs(settings) == []
