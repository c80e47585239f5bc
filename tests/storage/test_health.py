"""Checks and durations are kept once each, whatever database keeps them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from worker_core.operations.health import check
from worker_core.settings import Settings
from worker_core.storage import NewTask, PerformanceRecord, StorageError, TaskNote
from worker_core.storage.engine import create_engine
from worker_core.storage.health import HealthRepository, PerformanceRepository
from worker_core.storage.migrate import HEAD
from worker_core.storage.retention.health import HealthKeeper, PerformanceKeeper
from worker_core.storage.tasks import TaskRepository
from worker_core.storage.vitals import file_of, vitals

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
REPORT: dict[str, Any] = {
    "status": "warning",
    "took_s": 0.5,
    "findings": [{"part": "disk", "what": "Full \u0000 \ud800"}],
    "readings": {"workers": []},
    "probes": {"broker": 0.1},
}
WINDOW = PerformanceRecord(
    "a.b", "q", NOW, 300, 5, 1, 0, 1, 6, 5, {"p50": 1.0}, {"p50": 2.0}, {"3": 6}, {"5": 5}
)


@pytest.fixture
def checks(engine: Engine) -> HealthRepository:
    return HealthRepository(engine)


@pytest.fixture
def performance(engine: Engine) -> PerformanceRepository:
    return PerformanceRepository(engine)


def test_a_check_is_stored_once_by_its_task(checks: HealthRepository) -> None:
    assert checks.latest() is None
    assert checks.save("t1", NOW, REPORT)
    assert not checks.save("t1", NOW, REPORT | {"status": "critical"})
    assert checks.save("t2", NOW + timedelta(minutes=1), REPORT)
    latest = checks.latest()
    assert latest
    assert (latest.task_id, latest.status, latest.took_s) == ("t2", "warning", 0.5)
    assert [row.task_id for row in checks.since(NOW)] == ["t2", "t1"]
    assert checks.since(NOW + timedelta(hours=1)) == ()
    last_at = checks.since(NOW)[0].at
    assert [row.task_id for row in checks.since(NOW, end=last_at)] == ["t1"]
    assert sum(checks.statuses(NOW, last_at).values()) == 1
    assert "\x00" not in latest.findings[0]["what"]


def test_old_checks_and_windows_go(
    engine: Engine, checks: HealthRepository, performance: PerformanceRepository
) -> None:
    checks.save("old", NOW - timedelta(days=40), REPORT)
    checks.save("new", NOW, REPORT)
    performance.save([replace(WINDOW, start=NOW - timedelta(days=100)), WINDOW])
    for keeper in (HealthKeeper(engine), PerformanceKeeper(engine)):
        assert keeper.removable(NOW - timedelta(days=30)).count == 1
        assert keeper.remove(NOW - timedelta(days=30)).count == 1
        assert keeper.remove(NOW - timedelta(days=30)).count == 0
    assert [row.task_id for row in checks.since(NOW - timedelta(days=99))] == ["new"]
    assert performance.windows(NOW - timedelta(days=999)) == (WINDOW,)


def test_a_window_takes_the_place_of_what_was_known_of_it(
    performance: PerformanceRepository,
) -> None:
    later = replace(WINDOW, start=NOW + timedelta(seconds=300), task="c.d")
    performance.save([WINDOW, later])
    performance.save([replace(WINDOW, failed=2)])
    performance.save([])
    found = performance.windows(NOW)
    assert [(row.task, row.failed) for row in found] == [("a.b", 2), ("c.d", 1)]
    assert performance.windows(NOW, later.start) == (replace(WINDOW, failed=2),)
    assert performance.windows(NOW, task="c.d") == (later,)
    assert performance.windows(NOW, queue="other") == ()
    assert found[0].failure_share == pytest.approx(2 / 7)
    assert replace(WINDOW, succeeded=0, failed=0).failure_share is None


def submitted(tasks: TaskRepository, task_id: str, name: str = "a.b") -> None:
    tasks.add(NewTask(task_id, name, "q", {}))


def test_endings_are_counted_by_task_and_window(
    tasks: TaskRepository, performance: PerformanceRepository
) -> None:
    assert performance.endings((600, 3600), NOW) == []
    ends = {"t1": ("succeeded", 60), "t2": ("failed", 60), "t3": ("quarantined", 1800)}
    ends |= {"t4": ("cancelled", 60), "t5": ("failed", 7200)}
    for task_id, (state, ago) in ends.items():
        submitted(tasks, task_id)
        at = NOW - timedelta(seconds=ago)
        tasks.note([TaskNote(task_id, state, at)])  # type: ignore[arg-type]
    assert performance.endings((600, 3600), NOW) == [
        ("", 600.0, 2, 1),
        ("", 3600.0, 3, 2),
        ("a.b", 600.0, 2, 1),
        ("a.b", 3600.0, 3, 2),
    ]


def test_how_long_a_task_waited_and_ran_is_told_as_far_as_it_is_known(
    tasks: TaskRepository, performance: PerformanceRepository
) -> None:
    for task_id in ("once", "twice", "never", "open"):
        submitted(tasks, task_id)
    began = datetime.now(UTC)
    end = began + timedelta(seconds=8)
    tasks.note(
        [
            TaskNote("once", "succeeded", end, began_at=began + timedelta(seconds=3)),
            TaskNote("twice", "failed", end, attempts=2, began_at=began),
        ]
    )
    tasks.cancel(["never"])
    found = list(performance.ended(began - timedelta(hours=1), end + timedelta(hours=1)))
    rows = {row.attempts: row for row in found if row.state != "cancelled"}
    assert rows[1].ran_s == pytest.approx(5.0)
    assert rows[1].waited_s is not None
    assert 2.9 < rows[1].waited_s < 63.0
    assert rows[2].ran_s is None
    (never,) = [row for row in found if row.state == "cancelled"]
    assert (never.waited_s, never.ran_s) == (None, None)
    assert len(found) == 3
    assert list(performance.ended(end + timedelta(hours=1), end + timedelta(hours=2))) == []


def test_what_others_wait_for_is_needed(tasks: TaskRepository) -> None:
    tasks.add(NewTask("parent", "a.b", "q", {}), [NewTask("child", "c.d", "q", {})])
    submitted(tasks, "ended")
    now = datetime.now(UTC)
    tasks.note([TaskNote("ended", "succeeded", now)])
    assert tasks.needed(["parent", "child", "ended", "unknown"]) == {"parent", "child"}
    tasks.note([TaskNote("parent", "succeeded", now)])
    assert tasks.needed(["parent"]) == {"parent"}
    tasks.note([TaskNote("child", "failed", now)])
    assert tasks.needed(["parent", "child"]) == set()


def test_vitals_of_a_database_that_is_well(database_url: str) -> None:
    found = vitals(database_url)
    assert found.revision == found.head == HEAD
    assert found.writable
    assert found.size_bytes
    assert found.problem is None
    if found.kind == "PostgreSQL":
        assert found.now is not None
        assert abs((found.now - datetime.now(UTC)).total_seconds()) < 60
        assert 1 <= (found.connections or 0) <= (found.max_connections or 0)


def test_vitals_of_a_database_without_tables(empty_url: str) -> None:
    if path := file_of(empty_url):
        path.touch()
    assert vitals(empty_url).revision is None


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "afi.sqlite3"
    with pytest.raises(StorageError, match="does not exist"):
        vitals(f"sqlite:///{path}")
    assert not path.parent.exists()


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "afi.sqlite3"
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(StorageError, match="is not an SQLite database"):
        vitals(f"sqlite:///{path}")


def test_a_writer_who_holds_the_file_is_told_within_the_time_given(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'afi.sqlite3'}"
    engine = create_engine(url)
    with engine.connect() as holder:
        holder.execution_options(afi_write=True)
        with holder.begin():
            holder.exec_driver_sql("SELECT 1")
            found = vitals(url, 0.05)
    engine.dispose()
    assert found.problem
    assert "locked" in found.problem


def test_a_look_at_the_system_reads_either_kind_of_database(
    database_url: str, tasks: TaskRepository, tmp_path: Path
) -> None:
    submitted(tasks, "t1")
    tasks.note([TaskNote("t1", "quarantined", datetime.now(UTC))])
    settings = Settings(
        data_dir=tmp_path, broker_url="redis://127.0.0.1:1/0", database=database_url
    )
    report = check(settings)
    read = report.readings
    assert read.database
    assert (read.database.revision, read.database.writable) == (HEAD, True)
    assert read.quarantined == 1
    assert read.schedule == ()
    assert [(one.window_s, one.ended) for one in read.failures or () if not one.name] == [
        (600, 1),
        (3600, 1),
        (86_400, 1),
    ]
