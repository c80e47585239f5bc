"""A look at a real system: what is dead or forbidden is a finding, in bounded time."""

import socket
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from tests.operations.conftest import STANDINS, Until
from worker_core.health import HealthReport
from worker_core.operations import process
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.client import send
from worker_core.operations.connection import client
from worker_core.operations.health import check, history, keep, latest
from worker_core.operations.ledger import ledger
from worker_core.operations.workers import inspect
from worker_core.settings import Settings
from worker_core.storage import NewTask, TaskNote

if TYPE_CHECKING:
    from redis import Redis

HOSTILE = "orders\x1b[31m\r\nX-Header: 1" + "x" * 300


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and says nothing."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        yield listener.getsockname()[1]


def parts(report: HealthReport, *severities: str) -> set[str]:
    return {one.part for one in report.findings if one.severity in severities}


def test_a_whole_system_is_read(redis: "Redis", worker: str, shared_settings: Settings) -> None:
    with ledger(shared_settings):
        report = check(shared_settings)
    read = report.readings
    assert read.broker
    assert read.broker.journalled
    assert read.database
    assert (read.database.kind, read.database.writable) == ("SQLite", True)
    (one,) = [row for row in read.workers or () if row.node == worker]
    assert (one.answered, one.slots, one.pool) == (True, 2, "prefork")
    assert "monitoring" in (one.queues or ())
    assert {clock.what for clock in read.clocks or ()} >= {"this computer", worker}
    assert all(abs(clock.ahead_s) <= clock.doubt_s + 1 for clock in read.clocks or ())
    assert read.disks
    assert set(report.probes) == {"broker", "workers", "queues", "database", "disk"}
    # No scheduler has run there, and nothing else is wrong but what this computer itself lacks.
    assert parts(report, "warning", "critical") <= {"schedule", "disk"}


def test_messages_that_nobody_takes_are_told_with_their_age(
    redis: "Redis", worker: str, shared_settings: Settings
) -> None:
    redis.sadd("_kombu.binding.orders", "orders\x06\x16\x06\x16orders")
    try:
        send("a.b", (), {}, queue="orders", settings=shared_settings)
        report = check(shared_settings)
    finally:
        redis.delete("_kombu.binding.orders")
    (row,) = [row for row in report.readings.queues or () if row.name == "orders"]
    assert row.waiting == 1
    assert row.oldest_s is not None
    assert row.oldest_s >= 0
    assert any(one.subject == "orders" and one.part == "queues" for one in report.findings)


def test_a_dead_broker_is_one_finding_and_the_rest_is_read(data_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"redis://127.0.0.1:{taken.getsockname()[1]}/0"
        settings = Settings(data_dir=data_dir, broker_url=url)
        with ledger(settings):
            report = check(settings)
    assert [one.part for one in report.findings if one.severity == "critical"] == ["broker"]
    assert report.readings.database
    assert report.readings.disks
    assert report.exit_code == 2


def test_a_broker_that_takes_connections_and_is_silent_costs_no_more_than_its_part(
    data_dir: Path, silent_port: int
) -> None:
    settings = Settings(data_dir=data_dir, broker_url=f"redis://127.0.0.1:{silent_port}/0")
    report = check(settings)
    assert "broker" in parts(report, "critical")
    assert report.readings.workers is None
    assert max(report.probes.values()) < 8


def test_a_database_that_is_silent_is_a_finding_and_the_rest_is_read(
    data_dir: Path, silent_port: int, shared_settings: Settings
) -> None:
    url = f"postgresql://nobody@127.0.0.1:{silent_port}/afi"
    broker = EmbeddedBroker(shared_settings.data_dir).url
    settings = Settings(data_dir=data_dir, broker_url=broker, database=url)
    report = check(settings)
    assert "database" in parts(report, "critical")
    assert report.readings.broker
    assert report.readings.failures is None
    assert report.readings.schedule is None


def test_a_look_makes_no_database(data_dir: Path) -> None:
    settings = Settings(data_dir=data_dir, broker_url="redis://127.0.0.1:1/0")
    report = check(settings)
    assert not data_dir.exists()
    assert any("does not exist" in one.what for one in report.findings)


def test_a_full_broker_and_one_that_evicts(broker: EmbeddedBroker, settings: Settings) -> None:
    # Not the one that is shared: what it throws out, others miss.
    with client(broker.start()) as redis:
        redis.config_set("maxmemory-policy", "volatile-ttl")
        redis.config_set("maxmemory", int(cast("Any", redis.info("memory"))["used_memory"] * 0.9))
        report = check(settings)
    told = " ".join(one.what for one in report.findings if one.part == "broker")
    assert "of the" in told
    assert "volatile-ttl" in told


def test_a_user_without_rights_is_told_which_and_the_rest_is_read(
    redis: "Redis", worker: str, shared_settings: Settings
) -> None:
    rules = ["~*", "resetchannels", "-@all", "+ping", "+select", "+llen", "+hlen", "+auth"]
    cast("Any", redis).execute_command("ACL", "SETUSER", "narrow", "reset", "on", ">pw", *rules)
    url = EmbeddedBroker(shared_settings.data_dir).url or ""
    narrow = f"redis://narrow:pw@{url.rpartition('@')[2]}"
    report = check(Settings(data_dir=shared_settings.data_dir, broker_url=narrow))
    told = {one.part: one.what for one in report.findings if one.part in {"broker", "queues"}}
    assert told["broker"] == "This user may not ask for INFO, CONFIG GET, TIME."
    assert "this user may not" in told["queues"]
    assert report.readings.queues
    assert "workers" in parts(report, "warning")
    assert "pw" not in str(report.as_json()).replace("pw@", "pw")


def test_hostile_names_of_queues_stay_on_their_line(
    redis: "Redis", worker: str, shared_settings: Settings
) -> None:
    redis.sadd(f"_kombu.binding.{HOSTILE}", "x\x06\x16\x06\x16x")
    redis.lpush(HOSTILE, "not a message")
    redis.set("data_processing", "no list")
    try:
        report = check(shared_settings)
    finally:
        redis.delete(f"_kombu.binding.{HOSTILE}", HOSTILE, "data_processing")
    told = [one.what for one in report.findings if one.part == "queues"]
    assert all(text.isprintable() for text in told)
    assert any("data_processing cannot be read" in text for text in told)
    assert all(len(text) < 400 for text in told)


def test_hostile_journal_entries_and_heartbeats_are_passed_over(
    redis: "Redis", worker: str, shared_settings: Settings
) -> None:
    for body in (b"{", b"[1, null]", b'{"hostname": 7, "type": []}', b'{"hostname": {}}'):
        redis.xadd("afi:journal", {"events": body})
    redis.xadd("afi:journal", {"other": b"x"})
    redis.xadd("afi:journal", {"events": b'{"hostname": "lost@host", "type": "task-received"}'})
    report = check(shared_settings)
    silent = {row.node for row in report.readings.workers or () if not row.answered}
    assert silent == {"lost@host"}


@pytest.mark.slow
def test_a_worker_with_a_wrong_clock_is_named(
    redis: "Redis",
    shared_settings: Settings,
    until: Until,
    tmp_path: Path,
) -> None:
    node = "late@here"
    running = process.start(
        [sys.executable, str(STANDINS / "late_worker.py"), node, "-40"],
        log=tmp_path / "worker.log",
        environment={"AFI_DATA_DIR": str(shared_settings.data_dir)},
    )
    try:
        until(
            lambda: inspect("ping", destination=[node], timeout=0.5, settings=shared_settings),
            "the worker's answer",
        )
        report = check(shared_settings)
    finally:
        process.ask(running, "TERM")
        if not process.wait(running, 30):
            process.kill(running)
        process.forget(running.watchdog.pid)
    (finding,) = [one for one in report.findings if one.part == "clocks"]
    assert (finding.severity, finding.subject) == ("critical", node)
    assert "behind the broker's" in finding.what
    (clock,) = [row for row in report.readings.clocks or () if row.what == node]
    assert abs(clock.ahead_s + 40) <= clock.doubt_s + 1


def test_a_worker_of_an_earlier_check_that_is_gone_without_a_word_is_silent(
    redis: "Redis", data_dir: Path, shared_settings: Settings
) -> None:
    url = EmbeddedBroker(shared_settings.data_dir).url
    settings = Settings(data_dir=data_dir, broker_url=url, key_prefix="other:")
    with ledger(settings):
        first = check(settings)
    told = first.as_json()
    told["readings"]["workers"] = [
        {"node": "was@here", "answered": True, "seen_at": datetime.now(UTC).timestamp()},
        {"node": "long-ago@here", "answered": True, "seen_at": 1.0},
        "nonsense",
    ]
    from worker_core.operations.ledger import stored

    with stored(settings) as storage:
        storage.health.save("t1", first.at, told)
    second = check(settings)
    assert [row.node for row in second.readings.workers or ()] == ["was@here"]
    assert any("was@here" in one.what for one in second.findings)


def test_a_report_is_kept_once_and_found_again(data_dir: Path) -> None:
    settings = Settings(data_dir=data_dir, broker_url="redis://127.0.0.1:1/0")
    report = check(settings)
    keep(report, "task-1", settings=settings)
    keep(report, "task-1", settings=settings)
    found = history(report.at - timedelta(minutes=1), settings=settings)
    assert [row.task_id for row in found] == ["task-1"]
    record = latest(settings)
    assert record
    assert record.as_json() == report.as_json()


def test_failures_are_counted_from_the_ledger(
    redis: "Redis", data_dir: Path, shared_settings: Settings
) -> None:
    url = EmbeddedBroker(shared_settings.data_dir).url
    settings = Settings(data_dir=data_dir, broker_url=url)
    now = datetime.now(UTC)
    with ledger(settings) as tasks:
        for place in range(12):
            tasks.add(NewTask(f"t{place}", "a.b", "orders", {}))
        notes = [TaskNote(f"t{n}", "failed" if n < 10 else "cancelled", now) for n in range(12)]
        tasks.note(notes)
    report = check(settings)
    assert any("10 of 10 tasks a.b failed" in one.what for one in report.findings)
