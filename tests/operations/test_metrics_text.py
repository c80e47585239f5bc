"""Metrics in Prometheus' text format, as Prometheus' own parser reads them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families

from worker_core.catalog import QUEUES
from worker_core.health import HealthReport, assess
from worker_core.health.readings import (
    ClockReading,
    DatabaseReading,
    DiskReading,
    EntryReading,
    QueueReading,
    Readings,
    WorkerReading,
)
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.ledger import stored
from worker_core.operations.metrics_text import MOST, OTHER, text
from worker_core.operations.performance import measure
from worker_core.settings import Settings
from worker_core.storage import NewTask, TaskNote

if TYPE_CHECKING:
    from redis import Redis

NASTY = 'x"}\n# HELP afi_up evil\\ \ud800 \x00'


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, broker_url="redis://127.0.0.1:1/0")


def families(raw: bytes) -> dict[str, dict[tuple[str, ...], float]]:
    """Values by family and label values, in the order of the labels' names; a series that comes
    twice fails."""
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(raw.decode()):
        rows = found.setdefault(family.name, {})
        for sample in family.samples:
            key = tuple(sample.labels.values())
            assert key not in rows
            rows[key] = sample.value
    return found


def report_of(readings: Readings) -> HealthReport:
    return assess(datetime.now(UTC), readings)


def test_a_dead_system_still_has_metrics(settings: Settings) -> None:
    found = families(text(settings))
    assert found["afi_broker_up"] == {(): 0.0}
    assert found["afi_database_up"] == {(): 0.0}
    assert found["afi_health_status"][("critical",)] == 1.0
    assert found["afi_health_findings"][("broker", "critical")] == 1.0
    assert "afi_broker_latency_seconds" not in found


def test_a_live_system_is_measured(
    redis: "Redis", worker: str, shared_settings: Settings, tmp_path: Path
) -> None:
    url = EmbeddedBroker(shared_settings.data_dir).url
    settings = Settings(data_dir=tmp_path, broker_url=url)
    end = datetime.now(UTC) - timedelta(minutes=10)
    with stored(settings) as storage:
        for task_id, name in (("t1", "monitoring.cache_warming"), ("t2", "evil"), ("t3", "wild")):
            storage.tasks.add(NewTask(task_id, name, "q", {}))
            began = end - timedelta(seconds=4)
            storage.tasks.note([TaskNote(task_id, "succeeded", end, began_at=began)])
    measure(30, settings=settings)
    found = families(text(settings))
    assert found["afi_broker_up"] == {(): 1.0}
    assert found["afi_worker_up"][(worker,)] == 1.0
    assert {key[0] for key in found["afi_queue_messages"]} >= set(QUEUES)
    ended = found["afi_tasks_ended_last_hour"]
    assert ended[("succeeded", "monitoring.cache_warming")] == 1.0
    assert ended[("succeeded", OTHER)] == 2.0
    run = found["afi_task_run_seconds"][("0.5", "monitoring.cache_warming")]
    assert run == pytest.approx(4.0, rel=0.02)


def test_names_from_outside_neither_break_the_format_nor_fill_it(settings: Settings) -> None:
    many = range(5 * MOST)
    readings = Readings(
        database=DatabaseReading("SQLite", 0.1, None, "0001"),
        workers=tuple(WorkerReading(f"{NASTY}{n}", n % 2 == 0, slots=1) for n in many),
        queues=(
            *(QueueReading(f"q{n}{NASTY}", 1, float(n)) for n in many),
            *(QueueReading(name, 2, needed=True) for name in QUEUES),
        ),
        disks=(DiskReading(NASTY, "/", 1, 2), DiskReading(NASTY, "/", 3, 4)),
        clocks=(ClockReading("a" * 500 + "1", 1.0, 0), ClockReading("a" * 500 + "2", -3.0, 0)),
        schedule=tuple(EntryReading(f"e{n}") for n in many),
    )
    raw = text(settings, report=report_of(readings))
    found = families(raw)
    assert len(found["afi_worker_up"]) == MOST + 1
    assert len(found["afi_queue_messages"]) == MOST + 1 + len(QUEUES)
    assert found["afi_queue_messages"][(OTHER,)] == 4 * MOST
    assert sum(found["afi_queue_messages"].values()) == 5 * MOST + 2 * len(QUEUES)
    assert all(found["afi_queue_messages"][(name,)] == 2 for name in QUEUES)
    assert found["afi_queue_oldest_message_age_seconds"][(OTHER,)] == 5 * MOST - 1
    # Two names that are cut to one share a series, and the worse value counts.
    assert list(found["afi_clock_skew_seconds"].values()) == [-3.0]
    assert len(found["afi_disk_free_bytes"]) == 1
    assert "afi_up" not in found
    assert len(raw) < 200_000


def test_a_part_that_was_not_read_has_no_series(settings: Settings) -> None:
    nothing = report_of(Readings())
    found = families(text(settings, report=replace(nothing, took_s=0.25)))
    assert found["afi_health_check_duration_seconds"] == {(): 0.25}
    assert "afi_workers" not in found


def test_every_name_is_of_prometheus_kind(settings: Settings) -> None:
    for name in families(text(settings)):
        assert name.startswith("afi_")
        assert name == name.lower()
        assert not name.endswith(("_total", "_ms", "_mb"))
