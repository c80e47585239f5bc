"""How long tasks waited and ran is kept by windows, and put together again."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from worker_core.operations.ledger import ledger, stored
from worker_core.operations.performance import WINDOW_S, by_queue, by_task, measure, windows
from worker_core.operations.reporting.system import system_data
from worker_core.settings import Settings
from worker_core.storage import NewTask, TaskNote
from worker_core.storage.health import PerformanceRepository

# Well within a window, and the one before it.
NOW = datetime.fromtimestamp(1_796_000_000 // WINDOW_S * WINDOW_S + 200, UTC)
START = NOW - timedelta(hours=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, broker_url="redis://127.0.0.1:1/0")


def ended(
    settings: Settings, task_id: str, name: str, ago_s: float, state: str = "succeeded"
) -> None:
    end = NOW - timedelta(seconds=ago_s)
    with ledger(settings) as tasks:
        tasks.add(NewTask(task_id, name, name.partition(".")[0], {}))
        began = end - timedelta(seconds=2)
        tasks.note([TaskNote(task_id, state, end, began_at=began)])  # type: ignore[arg-type]


def test_windows_that_are_over_are_stored_once(settings: Settings) -> None:
    ended(settings, "t1", "a.b", 250)
    ended(settings, "t2", "a.b", 260, "failed")
    ended(settings, "t3", "c.d", 900)
    ended(settings, "still open", "a.b", 100)
    first = measure(60, now=NOW, settings=settings)
    assert (first.windows, first.tasks) == (2, 3)
    rows = windows(START, settings=settings)
    assert measure(60, now=NOW, settings=settings) == first
    assert windows(START, settings=settings) == rows
    assert [(row.task, row.succeeded, row.failed) for row in rows] == [("c.d", 1, 0), ("a.b", 1, 1)]
    assert rows[0].run == {"p50": 2.0, "p95": 2.0, "p99": 2.0}


def test_what_was_noted_late_is_taken_up_by_the_next_measurement(settings: Settings) -> None:
    ended(settings, "t1", "a.b", 250)
    measure(60, now=NOW, settings=settings)
    ended(settings, "t2", "a.b", 240)
    measure(60, now=NOW, settings=settings)
    (row,) = windows(START, settings=settings)
    assert row.succeeded == 2


def test_the_last_window_that_is_over_is_stored_however_short_the_time(settings: Settings) -> None:
    ended(settings, "t1", "a.b", 250)
    assert measure(5, now=NOW, settings=settings).tasks == 1
    nothing = measure(5, now=NOW + timedelta(hours=3), settings=settings)
    assert (nothing.windows, nothing.tasks) == (0, 0)


def test_windows_are_put_together_by_task_and_by_queue(settings: Settings) -> None:
    for place in range(6):
        ended(
            settings, f"t{place}", "a.b", 250 + 300 * place, "failed" if place < 2 else "succeeded"
        )
    ended(settings, "x1", "a.c", 250, "cancelled")
    measure(60, now=NOW, settings=settings)
    first, second = by_task(START, NOW, settings=settings)
    assert (first.task, first.ended, first.failed) == ("a.b", 6, 2)
    assert first.failure_share == pytest.approx(1 / 3)
    assert first.rate == pytest.approx(6 / 3600)
    assert first.run["p95"] == pytest.approx(2.0, rel=0.01)
    assert (second.task, second.cancelled, second.failure_share) == ("a.c", 1, None)
    (queue,) = by_queue(START, NOW, settings=settings)
    assert (queue.queue, queue.task, queue.ended) == ("a", "", 7)


def test_of_more_windows_than_are_read_at_once_none_is_left_out(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {"task": None, "queue": None, "limit": 3}
    monkeypatch.setattr(PerformanceRepository.windows, "__kwdefaults__", few)
    for day in range(4):
        for place in range(2):
            ended(settings, f"t{day} {place}", "a.b", 250 + 86_400 * day + 300 * place)
    measure(5 * 24 * 60, now=NOW, settings=settings)
    (one,) = by_task(NOW - timedelta(days=5), NOW, settings=settings)
    assert (one.ended, one.run_count) == (8, 8)
    assert one.run["p50"] == pytest.approx(2.0, rel=0.01)
    with stored(settings) as storage:
        told = system_data(storage, NOW - timedelta(days=5), NOW)
    assert (told.whole.succeeded, sum(one.succeeded for one in told.buckets)) == (8, 8)


def test_an_empty_ledger_gives_no_numbers(settings: Settings) -> None:
    done = measure(60, now=NOW, settings=settings)
    assert (done.windows, done.tasks) == (0, 0)
    assert by_task(START, NOW, settings=settings) == ()
