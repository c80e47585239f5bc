"""What the server tells of tasks, as the rows of the window."""

from datetime import UTC, datetime
from typing import Any

import pytest

from desktop_app.monitor.served.rows import STATE, ServedRows
from worker_core.operations.remote.answers import Failure, Progress, Task

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def told(task_id: str = "t1", status: str = "running", **more: Any) -> Task:
    return Task(
        task_id=task_id,
        task="forecasting.generate_stock_forecast",
        queue="forecasting",
        status=status,  # type: ignore[arg-type]  # as it is read from JSON
        attempts=1,
        retries=0,
        created_at=AT,
        **more,
    )


@pytest.mark.parametrize(("status", "state"), list(STATE.items()))
def test_every_state_of_the_server_is_one_of_the_window(status: str, state: str) -> None:
    rows = ServedRows(10)
    assert rows.take(told(status=status), 1.0)
    row = rows.task("t1")
    assert row is not None
    assert row.state == state
    assert rows.counters(3, 1).states[state] == 1


def test_progress_and_the_reason_of_a_failure_are_shown() -> None:
    rows = ServedRows(10)
    rows.take(told(progress=Progress("Reading", 1.7)), 1.0)
    row = rows.task("t1")
    assert row is not None
    assert (row.state, row.progress, row.stage) == ("PROGRESS", 1.0, "Reading")
    rows.take(told(status="failed", error=Failure("BadFile", "No text"), finished_at=AT), 2.0)
    row = rows.task("t1")
    assert row is not None
    assert (row.state, row.exception, row.progress) == ("FAILURE", "BadFile: No text", None)


def test_an_older_list_undoes_no_end_but_a_released_task_runs_again() -> None:
    rows = ServedRows(10)
    rows.take(told(status="succeeded"), 1.0)
    rows.take(told(status="running"), 2.0, listed=True)
    assert [row.state for row in rows.rows()] == ["SUCCESS"]
    rows.take(told("t2", "quarantined"), 3.0)
    rows.take(told("t2", "running"), 4.0, listed=True)
    assert [row.state for row in rows.rows()] == ["SUCCESS", "STARTED"]


def test_what_a_list_leaves_out_is_kept_from_what_was_heard() -> None:
    rows = ServedRows(10)
    rows.take(told(started_at=AT, parent_id="p", progress=Progress("Reading", 0.5)), 1.0)
    rows.take_changes()
    rows.take(told(), 2.0, listed=True)
    assert rows.take_changes().tasks == {}
    rows.take(told(status="succeeded"), 3.0, listed=True)
    row = rows.task("t1")
    assert row is not None
    assert (row.parent_id, row.started, row.progress) == ("p", AT.timestamp(), None)


def test_a_result_is_not_held_and_of_too_many_the_oldest_that_ended_leaves() -> None:
    rows = ServedRows(2)
    rows.take(told("open"), 1.0)
    rows.take(told("over", "succeeded", result="x" * 1000), 2.0)
    assert "xxx" not in repr(vars(rows))
    rows.take(told("new"), 3.0)
    changes = rows.take_changes()
    assert [row.uuid for row in changes.evicted] == ["over"]
    assert [row.uuid for row in rows.rows()] == ["open", "new"]
    assert [row.seq for row in rows.rows()] == [0, 2]
    assert rows.open() == ["new", "open"]
