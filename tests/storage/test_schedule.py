"""The schedule's table, on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine

from worker_core.storage import NewTask, ScheduleClaim, ScheduleEdit, ScheduleRecord, StorageError
from worker_core.storage.schedule import RAN_BEFORE, ScheduleRepository
from worker_core.storage.tasks import TaskRepository

DUE = datetime(2026, 3, 1, 12, tzinfo=UTC)
STEP = timedelta(minutes=5)
EDIT = ScheduleEdit("queue.task", {"ticker": "AAPL"}, "every", "300")


@pytest.fixture
def schedule(engine: Engine) -> ScheduleRepository:
    return ScheduleRepository(engine)


def added(schedule: ScheduleRepository, name: str = "a") -> ScheduleRecord:
    record = schedule.add(name, EDIT, DUE)
    assert record is not None
    return record


def of(schedule: ScheduleRepository, name: str = "a") -> ScheduleRecord:
    record, _ = schedule.get(name)
    assert record is not None
    return record


def claim(task_id: str = "t", key: str = "a@1", **values: object) -> ScheduleClaim:
    task = NewTask(task_id, "queue.task", "queue", {}, owner="schedule", idempotency_key=key)
    made = ScheduleClaim(DUE + timedelta(seconds=2), DUE, DUE + STEP, task_id, task)
    return replace(made, **values)  # type: ignore[arg-type]  # any of its fields


def test_an_entry_comes_back_as_it_was_written(schedule: ScheduleRepository) -> None:
    edit = replace(EDIT, kind="cron", expression="0 2 * * *", timezone="Europe/Berlin")
    record = schedule.add("a", replace(edit, market_hours=True, expires_s=60.0), DUE)
    assert record is not None
    records, now = schedule.read()
    assert records == (record,)
    assert record.edit == replace(edit, market_hours=True, expires_s=60.0)
    assert (record.enabled, record.built_in, record.next_run) == (True, False, DUE)
    assert abs(now - datetime.now(UTC)) < timedelta(minutes=1)
    assert schedule.add("a", EDIT, None) is None
    assert schedule.get("b")[0] is None


def test_a_claim_starts_the_task_and_plans_the_next_run(
    schedule: ScheduleRepository, tasks: TaskRepository
) -> None:
    mine, task = schedule.claim(added(schedule), claim())
    assert mine
    assert task is not None
    assert task.state == "waiting"
    assert tasks.get("t") == task
    after = of(schedule)
    assert (after.next_run, after.last_run) == (DUE + STEP, DUE + timedelta(seconds=2))
    assert (after.last_task_id, after.last_drift_s, after.missed) == ("t", 2.0, 0)


def test_one_of_many_schedulers_wins_a_due_time(
    schedule: ScheduleRepository, tasks: TaskRepository
) -> None:
    record, many = added(schedule), 8
    together = Barrier(many)

    def compete(number: int) -> bool:
        together.wait(30)
        return schedule.claim(record, claim(f"t{number}", f"key{number}"))[0]

    with ThreadPoolExecutor(many) as pool:
        wins = [number for number, won in enumerate(pool.map(compete, range(many))) if won]
    assert len(wins) == 1
    assert tasks.counts() == {"waiting": 1}
    assert of(schedule).last_task_id == f"t{wins[0]}"


def test_a_due_time_that_comes_again_sends_nothing_again(
    schedule: ScheduleRepository, tasks: TaskRepository
) -> None:
    """As after the clock was set back, or the entry was removed and made again."""
    schedule.claim(added(schedule), claim())
    schedule.plan(of(schedule), DUE)
    assert schedule.claim(of(schedule), claim()) == (True, None)
    assert tasks.counts() == {"waiting": 1}
    assert (of(schedule).skipped_at, of(schedule).skipped_why) == (DUE, RAN_BEFORE)


def test_what_was_changed_is_not_run_as_it_was(
    schedule: ScheduleRepository, tasks: TaskRepository
) -> None:
    record = added(schedule)
    # The next run stays, as it does when only arguments change.
    assert schedule.change(record, replace(EDIT, arguments={"ticker": "MSFT"}), DUE)
    assert schedule.claim(record, claim()) == (False, None)
    assert schedule.change(record, EDIT, DUE) is None
    assert schedule.claim(of(schedule), claim())[0]


@pytest.mark.parametrize("how", ["disabled", "removed"])
def test_what_is_gone_is_not_run(
    schedule: ScheduleRepository, tasks: TaskRepository, how: str
) -> None:
    record = added(schedule)
    if how == "disabled":
        assert schedule.switch(record, None, enabled=False)
    else:
        assert schedule.remove("a")
        assert not schedule.remove("a")
    assert schedule.claim(record, claim()) == (False, None)
    assert not schedule.plan(record, DUE)
    assert tasks.counts() == {}


def test_missed_runs_add_up_from_the_first_to_the_last(schedule: ScheduleRepository) -> None:
    first: dict[str, Any] = {
        "missed": 3,
        "missed_since": DUE - 3 * STEP,
        "last_missed_at": DUE - STEP,
    }
    schedule.claim(added(schedule), claim("t", "a@1", **first))
    later: dict[str, Any] = {
        "missed": 2,
        "missed_since": DUE + STEP,
        "last_missed_at": DUE + 2 * STEP,
    }
    schedule.claim(of(schedule), claim("u", "a@2", **later))
    after = of(schedule)
    assert after.missed == 5
    assert (after.missed_since, after.last_missed_at) == (DUE - 3 * STEP, DUE + 2 * STEP)
    assert schedule.forget_missed("a")
    after = of(schedule)
    assert (after.missed, after.missed_since, after.last_missed_at) == (0, None, None)
    assert not schedule.forget_missed("b")


def test_a_skipped_run_says_why_and_leaves_the_last_one(
    schedule: ScheduleRepository, tasks: TaskRepository
) -> None:
    schedule.claim(added(schedule), claim())
    skip = ScheduleClaim(DUE + STEP, DUE + STEP, DUE + 2 * STEP, skipped="market closed")
    assert schedule.claim(of(schedule), skip) == (True, None)
    after = of(schedule)
    assert (after.skipped_at, after.skipped_why) == (DUE + STEP, "market closed")
    assert (after.last_task_id, after.next_run) == ("t", DUE + 2 * STEP)
    assert tasks.counts() == {"waiting": 1}


def test_a_claim_whose_task_cannot_be_written_leaves_the_run_due(
    schedule: ScheduleRepository, tasks: TaskRepository
) -> None:
    record = added(schedule)
    broken = claim(task=NewTask("t", "queue.task", "queue", {"x": object()}))  # type: ignore[dict-item]
    with pytest.raises(TypeError):
        schedule.claim(record, broken)
    assert of(schedule) == record


def test_seeds_follow_the_program_until_a_user_edits_them(schedule: ScheduleRepository) -> None:
    schedule.seed({"a": EDIT, "b": EDIT, "c": EDIT})
    assert {record.name for record in schedule.read()[0]} == {"a", "b", "c"}
    for name in ("a", "b"):
        schedule.plan(of(schedule, name), DUE)
    mine = replace(EDIT, expression="60")
    schedule.change(of(schedule, "b"), mine, DUE)
    schedule.switch(of(schedule, "c"), None, enabled=False)
    schedule.seed({"a": EDIT, "b": EDIT, "c": EDIT})
    assert of(schedule).next_run == DUE
    newer = replace(EDIT, expression="900")
    schedule.seed({"a": newer, "b": newer, "c": newer})
    assert (of(schedule).edit, of(schedule).next_run) == (newer, None)
    assert (of(schedule, "b").edit, of(schedule, "b").next_run) == (mine, DUE)
    assert not of(schedule, "c").enabled


def test_a_user_s_entry_of_a_seed_s_name_is_left_alone(schedule: ScheduleRepository) -> None:
    record = added(schedule)
    schedule.seed({"a": replace(EDIT, expression="900")})
    assert of(schedule) == record


def test_a_run_outside_the_schedule_is_noted(schedule: ScheduleRepository) -> None:
    schedule.claim(added(schedule), claim())
    schedule.ran("a", "by hand")
    after = of(schedule)
    assert (after.last_task_id, after.last_drift_s) == ("by hand", None)
    assert after.next_run == DUE + STEP


def test_a_database_without_its_tables_is_a_storage_error(empty_url: str) -> None:
    from worker_core.storage.engine import create_engine

    engine = create_engine(empty_url)
    with pytest.raises(StorageError):
        ScheduleRepository(engine).read()
    engine.dispose()
