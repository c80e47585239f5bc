"""What was measured, as the database keeps it."""

from datetime import UTC, datetime, timedelta

from tests.storage.alerts.bench import Bench
from worker_core.operations.alert_judge import judge
from worker_core.storage import (
    AlertRuleEdit,
    Evaluated,
    MeasureReading,
    NewTask,
    TaskNote,
    TaskState,
)
from worker_core.storage.retention.alerts import AlertKeeper, MeasurementKeeper
from worker_core.storage.tasks import TaskRepository


def test_a_measure_that_cannot_be_read_is_neither_fine_nor_firing(bench: Bench) -> None:
    bench.armed()
    bench.read(q=150)
    failed = MeasureReading("queue_depth", {}, "The broker does not answer.")
    first = bench.alerts.evaluate([failed], judge)
    assert (first.fired, first.resolved, first.open) == (0, 0, 1)
    read = bench.measurements.reads()["queue_depth"]
    assert read.problem == "The broker does not answer."
    assert read.problem_since == first.at
    assert read.read_at is not None
    assert read.read_at < first.at
    bench.alerts.evaluate([failed], judge)
    assert bench.measurements.reads()["queue_depth"].problem_since == first.at
    bench.read(q=150)
    assert bench.measurements.reads()["queue_depth"].problem is None


def test_a_value_that_stays_is_one_row_whose_end_moves(bench: Bench) -> None:
    for value in (5, 5, 5, 7, 7, 5):
        bench.read(q=value)
    rows = bench.measurements.history("queue_depth", datetime.now(UTC) - timedelta(hours=1))["q"]
    assert [row.value for row in rows] == [5, 7, 5]
    assert rows[0].since < rows[0].until < rows[1].since
    assert bench.measurements.subjects("queue_depth") == ("q",)


def test_a_value_after_a_gap_is_a_row_of_its_own(bench: Bench) -> None:
    bench.read(q=5)
    bench.shift(timedelta(minutes=20))
    bench.read(q=5)
    rows = bench.measurements.history("queue_depth", datetime.now(UTC) - timedelta(hours=1))["q"]
    assert len(rows) == 2


def test_measurements_of_a_time_that_has_not_come_are_taken_away(bench: Bench) -> None:
    bench.read(q=5, r=6)
    bench.shift(timedelta(hours=-3))
    bench.read(q=7)
    now = bench.measurements.now()
    found = bench.measurements.history("queue_depth", now - timedelta(hours=1))
    assert [row.value for row in found["q"]] == [7]
    assert all(row.until <= now + timedelta(seconds=5) for rows in found.values() for row in rows)


def test_a_subject_that_is_absent_has_none_of_what_is_counted(bench: Bench) -> None:
    bench.armed(AlertRuleEdit("bad", "quality_findings", 0, cooldown_s=0))

    def read(**values: float) -> Evaluated:
        one = MeasureReading("quality_findings", values, absent=0.0, max_gap_s=2430)
        return bench.alerts.evaluate([one], judge)

    assert read(AAPL=3).fired == 1
    assert read().resolved == 1
    rows = bench.measurements.history("quality_findings", datetime.now(UTC) - timedelta(hours=1))
    assert [row.value for row in rows["AAPL"]] == [3, 0]


def test_what_is_old_is_removed_and_what_lasts_is_not(bench: Bench) -> None:
    bench.armed()
    bench.read(q=150, r=1)
    bench.read(q=0)
    bench.read(q=150)
    bench.shift(timedelta(days=20))
    bench.read(q=150)
    bench.alerts.evaluate([], judge, keep_days=14)
    found = bench.measurements.history("queue_depth", datetime.now(UTC) - timedelta(days=99))
    assert {name: len(rows) for name, rows in found.items()} == {"q": 1}
    soon = datetime.now(UTC) + timedelta(minutes=1)
    keeper = AlertKeeper(bench.engine)
    assert keeper.removable(soon).count == 1
    assert keeper.remove(soon).count == 1
    assert len(bench.alerts.open()) == 1
    assert bench.alerts.settled() == ()
    assert MeasurementKeeper(bench.engine).remove(soon).count == 1


def test_failures_and_run_times_come_from_the_ledger(bench: Bench) -> None:
    ledger = TaskRepository(bench.engine)
    now = datetime.now(UTC)
    for place in range(4):
        task_id = f"t{place}"
        ledger.add(NewTask(task_id, "q.task", "q", {}))
        begun = now - timedelta(seconds=10)
        ledger.note([TaskNote(task_id, "running", begun, 1)])
        state: TaskState = "failed" if place == 0 else "succeeded"
        ledger.note([TaskNote(task_id, state, begun + timedelta(seconds=place), 1)])
    since = now - timedelta(minutes=15)
    assert bench.measurements.ended(since) == {"q.task": (4, 1)}
    assert sorted(bench.measurements.runtimes(since)["q.task"]) == [1, 2, 3]
    assert bench.measurements.ended(now + timedelta(minutes=1)) == {}
