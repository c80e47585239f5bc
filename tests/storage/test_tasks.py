"""The ledger of submitted tasks."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, update

from worker_core.storage import NewTask, TaskNote, TaskRecord, schema
from worker_core.storage.engine import writing
from worker_core.storage.tasks import TaskRepository

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)


def new(task_id: str, **values: Any) -> NewTask:
    return NewTask(task_id, "queue.task", "queue", {"ticker": "AAPL"}, **values)


def of(tasks: TaskRepository, task_id: str) -> TaskRecord:
    found = tasks.get(task_id)
    assert found is not None
    return found


def age(engine: Engine, task_id: str, seconds: float) -> None:
    """Let the last sign of a task lie back."""
    then = datetime.now(UTC) - timedelta(seconds=seconds)
    with writing(engine) as connection:
        table = schema.tasks
        connection.execute(update(table).where(table.c.id == task_id).values(checked_at=then))


def test_a_task_comes_back_as_it_was_written(tasks: TaskRepository) -> None:
    record, is_new = tasks.add(new("a", headers={"user_id": 7}, owner="ann", idempotency_key="k"))
    assert is_new
    assert of(tasks, "a") == record
    assert (record.state, record.attempts, record.owner) == ("waiting", 0, "ann")
    assert (record.arguments, record.headers) == ({"ticker": "AAPL"}, {"user_id": 7})
    assert tasks.get("b") is None


def test_one_key_of_one_owner_is_one_task(tasks: TaskRepository) -> None:
    tasks.add(new("a", owner="ann", idempotency_key="k"), [new("a2")])
    again, is_new = tasks.add(new("b", owner="ann", idempotency_key="k"), [new("b2")])
    assert (again.id, is_new) == ("a", False)
    assert tasks.get("b") is None
    assert tasks.get("b2") is None
    assert tasks.add(new("c", owner="bob", idempotency_key="k"))[1]
    assert tasks.add(new("d", owner="ann"))[1]
    assert tasks.add(new("e", owner="ann"))[1]


def test_one_id_is_one_task(tasks: TaskRepository) -> None:
    first, _ = tasks.add(new("a"))
    assert tasks.add(new("a", owner="bob")) == (first, False)


def test_follow_ups_are_open_once_their_parent_has_succeeded(tasks: TaskRepository) -> None:
    tasks.add(new("a"), [new("a1"), new("a2")])
    assert {one.state for one in tasks.follow_ups("a")} == {"blocked"}
    tasks.note([TaskNote("a", "succeeded", NOW)])
    assert {one.state for one in tasks.follow_ups("a")} == {"published"}


def test_follow_ups_of_a_failure_are_skipped_and_those_in_quarantine_wait(
    tasks: TaskRepository,
) -> None:
    tasks.add(new("a"), [new("a1")])
    tasks.add(new("b"), [new("b1")])
    tasks.note([TaskNote("a", "failed", NOW), TaskNote("b", "quarantined", NOW)])
    assert of(tasks, "a1").state == "skipped"
    assert of(tasks, "b1").state == "blocked"


def test_notes_tell_the_story_of_a_task(tasks: TaskRepository) -> None:
    tasks.add(new("a"))
    tasks.published(["a"])
    assert of(tasks, "a").state == "published"
    later = NOW + timedelta(minutes=1)
    tasks.note([TaskNote("a", "running", NOW)])
    tasks.note([TaskNote("a", "retrying", NOW, 1, 1, later, "StorageError", "It is busy.")])
    waits = of(tasks, "a")
    assert (waits.state, waits.attempts, waits.retries, waits.next_at) == ("retrying", 1, 1, later)
    assert (waits.error_type, waits.error_message) == ("StorageError", "It is busy.")
    tasks.note([TaskNote("a", "running", later, 2), TaskNote("a", "succeeded", later, 2)])
    ended = of(tasks, "a")
    assert (ended.state, ended.attempts, ended.finished_at) == ("succeeded", 2, later)
    assert (ended.first_sign_at, ended.next_at, ended.error_type) == (NOW, None, None)


def test_what_comes_late_changes_nothing(tasks: TaskRepository) -> None:
    tasks.add(new("a"))
    tasks.note([TaskNote("a", "succeeded", NOW)])
    before = of(tasks, "a")
    tasks.note([TaskNote("a", "running", NOW, 9), TaskNote("a", "failed", NOW, 9)])
    tasks.note([TaskNote("unknown", "running", NOW)])
    tasks.published(["a"])
    tasks.note([])
    assert of(tasks, "a") == before


def test_only_open_tasks_that_were_long_silent_are_found(
    tasks: TaskRepository, engine: Engine
) -> None:
    for task_id in ("undelivered", "silent", "loud", "ended", "blocked"):
        tasks.add(new(task_id), [new("follows")] if task_id == "blocked" else ())
    tasks.published(["silent", "loud", "ended", "blocked"])
    tasks.note([TaskNote("ended", "failed", NOW)])
    for task_id, seconds in (("undelivered", 5), ("silent", 40), ("loud", 20), ("ended", 99)):
        age(engine, task_id, seconds)
    age(engine, "follows", 99)
    assert [one.id for one in tasks.silent(30)] == ["silent", "undelivered"]
    tasks.seen(["silent"])
    assert [one.id for one in tasks.silent(30)] == ["undelivered"]


def test_a_countdown_is_no_silence(tasks: TaskRepository) -> None:
    record, _ = tasks.add(new("a", delay_s=3600))
    tasks.published(["a"])
    assert of(tasks, "a").checked_at == record.next_at
    assert tasks.silent(0) == ()


def test_a_released_task_begins_anew(tasks: TaskRepository) -> None:
    tasks.quarantine(new("a"), TaskNote("a", "quarantined", NOW, 3, 0, None, "Lost", "killed"))
    (row,) = tasks.quarantined()
    assert (row.id, row.attempts, row.error_message) == ("a", 3, "killed")
    released = tasks.release("a")
    assert released is not None
    assert (released.state, released.attempts, released.finished_at) == ("waiting", 0, None)
    assert tasks.release("a") is None
    assert tasks.quarantined() == ()


def test_old_endings_are_forgotten_but_not_the_quarantine(tasks: TaskRepository) -> None:
    for task_id in ("open", "ended", "poison"):
        tasks.add(new(task_id))
    tasks.note([TaskNote("ended", "succeeded", NOW), TaskNote("poison", "quarantined", NOW)])
    assert tasks.forget(3600) == 1
    assert tasks.counts() == {"waiting": 1, "quarantined": 1}


def test_many_are_cancelled_at_once_with_those_that_follow_them(tasks: TaskRepository) -> None:
    for number in range(3):
        tasks.add(new(f"parent-{number}"), [new(f"child-{number}")])
    tasks.note([TaskNote("parent-2", "succeeded", datetime.now(UTC), attempts=1)])
    tasks.cancel(["parent-0", "parent-1", "parent-2", "nobody"])
    tasks.cancel([])
    ids = ("parent-0", "child-1", "parent-2", "child-2")
    assert [of(tasks, one).state for one in ids] == [
        "cancelled",
        "skipped",
        "succeeded",
        "published",
    ]
